// Keeps a child process running: restarts it immediately, then after 1, 2, 4 … 30 s, until it is stopped (design §7).
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

export interface Supervised {
  name: string;
  launch(): ChildProcess;
  /** Returns what a new process reports when it is ready, or undefined if it exits instead. */
  waitUntilReady(child: ChildProcess): Promise<unknown>;
  stopSignal: 'SIGINT' | 'SIGKILL';
  /** Called with each line of its standard error, and with messages about it. */
  onLine(line: string): void;
}

export interface Supervisor {
  /** The message with which its first process reported that it was ready. */
  ready: unknown;
  /** Kills the process, so that another one replaces it. */
  replace(): void;
  stop(): Promise<void>;
}

const restartMaxMs = 30_000;
/** After this uptime, the restart delay is reset. */
const stableMs = 60_000;
/** The time between the stop signal and SIGKILL. */
const stopTimeoutMs = 8000;

/** Returns the delay before a restart, after `failures` earlier failures. */
export function restartDelayMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(restartMaxMs, 1000 * 2 ** (failures - 1));
}

/** Resolves when the process is ready. Rejects if the first start fails, since a retry would fail in the same way. */
export async function supervise(supervised: Supervised): Promise<Supervisor> {
  const stopped = new AbortController();
  let child = supervised.launch();
  const ready = await supervised.waitUntilReady(child);
  if (ready === undefined) throw new Error(`the ${supervised.name} did not start. Its output is above.`);
  const restarting = restartOnExit();
  return {
    ready,
    replace: () => void child.kill('SIGKILL'),
    stop: async () => {
      stopped.abort();
      await Promise.all([stopChild(child, supervised.stopSignal), restarting]);
    },
  };

  async function restartOnExit(): Promise<void> {
    for (let failures = 0; ; failures++) {
      const upSince = performance.now();
      await waitUntilExit(child);
      if (stopped.signal.aborted) return;
      if (performance.now() - upSince > stableMs) failures = 0;
      const waitMs = restartDelayMs(failures);
      supervised.onLine(
        `ended (${child.signalCode ?? `exit ${child.exitCode}`}); restarting${waitMs > 0 ? ` in ${waitMs / 1000} s` : ''}`,
      );
      await delay(waitMs, undefined, { signal: stopped.signal }).catch(() => {});
      if (stopped.signal.aborted) return;
      child = supervised.launch();
      await supervised.waitUntilReady(child);
    }
  }
}

export interface Service {
  name: string;
  /** A TypeScript file. It sends a message to its parent when ready, and exits when the channel to its parent closes. */
  file: string;
  args?: string[];
  /** The complete environment; nothing is inherited. */
  env: NodeJS.ProcessEnv;
  /** What each process is told first. */
  input?: Promise<object>;
  /** A process that is not ready by then, after its input, is killed. */
  readyMs?: number;
  /** By default SIGINT: a builder would wait for calls whose caller is gone after SIGTERM. SIGKILL ends its children too. */
  stopSignal?: Supervised['stopSignal'];
  onLine(line: string): void;
  /** Called with the message of each process that is ready, and its ID. */
  onReady?(message: unknown, pid: number | undefined): void;
}

/** A service of Slipway that runs under this Node. */
export function nodeService(service: Service): Supervised {
  const { name, file, args = [], env, input, onLine, onReady, stopSignal = 'SIGINT' } = service;
  return {
    name,
    onLine,
    stopSignal,
    launch: () => {
      // Runs in its own process group, so that Ctrl-C reaches only the parent, which stops the child in order.
      const child = fork(file, args, { env, execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'], detached: true });
      if (child.stderr) createInterface({ input: child.stderr }).on('line', onLine);
      if (stopSignal === 'SIGKILL') child.once('exit', () => killGroup(child));
      return child;
    },
    waitUntilReady: async (child) => {
      const ready = firstMessage(child);
      if (input !== undefined) {
        const told = await input;
        if (child.connected) child.send(told);
      }
      const timer =
        service.readyMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), service.readyMs);
      const message = await ready;
      clearTimeout(timer);
      if (message !== undefined) onReady?.(message, child.pid);
      return message;
    },
  };
}

function firstMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => {
    child.once('message', resolve);
    child.once('exit', () => resolve(undefined));
  });
}

/** Kills what a process has left that was started `detached`, and could not end its children. */
export function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing is left.
  }
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function waitUntilExit(child: ChildProcess): Promise<void> {
  if (!hasExited(child)) await once(child, 'exit');
}

async function stopChild(child: ChildProcess, signal: Supervised['stopSignal']): Promise<void> {
  if (hasExited(child)) return;
  child.kill(signal);
  const timeout = new AbortController();
  const killing = delay(stopTimeoutMs, undefined, { signal: timeout.signal }).then(
    () => child.kill('SIGKILL'),
    () => {},
  );
  await waitUntilExit(child);
  timeout.abort();
  await killing;
}
