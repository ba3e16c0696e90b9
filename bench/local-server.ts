// Starts a separate Slipway on free ports, for end-to-end benchmarks.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Local, localFile, localSchema } from '../scripts/local/organization.ts';
import { freePorts, loopback } from '../scripts/machine/ports.ts';

const startMs = 300_000;
const stopMs = 20_000;

interface Options {
  env?: Record<string, string>;
  /** Checkout to run. */
  folder?: string;
  /** State folder to keep. Default: an empty one, removed at the end. */
  state?: string;
}

/** Runs `work` against a temporary Slipway server. */
export async function withLocalServer(
  work: (local: Local) => Promise<void>,
  { env = {}, folder = '.', state: kept }: Options = {},
): Promise<void> {
  const state = kept ?? (await mkdtemp(join(tmpdir(), 'slipway-bench-')));
  const [port = 0, builderPort = 0] = await freePorts(2);
  const server = spawn(process.execPath, ['scripts/start.js', '--no-demo'], {
    cwd: folder,
    env: { ...process.env, PORT: String(port), BUILDER_PORT: String(builderPort), SLIPWAY_STATE: state, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    const ready = performance.now() + startMs;
    while (!(await fetch(`http://${loopback}:${port}/healthz`).catch(() => undefined))?.ok) {
      if (performance.now() > ready) throw new Error('Slipway did not start');
      await delay(100);
    }
    await work(localSchema.parse(JSON.parse(await readFile(localFile(state), 'utf8'))));
  } finally {
    server.kill('SIGINT');
    await Promise.race([new Promise((ended) => server.once('exit', ended)), delay(stopMs, undefined, { ref: false })]);
    server.kill('SIGKILL');
    if (kept === undefined) await rm(state, { recursive: true, force: true });
  }
}
