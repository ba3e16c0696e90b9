// Starts Slipway as users run it, with a real Ray beside it.
import { spawn } from 'node:child_process';
import { inject } from 'vitest';
import type { Local } from '../../scripts/local/organization.ts';
import { type RayHead, startHead } from '../../scripts/ray/head.ts';
import { installRay } from '../../scripts/ray/install.ts';
import { killProcess, listProcesses } from '../../scripts/testing/processes.ts';
import { newStateFolder, removeState, startSlipway } from '../e2e/slipway.ts';

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
  /** Kills the head with all its processes, and restarts it on the same port. */
  restartHead(): Promise<void>;
  /** Runs `slipway` against a local server, which provides the key and the admin token. */
  slipway(args: string[], options?: { token?: string; input?: string }): Promise<Ran>;
  stop(): Promise<void>;
}

export async function rayScene(cpus: number): Promise<RayScene> {
  const stops: (() => Promise<unknown>)[] = [];
  const program = await installRay(inject('python'));
  let head = await startHead({ program, dashboardPort: null, cpus });
  stops.push(() => head.stop());
  const state = await newStateFolder();
  stops.push(() => removeState(state));
  const server = await startSlipway(state, { env: { SLIPWAY_ALLOW_LOOPBACK: '1' } });
  stops.push(() => server.stop());
  const [, local] = await Promise.all([head.ready(), server.ready()]);
  const slipway: RayScene['slipway'] = async (args, { token = head.token, input = '' } = {}) => {
    const env = { ...process.env, SLIPWAY_STATE: state, SLIPWAY_BASE_URL: server.url, RAY_TOKEN: token };
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
      return head;
    },
    local,
    state,
    slipway,
    restartHead: async () => {
      const { dashboardUrl, folder, token } = head;
      for (const { pid } of listProcesses(folder)) killProcess(pid);
      await head.stop();
      const dashboardPort = Number(new URL(dashboardUrl).port);
      head = await startHead({ program, dashboardPort, token, cpus });
      await head.ready();
    },
    stop: async () => {
      for (const stop of stops.reverse()) await stop();
    },
  };
}
