// Starts a separate Slipway on free ports, for end-to-end benchmarks.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Local, readLocal } from '../scripts/local/organization.ts';
import { freePorts, loopback } from '../scripts/machine/ports.ts';

const startMs = 300_000;
const stopMs = 20_000;

interface Options {
  env?: Record<string, string>;
  /** Checkout to run. */
  folder?: string;
  /** State folder to keep. Default: an empty one, removed at the end. */
  state?: string;
  /** Where to create the state folder. */
  stateParent?: string;
}

export interface LocalServer {
  local: Local;
  state: string;
  /** Parent of the server's processes. */
  pid: number;
  stop(): Promise<void>;
}

export async function startLocalServer({ env = {}, ...options }: Options = {}): Promise<LocalServer> {
  const { folder = '.', state: kept, stateParent = tmpdir() } = options;
  const state = kept ?? (await mkdtemp(join(stateParent, 'slipway-bench-')));
  const [port = 0, builderPort = 0] = await freePorts(2);
  const server = spawn(process.execPath, ['scripts/start.cjs', '--no-demo'], {
    cwd: folder,
    env: { ...process.env, PORT: String(port), BUILDER_PORT: String(builderPort), SLIPWAY_STATE: state, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const stop = async () => {
    server.kill('SIGINT');
    const hasEnded = server.exitCode === null ? new Promise((ended) => server.once('exit', ended)) : undefined;
    await Promise.race([hasEnded, delay(stopMs, undefined, { ref: false })]);
    server.kill('SIGKILL');
    if (kept === undefined) await rm(state, { recursive: true, force: true });
  };
  try {
    const ready = performance.now() + startMs;
    while (!(await fetch(`http://${loopback}:${port}/healthz`).catch(() => undefined))?.ok) {
      if (performance.now() > ready || server.exitCode !== null) throw new Error('Slipway did not start');
      await delay(100);
    }
    return { local: await readLocal(state), state, pid: server.pid ?? 0, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Runs `work` against a temporary Slipway server. */
export async function withLocalServer(work: (local: Local) => Promise<void>, options: Options = {}): Promise<void> {
  const { local, stop } = await startLocalServer(options);
  try {
    await work(local);
  } finally {
    await stop();
  }
}
