// Starts Slipway as `npm start` does, on free ports and with its own state folder.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Local, localFile, localSchema } from '../../scripts/local/organization.ts';
import { freePorts, loopback } from '../../scripts/machine/ports.ts';
import { goCache } from '../../scripts/testing/caches/go-cache.ts';
import { endAll } from './processes.ts';

const readyMs = 150_000;

export interface Ended {
  exitCode: number | null;
  output: string;
}

/** Creates a state folder. When the test ends, its processes are killed and the folder is removed. */
export async function stateFolder(): Promise<string> {
  const state = await newStateFolder();
  onTestFinished(() => removeState(state));
  return state;
}

export async function newStateFolder(): Promise<string> {
  const state = await mkdtemp(join(tmpdir(), 'slipway-e2e-'));
  await chmod(state, 0o711); // the builder's workers may run as other users
  return state;
}

/** Kills the processes that use the state folder and removes it. */
export async function removeState(state: string): Promise<void> {
  await endAll(state);
  await rm(state, { recursive: true, force: true });
}

export class Slipway {
  readonly child: ChildProcess;
  readonly state: string;
  readonly url: string;
  #output = '';
  #closed = false;

  constructor(child: ChildProcess, state: string, port: number) {
    this.child = child;
    this.state = state;
    this.url = `http://${loopback}:${port}`;
    child.once('close', () => {
      this.#closed = true;
    });
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (this.#output += chunk));
  }

  get output(): string {
    return this.#output;
  }

  /** Waits until /healthz returns 200, then reads local.json. */
  async ready(withinMs = readyMs): Promise<Local> {
    const until = performance.now() + withinMs;
    while (!(await this.#healthy())) {
      if (this.child.exitCode !== null || performance.now() > until) throw new Error(`not ready:\n${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return localSchema.parse(JSON.parse(await readFile(localFile(this.state), 'utf8')));
  }

  /** Waits until the output matches. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#output);
      if (found) return found;
      if (this.#closed) throw new Error(`ended without printing ${pattern}:\n${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async #healthy(): Promise<boolean> {
    try {
      const response = await fetch(`${this.url}/healthz`);
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    }
  }

  /** Waits until the output of the process and all its children is closed. */
  async ended(): Promise<Ended> {
    if (!this.#closed) await once(this.child, 'close');
    return { exitCode: this.child.exitCode, output: this.#output };
  }

  /** Stops Slipway as Ctrl-C does. */
  async stop(): Promise<Ended> {
    this.child.kill('SIGINT');
    return this.ended();
  }

  /** Kills the process without giving it a chance to clean up. */
  kill(): void {
    this.child.kill('SIGKILL');
  }
}

export interface StartOptions {
  args?: string[];
  env?: NodeJS.ProcessEnv;
  /** True to start with npm, as users do, instead of running the script directly. */
  npm?: boolean;
  /** Files that the process may have open. */
  openFiles?: number;
}

export async function startSlipway(
  state: string,
  { args = ['--no-demo'], env = {}, npm = false, openFiles }: StartOptions = {},
): Promise<Slipway> {
  const [port = 0, builderPort = 0] = await freePorts(2);
  const settings = {
    PORT: String(port),
    BUILDER_PORT: String(builderPort),
    SLIPWAY_STATE: state,
    BUILDER_GO_CACHE: resolve(goCache),
    ...env,
  };
  const start = npm ? ['npm', 'start', '--'] : [process.execPath, 'scripts/start.cjs'];
  const limited = openFiles === undefined ? [] : ['sh', '-c', `ulimit -n ${openFiles} && exec "$0" "$@"`];
  const [command = '', ...rest] = [...limited, ...start, ...args];
  const child = spawn(command, rest, {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Slipway(child, state, Number(settings.PORT));
}
