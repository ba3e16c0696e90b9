// Starts Slipway as users run it, with a real Ray beside it.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import type { Local } from '../../../../scripts/local/organization.ts';
import { freePorts } from '../../../../scripts/machine/ports.ts';
import { type RayHead, startHead } from '../../../../scripts/ray/head.ts';
import { installRay } from '../../../../scripts/ray/install.ts';
import { KeptHead } from '../../../../scripts/ray/kept-head.ts';
import { killProcess, listProcesses } from '../../../../scripts/testing/processes.ts';
import { newStateFolder, removeState, startSlipway } from '../../../e2e/slipway.ts';

export const startMs = 10 * 60_000;

export interface Ran {
  code: number | null;
  /** Standard output, followed by standard error. */
  output: string;
  stdout: string;
}

export interface RayScene {
  readonly head: RayHead;
  local: Local;
  state: string;
  /** Kills the head with all its processes, and waits until it is restarted. */
  restartHead(): Promise<void>;
  /** Runs `slipway` against a local server, which provides the key and the admin token. */
  slipway(args: string[], options?: { token?: string; input?: string }): Promise<Ran>;
  stop(): Promise<void>;
}

export async function rayScene(cpus: number): Promise<RayScene> {
  const stops: (() => Promise<unknown>)[] = [];
  const program = await installRay(inject('python'));
  const [dashboardPort = 0] = await freePorts(1);
  const token = randomBytes(32).toString('hex');
  const start = () => startHead({ program, dashboardPort, token, cpus });
  const kept = new KeptHead(await start(), start, (line) => process.stdout.write(`Ray: ${line}\n`));
  stops.push(() => kept.stop());
  const state = await newStateFolder();
  stops.push(() => removeState(state));
  const server = await startSlipway(state, { env: { SLIPWAY_ALLOW_LOOPBACK: '1' } });
  stops.push(() => server.stop());
  const [, local] = await Promise.all([kept.ready(), server.ready()]);
  const slipway: RayScene['slipway'] = async (args, { token: asked = token, input = '' } = {}) => {
    const env = { ...process.env, SLIPWAY_STATE: state, SLIPWAY_BASE_URL: server.url, RAY_TOKEN: asked };
    const child = spawn(process.execPath, ['src/cli/main.ts', ...args], { env });
    child.stdin.end(input);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, stdout, output: stdout + stderr };
  };
  return {
    get head() {
      return kept.current;
    },
    local,
    state,
    slipway,
    restartHead: async () => {
      const { current } = kept;
      for (const { pid } of listProcesses(current.folder)) killProcess(pid);
      await current.ended();
      await kept.ready();
    },
    stop: async () => {
      for (const stop of stops.reverse()) await stop();
    },
  };
}
