// A fake Ray cluster. Its dashboard and Serve answer as Ray 2.60 was observed to, with the token, version and applications that the
// test sets. Plugins don't run: each call is answered with the application's name.
import { z } from 'zod';
import { type JsonObject, jsonObject } from '../../../../src/contract/json.ts';
import { sha256Hex } from '../../../../src/core/digest.ts';
import { type Call, fakeReceiver } from '../../../support/fake-receiver.ts';

export interface FakeRay {
  token: string;
  version: string;
  /** Names of applications that code deployed, which are not in the application list. */
  applications: string[];
  /** The application list, which each PUT replaces. */
  listed: JsonObject[];
  /** Returns the status that the dashboard shows for a listed application. */
  statusOf(name: string): { status: string; message?: string; deployments?: JsonObject };
  /** The exit code of the job that asks the store for an object: 17 if it didn't answer. */
  reachCode: number;
  /** Package names. */
  packages: Set<string>;
  /** The log of each replica. */
  log: string;
  /** Returns the answer to a call, or undefined for a successful one. */
  answer(): Response | undefined;
  /** Reports of what streams' readers have taken. */
  reports: string[];
  /** Returns the response status for a report. 0: no process answers. */
  reportStatus(): number;
  /** Returns the process that answers a request to load the plugin, or why it couldn't. */
  loadedBy(): string | Response;
  /** Returns what the dashboard says of its cluster's nodes, or null if nothing watches them. */
  clusterStatus(host: string): JsonObject | null;
  /** True if each call ends its replica. The call is answered as by Ray Serve. */
  isCrashing: boolean;
  /** Returns the response status for rows, or undefined to answer each row unchanged. */
  rowsStatus(rows: readonly string[]): number | undefined;
  /** True if Ray Serve listens on no port, as when the head has started but has no applications yet. */
  isServeDown: boolean;
  /** The provisions that each application's replica has. A replica that needs some asks for them. */
  provisions: Map<string, Provisions>;
}

export const rayToken = 'a-token-of-ray-0123456789abcdef';

export function fakeRay(state: Partial<FakeRay> = {}) {
  const ray: FakeRay = {
    token: rayToken,
    version: '2.60.0',
    applications: [],
    listed: [],
    statusOf: () => ({ status: 'RUNNING' }),
    reachCode: 0,
    packages: new Set(),
    log: '',
    answer: () => undefined,
    reports: [],
    reportStatus: () => 204,
    loadedBy: () => 'process-1',
    clusterStatus: () => null,
    isCrashing: false,
    rowsStatus: () => undefined,
    isServeDown: false,
    provisions: new Map(),
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
  if (pathname === '/api/cluster_status')
    return Response.json({
      result: true,
      msg: 'Got cluster status.',
      data: { clusterStatus: ray.clusterStatus(hostname) },
    });
  if (pathname === '/api/v0/logs/file') return new Response(ray.log);
  if (pathname.startsWith('/api/jobs/'))
    return Response.json({ status: ray.reachCode === 0 ? 'SUCCEEDED' : 'FAILED', driver_exit_code: ray.reachCode });
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

const argsModel = z.object({ needs_provisions: z.boolean(), key_sha256: z.string() });
const fileModel = z.object({ sha256: z.string(), size_bytes: z.int(), urls: z.array(z.url()) });
const provisionsModel = z.object({
  secrets: z.record(z.string(), z.string()),
  archive: fileModel.nullable(),
  models: z.array(fileModel.extend({ name: z.string() })),
  packages: z.array(z.object({ key: z.string(), parts: z.array(fileModel) })),
});
export type Provisions = z.infer<typeof provisionsModel>;
const decoder = new TextDecoder();

function untilAborted(signal: Call['signal']): Promise<Response> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
}

/** Answers in the same way as the adapter. */
async function served(ray: FakeRay, { body, bytes, headers, signal }: Call, name: string): Promise<Response> {
  if (ray.isServeDown) throw new TypeError('Network connection lost.');
  const config = ray.listed.find((one) => one.name === name);
  if (!config) return new Response(`Path '/${name}' not found.`, { status: 404 });
  const { key_sha256, needs_provisions } = argsModel.parse(config.args);
  if ((await sha256Hex(headers['slipway-key'] ?? '')) !== key_sha256) return new Response(null, { status: 403 });
  const report = headers['slipway-stream'];
  if (report !== undefined) {
    ray.reports.push(report);
    const status = ray.reportStatus();
    return status === 0 ? untilAborted(signal) : new Response(null, { status });
  }
  const isProvided = headers['content-type'] === 'application/vnd.slipway.provided';
  const [given = '', ...lines] = (bytes ? decoder.decode(bytes) : body).split('\n');
  if (isProvided) ray.provisions.set(name, provisionsModel.parse(JSON.parse(given)));
  if (ray.isCrashing) return new Response('Internal Server Error', { status: 500 });
  if (needs_provisions && !ray.provisions.has(name)) return new Response(null, { status: 428 });
  if (isProvided && lines.join('') === '') {
    const loaded = ray.loadedBy();
    return typeof loaded === 'string' ? Response.json({ loaded }) : loaded;
  }
  const isRun = z.object({ entry: z.literal('run') }).safeParse(config.args).success;
  if (isRun) return rowsServed(ray, isProvided ? lines : [given, ...lines]);
  return ray.answer() ?? Response.json({ status: 'success', result: { application: name }, duration_ms: 1 });
}

/** The rows follow a line that describes them. */
function rowsServed(ray: FakeRay, [, ...rows]: string[]): Response {
  const status = ray.rowsStatus(rows);
  if (status !== undefined) return new Response(null, { status });
  const head = JSON.stringify({ error: null, rows: rows.length, skipped: 0, failed: [] });
  return new Response([head, ...rows, ''].join('\n'));
}
