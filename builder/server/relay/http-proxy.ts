// The HTTP proxy that plugins use. It accepts CONNECT and requests with an absolute URL. It follows no redirects, so each target is
// checked.
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Duplex, pipeline } from 'node:stream';
import { relayLimits } from '../../../src/contract/limits/egress.ts';
import type { HostAndPort } from '../../../src/contract/plugin/permissions.ts';
import { ConnectionRefused } from './targets.ts';

export interface Gate {
  /** Connects to a granted target, or rejects with a ConnectionRefused. Logs both outcomes. */
  open(target: HostAndPort): Promise<Socket>;
  /** Logs a request that names no target, and returns the error. */
  refuse(name: string, reason: string): ConnectionRefused;
}

export function createProxy(gate: Gate): Server {
  const server = createServer({
    maxHeaderSize: relayLimits.headerBytes,
    headersTimeout: relayLimits.headerMs,
    requestTimeout: 0,
  });
  server.on('request', (received: IncomingMessage, response: ServerResponse) => void forward(gate, received, response));
  server.on(
    'connect',
    (received: IncomingMessage, client: Duplex, head: Buffer) => void tunnel(gate, received.url ?? '', client, head),
  );
  server.on('clientError', (_error, client) => client.destroy());
  return server;
}

/**
 * The message is also the reason phrase (RFC 9112 §4), because HTTP clients show the plugin nothing else from a response to CONNECT. It
 * is safe in the status line: Node's parser accepts only URLs of printable ASCII.
 */
const statuses = { refused: 403, unreachable: 502 } as const;

function refusalOf(error: unknown): ConnectionRefused {
  return error instanceof ConnectionRefused ? error : new ConnectionRefused('unreachable', 'The relay failed');
}

async function tunnel(gate: Gate, authority: string, client: Duplex, head: Buffer): Promise<void> {
  client.on('error', () => client.destroy());
  const target = parseAuthority(authority);
  try {
    if (!target) throw gate.refuse(authority, 'CONNECT needs a host name or an IPv4 address, and a port');
    const socket = await gate.open(target);
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    socket.write(head);
    join(client, socket);
  } catch (error) {
    const { kind, message } = refusalOf(error);
    const body = `${message}\n`;
    client.end(
      `HTTP/1.1 ${statuses[kind]} ${message}\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  }
}

/** Copies bytes both ways until both sides have ended or one is gone. The client may have left during the connection attempt. */
export function join(client: Duplex, socket: Socket): void {
  if (client.destroyed) socket.destroy();
  client.on('close', () => socket.destroy());
  socket.on('close', () => client.destroy());
  client.pipe(socket);
  socket.pipe(client);
}

/** `host:port`, with the host in lower case as in a grant. */
function parseAuthority(text: string): HostAndPort | undefined {
  const [, host, port] = /^([^:@/\s]+):(\d{1,5})$/.exec(text) ?? [];
  return host === undefined ? undefined : { host: host.toLowerCase(), port: Number(port) };
}

/** Hop-by-hop headers, and headers for the proxy. */
const connectionHeader = /^(?:connection|host|keep-alive|proxy-[a-z-]+|te|trailer|transfer-encoding|upgrade)$/i;

async function forward(gate: Gate, received: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const url = absoluteUrl(gate, received.url ?? '');
    const socket = await gate.open({ host: url.hostname, port: url.port === '' ? 80 : Number(url.port) });
    if (response.destroyed) return void socket.destroy();
    response.on('close', () => socket.destroy());
    const sent = request({
      createConnection: () => socket,
      method: received.method ?? 'GET',
      path: url.pathname + url.search,
      setHost: false,
      headers: { ...kept(received), host: url.host, connection: 'close' },
    });
    sent.on('error', () => fail(response, new ConnectionRefused('unreachable', `${url.host} did not answer`)));
    sent.on('response', (answer) => {
      if (response.destroyed) return void answer.destroy();
      response.writeHead(answer.statusCode ?? 502, kept(answer));
      pipeline(answer, response, () => {});
    });
    // A target may respond and close before it has read everything, so the request stays open for that response.
    pipeline(received.iterator({ destroyOnReturn: false }), sent, () => {});
  } catch (error) {
    fail(response, refusalOf(error));
  }
}

function absoluteUrl(gate: Gate, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:') return url;
  throw gate.refuse(text, 'this is an HTTP proxy, which accepts absolute http URLs and CONNECT');
}

/** Returns the headers to forward. Keeps repeated headers separate. */
function kept({ headersDistinct }: IncomingMessage): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(headersDistinct).flatMap(([name, values]) =>
      connectionHeader.test(name) || !values ? [] : [[name, values]],
    ),
  );
}

function fail(response: ServerResponse, { kind, message }: ConnectionRefused): void {
  if (response.headersSent) return void response.destroy();
  const headers = { 'content-type': 'text/plain', connection: 'close' };
  response.writeHead(statuses[kind], message, headers).end(`${message}\n`);
}
