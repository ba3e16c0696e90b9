// A fake Ray cluster. Its dashboard and Serve answer as Ray 2.60 was observed to, with the token, version and applications that the
// test sets. Plugins don't run: each call is answered with the application's name.
import { z } from 'zod';
import { type JsonObject, jsonObject } from '../../src/contract/json.ts';
import { sha256Hex } from '../../src/core/digest.ts';
import { type Call, fakeReceiver } from './fake-receiver.ts';

export interface FakeRay {
  token: string;
  version: string;
  /** Names of applications that code deployed, which are not in the application list. */
  applications: string[];
  /** The application list, which each PUT replaces. */
  listed: JsonObject[];
  /** Returns the status that the dashboard shows for a listed application. */
  statusOf(name: string): { status: string; message?: string; deployments?: JsonObject };
  /** Package names. */
  packages: Set<string>;
  /** The log of each replica. */
  log: string;
  /** Returns the answer to a call, or undefined for a successful one. */
  answer(): Response | undefined;
  /** True if each call ends its replica. The call is answered as by Ray Serve. */
  isCrashing: boolean;
  /** Returns the response status for rows, or undefined to answer each row unchanged. */
  rowsStatus(rows: readonly string[]): number | undefined;
  /** True if Ray Serve listens on no port, as when the head has started but has no applications yet. */
  isServeDown: boolean;
  /** The secrets that each application's replica has. A replica without secrets asks for them. */
  secrets: Map<string, unknown>;
}

export const rayToken = 'a-token-of-ray-0123456789abcdef';

export function fakeRay(state: Partial<FakeRay> = {}) {
  const ray: FakeRay = {
    token: rayToken,
    version: '2.60.0',
    applications: [],
    listed: [],
    statusOf: () => ({ status: 'RUNNING' }),
    packages: new Set(),
    log: '',
    answer: () => undefined,
    isCrashing: false,
    rowsStatus: () => undefined,
    isServeDown: false,
    secrets: new Map(),
    ...state,
  };
  return { ray, ...fakeReceiver((call) => answerOf(ray, call)) };
}

const replica = { node_id: 'node1', log_file_path: '/serve/replica_1.log' };

function answerOf(ray: FakeRay, call: Call): Response | Promise<Response> {
  const { authorization } = call.headers;
  const { hostname, pathname } = new URL(call.url);
  if (hostname.startsWith('serve')) return served(ray, call, pathname.slice(1));
  if (authorization === undefined) return new Response('Unauthorized: Missing authentication token', { status: 401 });
  if (authorization !== `Bearer ${ray.token}`)
    return new Response('Forbidden: Invalid authentication token', { status: 403 });
  if (pathname === '/api/version')
    return Response.json({ version: '4', ray_version: ray.version, ray_commit: 'b7f4259e', session_name: 'session_1' });
  if (pathname.startsWith('/api/packages/gcs/')) return packaged(ray, call, pathname.slice(18));
  if (pathname === '/api/v0/logs/file') return new Response(ray.log);
  if (pathname !== '/api/serve/applications/') return new Response('404: Not Found', { status: 404 });
  if (call.method !== 'PUT') return Response.json(shown(ray));
  ray.listed = z.object({ applications: z.array(jsonObject) }).parse(JSON.parse(call.body)).applications;
  return new Response(null);
}

function shown({ applications, listed, statusOf }: FakeRay) {
  const byCode = applications.map((name) => [
    name,
    { name, status: 'RUNNING', message: '', deployed_app_config: null },
  ]);
  const byList = listed.map((config) => {
    const name = String(config.name);
    const deployments = { Replica: { message: '', replicas: [replica] } };
    return [name, { name, message: '', deployments, deployed_app_config: config, ...statusOf(name) }];
  });
  return {
    controller_info: {},
    proxies: {},
    applications: Object.fromEntries([...byCode, ...byList]),
    target_capacity: null,
  };
}

function packaged({ packages }: FakeRay, { method }: Call, name: string): Response {
  if (method === 'PUT') packages.add(name);
  return packages.has(name) ? new Response(null) : new Response('404: Not Found', { status: 404 });
}

const argsModel = z.object({ has_secrets: z.boolean(), key_sha256: z.string() });
const givenModel = z.object({ secrets: jsonObject, call: z.string().nullable() });

/** Answers in the same way as the adapter. */
async function served(ray: FakeRay, { body, bytes, headers }: Call, name: string): Promise<Response> {
  if (ray.isServeDown) throw new TypeError('Network connection lost.');
  const config = ray.listed.find((one) => one.name === name);
  if (!config) return new Response(`Path '/${name}' not found.`, { status: 404 });
  const { has_secrets, key_sha256 } = argsModel.parse(config.args);
  if ((await sha256Hex(headers['slipway-key'] ?? '')) !== key_sha256) return new Response(null, { status: 403 });
  const type = headers['content-type'] ?? '';
  if (bytes && type.startsWith('application/vnd.slipway.rows'))
    return rowsServed(ray, { bytes, type }, name, has_secrets);
  const given = type.startsWith('application/vnd.slipway') && givenModel.parse(JSON.parse(body));
  if (given) ray.secrets.set(name, given.secrets);
  if (ray.isCrashing) return new Response('Internal Server Error', { status: 500 });
  if (has_secrets && !ray.secrets.has(name)) return new Response(null, { status: 428 });
  if (given && given.call === null) return Response.json({ loaded: true });
  return ray.answer() ?? Response.json({ status: 'success', result: { application: name }, duration_ms: 1 });
}

/** Rows follow a line that describes them and, if secrets are sent, a line with the secrets. */
function rowsServed(
  ray: FakeRay,
  { bytes, type }: { bytes: Uint8Array; type: string },
  name: string,
  wantsSecrets: boolean,
): Response {
  const lines = new TextDecoder().decode(bytes).split('\n');
  if (type.endsWith('with-secrets')) ray.secrets.set(name, JSON.parse(lines.shift() ?? ''));
  else if (wantsSecrets && !ray.secrets.has(name)) return new Response(null, { status: 428 });
  const [, ...rows] = lines;
  const status = ray.rowsStatus(rows);
  if (status !== undefined) return new Response(null, { status });
  const head = JSON.stringify({ error: null, rows: rows.length, skipped: 0, failed: [] });
  return new Response([head, ...rows, ''].join('\n'));
}
