// Starts a server that answers each request with the next scripted response, and records the requests.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface Scripted {
  status?: number;
  headers?: Record<string, string>;
  /** Sent as JSON, unless it is a string or bytes. */
  body?: unknown;
  /** Breaks the connection after the body is sent. */
  broken?: boolean;
}

export async function scriptedServer(...answers: Scripted[]) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Uint8Array[] = [];
    request.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      answer(response, answers.shift() ?? { status: 500, body: 'no answer left' });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    /** The remaining responses. Tests can add more. */
    answers,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(response: ServerResponse, { status = 200, headers = {}, body = {}, broken = false }: Scripted): void {
  response.writeHead(status, headers);
  const sent = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  if (!broken) response.end(sent);
  else response.write(sent, () => response.destroy());
}
