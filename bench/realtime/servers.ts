// Starts the servers to compare: a checkout's Slipway, the floor below its Worker, uvicorn and Ray Serve, each with the same handler.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { ExtractorClient, waitUntilSettled } from '../../scripts/demo/extractor-client.ts';
import { type Local, localFile, localSchema } from '../../scripts/local/organization.ts';
import { freePorts, loopback } from '../../scripts/machine/ports.ts';
import { packZip } from '../../src/archive/zip/pack.ts';
import { contractHeader, contractVersion } from '../../src/contract/builder/instances.ts';
import type { Floor } from './floor.ts';
import type { Load } from './load.ts';

const folder = 'bench/realtime';
const startMs = 120_000;
const inputs = { text: 'A slipway lets a ship go gently from dry land into the water.' };
const body = JSON.stringify({ inputs });
const expected = `"length":${inputs.text.length}`;
const json = { 'content-type': 'application/json' };

export type Target = Pick<Load, 'url' | 'headers' | 'body' | 'expected'>;

export interface Server {
  targets: Record<string, Target>;
  /** Slipway's addresses. */
  local?: Local;
  /** How Slipway's builder confines the handler. */
  sandbox?: string;
  /** Parent of the server's processes. */
  pid: number;
  /** Redeploys the handler. Returns the milliseconds from request to promotion. */
  redeploy?(): Promise<number>;
  stop(): Promise<void>;
}

/** The handler to serve: a module in this folder and its dependencies. */
export interface Handler {
  module: 'handler' | 'numpy_handler';
  dependencies: string[];
  /** `serve_config` in the manifest: num_replicas, max_concurrency. Slipway only. */
  serving?: Record<string, number>;
}

/** Starts the checkout in `path` and deploys the handler. Its targets are the Worker and the instance itself. */
export async function startSlipway(path: string, name: string, handler: Handler): Promise<Server> {
  const state = await mkdtemp(join(tmpdir(), 'slipway-bench-realtime-'));
  const [port = 0, builderPort = 0] = await freePorts(2);
  const settings = { PORT: String(port), BUILDER_PORT: String(builderPort), SLIPWAY_STATE: state };
  const child = spawn(process.execPath, ['scripts/start.js', '--no-demo'], {
    cwd: path,
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await waitFor(child, `http://${loopback}:${port}/healthz`);
  const local = localSchema.parse(JSON.parse(await readFile(localFile(state), 'utf8')));
  const secrets = z.object({ builder_token: z.string() });
  const { builder_token: token } = secrets.parse(JSON.parse(await readFile(join(state, 'secrets.json'), 'utf8')));
  const client = new ExtractorClient(local);
  const deploymentId = await deploy(client, handler);
  const health = await fetch(`${local.builder_url}/health`, {
    headers: { authorization: `Bearer ${token}`, [contractHeader]: contractVersion },
  });
  const { sandbox = 'unknown' } = z.object({ sandbox: z.string().optional() }).parse(await health.json());
  const worker = `${local.url}${client.path(pluginId, 'realtime', 'test')}`;
  return {
    local,
    sandbox: `${sandbox} (${name})`,
    pid: child.pid ?? 0,
    redeploy: async () => {
      const { deployment_id } = await client.deploy(pluginId);
      const { status, message } = await waitUntilSettled(client, pluginId, startMs);
      const { created_at, promoted_at } = await client.deployment(deployment_id);
      if (promoted_at === null) throw new Error(`the handler was not redeployed: ${status} ${message}`);
      return Date.parse(promoted_at) - Date.parse(created_at);
    },
    targets: {
      [name]: { url: worker, headers: { ...json, authorization: `Bearer ${local.api_key}` }, body, expected },
      [`instance of ${name}`]: {
        url: `${local.builder_url}/instances/${deploymentId}/invoke`,
        headers: { ...json, authorization: `Bearer ${token}`, [contractHeader]: contractVersion },
        body: JSON.stringify({ inputs, parameters: {} }),
        expected,
      },
    },
    stop: async () => {
      await stop(child);
      await rm(state, { recursive: true, force: true });
    },
  };
}

const pluginId = 'bench_1_0_0';

async function deploy(client: ExtractorClient, { module, dependencies, serving = {} }: Handler): Promise<string> {
  const code = await readFile(join(folder, `${module}.py`), 'utf8');
  const files = {
    'manifest.py':
      'feature_extractor_name = "bench"\nversion = "1.0.0"\nfeatures = []\noutput_schema = {"score": {"type": "number"}}\n' +
      `dependencies = ${JSON.stringify(dependencies)}\nserve_config = ${JSON.stringify(serving)}\n`,
    'pipeline.py':
      'def build_steps(extractor_request, container=None, base_steps=None, **kwargs):\n    return {"steps": []}\n',
    'realtime.py': code,
  };
  const encoder = new TextEncoder();
  const entries = Object.entries(files).map(([path, text]) => ({ path, bytes: new Uint8Array(encoder.encode(text)) }));
  const archive = await packZip(entries);
  const upload = await client.requestUpload('bench', '1.0.0', archive.length);
  const etag = await client.putArchive(upload.presigned_url, archive);
  await client.confirm(upload.upload_id, etag, archive.length);
  const { deployment_id } = await client.deploy(pluginId);
  const { status, message } = await waitUntilSettled(client, pluginId, startMs);
  if (status !== 'DEPLOYED') throw new Error(`the handler was not deployed: ${message}`);
  return deployment_id;
}

/** Starts the floor (floor.ts) below a Worker, whose target and instance these are. */
export async function startFloor(worker: Target, instance: Target): Promise<Server> {
  const [port = 0] = await freePorts(1);
  const response = await fetch(worker.url, { method: 'POST', headers: worker.headers, body: worker.body });
  const { 'content-length': _, 'transfer-encoding': __, ...headers } = Object.fromEntries(response.headers);
  const answer = { status: response.status, headers, body: await response.text() };
  const floor: Floor = { port, instance: { url: instance.url, headers: instance.headers }, answer };
  const child = spawn(process.execPath, ['bench/realtime/floor.ts', JSON.stringify(floor)], { stdio: 'inherit' });
  const url = `http://${loopback}:${port}/`;
  await waitFor(child, url, { method: 'POST', body: instance.body });
  return { targets: { Floor: { ...instance, url } }, pid: child.pid ?? 0, stop: () => stop(child) };
}

/** Returns the path of a Python with the other servers installed. The first use creates the virtual environment, which needs PyPI. */
function pythonWithPeers(): string {
  const venv = 'dist/bench-realtime';
  const python = resolve(venv, 'bin/python');
  if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
  const install = ['-m', 'pip', 'install', '-q', '-r', join(folder, 'requirements.txt')];
  execFileSync(python, install, { stdio: 'inherit' });
  return python;
}

export async function startUvicorn(handler: Handler): Promise<Server> {
  const options = ['--host', loopback, '--log-level', 'warning', '--no-access-log'];
  return startPython('uvicorn', handler, (port) => ['-m', 'uvicorn', 'asgi:app', '--port', String(port), ...options]);
}

export async function startRay(handler: Handler): Promise<Server> {
  return startPython('Ray Serve', handler, (port) => ['ray_app.py', String(port)]);
}

async function startPython(name: string, { module }: Handler, argsFor: (port: number) => string[]): Promise<Server> {
  const [port = 0] = await freePorts(1);
  const env = { ...process.env, RAY_USAGE_STATS_ENABLED: '0', HANDLER: module };
  const child = spawn(pythonWithPeers(), argsFor(port), { cwd: folder, env, stdio: 'ignore' });
  const url = `http://${loopback}:${port}/`;
  await waitFor(child, url, { method: 'POST', body });
  return { targets: { [name]: { url, headers: json, body, expected } }, pid: child.pid ?? 0, stop: () => stop(child) };
}

async function waitFor(child: ChildProcess, url: string, init: RequestInit = {}): Promise<void> {
  const until = performance.now() + startMs;
  while (performance.now() < until && child.exitCode === null) {
    const response = await fetch(url, init).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.ok) return;
    await delay(100);
  }
  child.kill('SIGKILL');
  throw new Error(`${child.spawnargs.join(' ')} did not answer at ${url}`);
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGINT');
  const isEnded = new Promise((ended) => child.once('exit', ended));
  await Promise.race([isEnded, delay(20_000, undefined, { ref: false })]);
  child.kill('SIGKILL');
}
