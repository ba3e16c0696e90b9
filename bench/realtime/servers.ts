// Starts the servers to compare: a checkout's Slipway, the floor below its Worker, uvicorn and Ray Serve, each with the same handler.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Local } from '../../scripts/local/organization.ts';
import { freePorts, loopback } from '../../scripts/machine/ports.ts';
import { contractHeader, contractVersion } from '../../src/contract/builder/instances.ts';
import { type LocalServer, startLocalServer } from '../local-server.ts';
import type { Floor } from './floor.ts';
import type { Load } from './load.ts';
import { body, type Deployed, deploy, expected, folder, type Handler, type PythonHandler } from './plugins.ts';

const startMs = 120_000;
const json = { 'content-type': 'application/json' };

export type Target = Pick<Load, 'url' | 'headers' | 'body' | 'expected'>;

export interface Server {
  targets: Record<string, Target>;
  /** How Slipway's builder confines the handler. */
  sandbox?: string;
  /** Parent of the server's processes. */
  pid: number;
  /** Redeploys the handler. Returns the milliseconds from request to promotion. */
  redeploy?: Deployed['redeploy'];
  stop(): Promise<void>;
}

/** Starts the checkout in `path` and deploys the handler. Its targets are the Worker and the instance itself. */
export async function startSlipway(path: string, name: string, handler: Handler): Promise<Server> {
  const slipway = await startLocalServer({ folder: path, env: { SLIPWAY_ALLOW_LOOPBACK: '1' } });
  const { local, pid, stop } = slipway;
  try {
    const deployed = await deploy(local, handler);
    const { headers, sandbox } = await builderOf(slipway);
    return {
      sandbox: `${sandbox} (${name})`,
      pid,
      redeploy: deployed.redeploy,
      targets: {
        [name]: workerTarget(local, deployed),
        [`instance of ${name}`]: {
          url: `${local.builder_url}/instances/${deployed.deploymentId}/invoke`,
          headers: { ...json, ...headers },
          body: deployed.instanceBody,
          expected,
        },
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

export function workerTarget({ api_key, url }: Local, { body, path }: Deployed): Target {
  return { url: `${url}${path}`, headers: { ...json, authorization: `Bearer ${api_key}` }, body, expected };
}

/** Returns the headers of a request to the builder, and how it confines plugins. */
async function builderOf({ local, state }: LocalServer) {
  const secrets = z.object({ builder_token: z.string() });
  const { builder_token: token } = secrets.parse(JSON.parse(await readFile(join(state, 'secrets.json'), 'utf8')));
  const headers = { authorization: `Bearer ${token}`, [contractHeader]: contractVersion };
  const health = await fetch(`${local.builder_url}/health`, { headers });
  const { sandbox = 'unknown' } = z.object({ sandbox: z.string().optional() }).parse(await health.json());
  return { headers, sandbox };
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

export async function startUvicorn(handler: PythonHandler): Promise<Server> {
  const options = ['--host', loopback, '--log-level', 'warning', '--no-access-log'];
  return startPython('uvicorn', handler, (port) => ['-m', 'uvicorn', 'asgi:app', '--port', String(port), ...options]);
}

export async function startRay(handler: PythonHandler): Promise<Server> {
  return startPython('Ray Serve', handler, (port) => ['ray_app.py', String(port)]);
}

async function startPython(
  name: string,
  { module }: PythonHandler,
  argsFor: (port: number) => string[],
): Promise<Server> {
  const [port = 0] = await freePorts(1);
  const env = { ...process.env, RAY_USAGE_STATS_ENABLED: '0', HANDLER: module };
  const child = spawn(pythonWithPeers(), argsFor(port), { cwd: folder, env, stdio: 'ignore' });
  const url = `http://${loopback}:${port}/`;
  await waitFor(child, url, { method: 'POST', body });
  return { targets: { [name]: { url, headers: json, body, expected } }, pid: child.pid ?? 0, stop: () => stop(child) };
}

/** Waits until the program answers at `url`. */
export async function waitFor(child: ChildProcess, url: string, init: RequestInit = {}): Promise<void> {
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

export async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGINT');
  const isEnded = new Promise((ended) => child.once('exit', ended));
  await Promise.race([isEnded, delay(20_000, undefined, { ref: false })]);
  child.kill('SIGKILL');
}
