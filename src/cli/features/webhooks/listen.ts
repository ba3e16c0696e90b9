// Receives webhooks on this machine through a temporary endpoint, and verifies their signatures (Standard Webhooks).
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import type { components } from '../../../client/api.gen.d.ts';
import type { Connection } from '../../connection/connect.ts';
import { jsonText } from '../../terminal/json-text.ts';
import type { Output } from '../../terminal/output.ts';
import { printable } from '../../terminal/terminal-text.ts';

export interface ListenOptions {
  port: number;
  json: boolean;
  events?: components['schemas']['EventFilter'][];
}

const bodyBytesMax = 1 << 20;

/** Listens until Ctrl-C, then deletes the endpoint. */
export async function listenForWebhooks(
  { client, signal }: Connection,
  { events, json, port }: ListenOptions,
  output: Output,
): Promise<void> {
  let verifier: Webhook | undefined;
  const format = json ? formatJson : formatText;
  const server = createServer((request, response) => {
    receive(request, response, verifier)
      .then((delivery) => {
        if (delivery) output.data(format(delivery));
      })
      .catch(() => response.destroy());
  });
  const url = await startListening(server, port);
  try {
    const body = { url, description: 'slipway webhooks listen', events };
    const endpoint = await client.post('/v1/webhooks', { body });
    verifier = new Webhook(endpoint.secret);
    output.stage(`listening on ${url} as ${endpoint.endpoint_id}; press Ctrl-C to stop`);
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    const path = { endpoint_id: endpoint.endpoint_id };
    await client.delete('/v1/webhooks/{endpoint_id}', { path, signal: null });
    signal.throwIfAborted();
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function startListening(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`);
    });
  });
}

interface ReceivedDelivery {
  verified: boolean;
  body: string;
}

/** Responds to a request and returns the delivery, or undefined if the request is not one. */
async function receive(
  request: IncomingMessage,
  response: ServerResponse,
  verifier: Webhook | undefined,
): Promise<ReceivedDelivery | undefined> {
  const isTooLarge = Number(request.headers['content-length'] ?? 0) > bodyBytesMax;
  if (request.method !== 'POST' || isTooLarge || !verifier) {
    response.writeHead(isTooLarge ? 413 : verifier ? 405 : 503).end();
    return undefined;
  }
  const body = (await buffer(request)).toString();
  const verified = verify(verifier, body, request);
  response.writeHead(verified ? 204 : 401).end();
  return { verified, body };
}

function formatJson({ body, verified }: ReceivedDelivery): string {
  return jsonText({ verified, body: JSON.parse(body) });
}

function formatText({ body, verified }: ReceivedDelivery): string {
  return `${verified ? '✓' : '✗ invalid signature:'} ${printable(body)}\n`;
}

function verify(verifier: Webhook, body: string, { headers }: IncomingMessage): boolean {
  try {
    verifier.verify(body, Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])));
    return true;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return false;
    throw error;
  }
}
