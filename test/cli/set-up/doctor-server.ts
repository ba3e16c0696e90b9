// Runs `slipway doctor` against a server with given answers.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { slipwayInProcess } from '../in-process.ts';
import { folderOf } from '../slipway.ts';

const unauthorized = { error: { type: 'UnauthorizedError', message: 'Invalid API key' } };

export interface Served {
  headers?: Record<string, string>;
  version?: string;
  /** Response of the readiness check. */
  readiness?: { status: number; body: object };
  /** Responses by path to requests with the key `sk_known`. */
  routes?: Record<string, unknown>;
}

/** Starts a server that answers so. */
export async function serverThat({
  headers = {},
  readiness,
  version = '0.1.0',
  routes = {},
}: Served = {}): Promise<string> {
  const known: Record<string, unknown> = {
    '/v1/keys/self': { name: 'ci', scopes: ['plugins:read'] },
    '/v1/namespaces/list': { results: [{ namespace_id: 'ns_1', namespace_name: 'default' }] },
    '/v1/namespaces/ns_1': { namespace_id: 'ns_1', namespace_name: 'default' },
    ...routes,
  };
  const server = createServer((request, response) => {
    const path = request.url?.replace(/\?.*/, '') ?? '';
    const send = (status: number, body: unknown) => {
      response.writeHead(status, headers).end(JSON.stringify(body));
    };
    if (path === '/openapi.json') return send(200, { info: { version } });
    if (path === '/readyz' && readiness) return send(readiness.status, readiness.body);
    if (request.headers.authorization !== 'Bearer sk_known') return send(401, unauthorized);
    if (path in known) return send(200, known[path]);
    return send(404, { error: { type: 'NotFoundError', message: `Not found: ${path}` } });
  });
  return listening(server);
}

export async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Found {
  name: string;
  status: string;
  detail: string;
}

/** Returns the lines from the server's line onward, as `name status`. */
export async function doctor(
  url: string,
  args: string[] = ['--api-key', 'sk_known'],
  env: Record<string, string> = {},
) {
  const ran = await slipwayInProcess(['doctor', '--json', '--base-url', url, ...args], {
    cwd: folderOf({}),
    // Without Go and Git, it doesn't try them.
    env: { PATH: folderOf({}), ...env },
  });
  const items: Found[] = JSON.parse(ran.stdout).results;
  const ofServer = items.slice(items.findIndex(({ name }) => name === 'server'));
  return { code: ran.code, items: ofServer, lines: ofServer.map(({ name, status }) => `${name} ${status}`) };
}

/** Lines of a server with everything in order. */
export const inOrder = ['server right', 'contract right', 'clock right', 'key right', 'namespace right'];
