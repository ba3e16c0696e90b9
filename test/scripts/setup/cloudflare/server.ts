// Serves a fake Cloudflare API, limited to the requests of setup and its wrangler. It keeps state, and refuses what Cloudflare refuses
// according to its documentation. It can stop answering after a number of requests, as if the client had been killed at that point.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Account } from './account.ts';
import { type Answer, type Request, refused } from './answers.ts';
import { routes } from './routes.ts';

const prefix = '/client/v4';

export interface Received {
  method: string;
  path: string;
  body: unknown;
}

export interface CloudflareApi {
  url: string;
  received: Received[];
  /** The responses to this request and to all later ones are lost. */
  stopAfter: number;
  /** Sets `stopAfter` at the first request that it accepts. */
  stopAt: ((request: Received) => boolean) | undefined;
  close(): Promise<void>;
}

export async function startCloudflare(account: Account): Promise<CloudflareApi> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const asked = await readRequest(request);
    if (received.length >= api.stopAfter) {
      request.socket.destroy();
      return;
    }
    received.push({ method: asked.method, path: asked.path, body: asked.body });
    if (api.stopAt?.(asked)) api.stopAfter = received.length;
    const answer = answerTo(account, asked, request.headers.authorization);
    // The last request before the stop is carried out, but its response is lost.
    if (received.length === api.stopAfter) request.socket.destroy();
    else send(response, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const api: CloudflareApi = {
    url: `http://127.0.0.1:${port}${prefix}`,
    received,
    stopAfter: Number.POSITIVE_INFINITY,
    stopAt: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return api;
}

async function readRequest(request: IncomingMessage): Promise<Request> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://cloudflare');
  const raw = await text(request);
  // wrangler sends some JSON without a content type.
  const body: unknown = /^[[{]/.test(raw) ? JSON.parse(raw) : raw;
  const jurisdiction = request.headers['cf-r2-jurisdiction']?.toString();
  return { method: request.method ?? '', path: pathname.slice(prefix.length), query: searchParams, jurisdiction, body };
}

function answerTo(account: Account, request: Request, authorization = ''): Answer {
  if (authorization !== `Bearer ${account.token}` && authorization !== 'Bearer assets-token')
    return refused(401, 1000, 'Invalid API Token');
  for (const { method, pattern, needs, answer } of routes) {
    const match = method === request.method ? pattern.exec(request.path) : null;
    if (!match) continue;
    const { groups = {} } = match;
    if (groups.account !== undefined && groups.account !== account.id)
      return refused(403, 10_000, 'Authentication error');
    if (account.missing.has(needs)) return refused(403, 10_000, 'Authentication error');
    return answer(account, groups, request);
  }
  return refused(404, 7003, `Could not route to ${request.path}, perhaps your object identifier is invalid?`);
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
