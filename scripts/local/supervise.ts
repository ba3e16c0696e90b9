// Keeps a Slipway service running as a child of this process. Restarts it immediately, then after 1, 2, 4 … 30 s, until it is stopped
// (design §7).
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { endedBy, exitReason } from '../../builder/server/programs/exit-reason.ts';
import { signalGroup } from '../../builder/server/programs/signal-group.ts';
import { formatMiB, formatSeconds } from '../../src/core/quantities.ts';
import type { Ending } from './work-in-progress.ts';

export interface Service {
  name: string;
  /** A TypeScript file. It sends a message to its parent when ready, and exits when the channel to its parent closes. */
  file: string;
  args?: string[];
  /** Options of Node. */
  nodeArgs?: string[];
  /** The complete environment; nothing is inherited. */
  env: NodeJS.ProcessEnv;
  /** The first message sent to each process. */
  input?: Promise<object>;
  /** A process that isn't ready this long after its input is killed. */
  readyMs?: number;
  /**
   * Defaults to SIGINT, because after SIGTERM a builder would wait for calls whose caller is gone. SIGKILL also kills the process's
   * children.
   */
  stopSignal?: 'SIGINT' | 'SIGKILL';
  /** Called with each line of the service's standard error, and with messages about the service. */
  onLine(line: string): void;
  /** Called before a ready process is ended: because it hangs, or because everything stops. */
  beforeEnd?(child: ChildProcess, how: Ending): Promise<void>;
  /** Called with each ready process's message and PID. */
  onReady?(message: unknown, pid: number | undefined): void;
}

export interface Supervisor {
  /** Kills the process, so that a new one replaces it. A process that is still starting keeps its `readyMs`. */
  replace(): void;
  stop(): Promise<void>;
}

const restartMaxMs = 30_000;
/** Uptime after which the restart delay resets. */
const stableMs = 60_000;
/** The time between the stop signal and SIGKILL. */
const stopTimeoutMs = 8000;

/** Returns the restart delay after `failures` earlier failures. */
export function restartDelayMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(restartMaxMs, 1000 * 2 ** (failures - 1));
}

/** Starts again that often if someone else ends the process during the first start. */
const firstStartsMax = 3;

/** Resolves when the process is ready. Rejects if the first start fails without being killed, since a retry would fail the same way. */
export async function supervise(service: Service): Promise<Supervisor> {
  const { name, stopSignal = 'SIGINT', onLine } = service;
  const stopped = new AbortController();
  let child = launch(service);
  let isStarted = await isReady(child, service);
  for (let starts = 1; !isStarted && isEndedByOthers(child) && starts < firstStartsMax; starts++) {
    onLine(`ended (${child.signalCode}) while it started; starting it again`);
    child = launch(service);
    isStarted = await isReady(child, service);
  }
  if (!isStarted) throw new Error(`the ${name} did not start: ${ending(child)}`);
  const restarting = restartOnExit();
  return {
    replace: () => {
      if (isStarted) void replace(child);
    },
    stop: async () => {
      stopped.abort();
      if (isStarted) await service.beforeEnd?.(child, 'stopped');
      await Promise.all([stopChild(child, stopSignal), restarting]);
    },
  };

  async function replace(hanging: ChildProcess): Promise<void> {
    await service.beforeEnd?.(hanging, 'hung');
    hanging.kill('SIGKILL');
  }

  async function restartOnExit(): Promise<void> {
    for (let failures = 0; ; failures++) {
      const upSince = performance.now();
      await waitUntilExit(child);
      if (stopped.signal.aborted) return;
      if (performance.now() - upSince > stableMs) failures = 0;
      const waitMs = restartDelayMs(failures);
      const when = waitMs > 0 ? ` in ${formatSeconds(waitMs)}` : '';
      onLine(`ended (${child.signalCode ?? `exit ${child.exitCode}`})${memoryHint(child)}; restarting${when}`);
      await delay(waitMs, undefined, { signal: stopped.signal }).catch(() => {});
      if (stopped.signal.aborted) return;
      isStarted = false;
      child = launch(service);
      isStarted = await isReady(child, service);
    }
  }
}

/** The process leads its own group, so that Ctrl-C reaches only the parent, which then stops the processes in order. */
function launch({ file, args = [], nodeArgs = [], env, stopSignal, onLine }: Service): ChildProcess {
  const child = fork(file, args, {
    env,
    execArgv: nodeArgs,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    detached: true,
  });
  if (child.stderr) createInterface({ input: child.stderr }).on('line', onLine);
  if (stopSignal === 'SIGKILL') child.once('exit', () => killGroup(child));
  return child;
}

/** Resolves with false if the process exits first. */
async function isReady(child: ChildProcess, { input, readyMs, onReady }: Service): Promise<boolean> {
  const ready = new Promise<unknown>((resolve) => {
    child.once('message', resolve);
    child.once('exit', () => resolve(undefined));
  });
  const first = await input;
  if (first !== undefined && child.connected) child.send(first);
  const timer = readyMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), readyMs);
  const message = await ready;
  clearTimeout(timer);
  if (message !== undefined) onReady?.(message, child.pid);
  return message !== undefined;
}

function isEndedByOthers({ killed, signalCode }: ChildProcess): boolean {
  return (
    !killed &&
    endedBy({ reason: exitReason(null, signalCode), isOverLimit: false, isEndedByBuilder: false }) === 'others'
  );
}

/** Returns how a child process ended too early. Unless this process killed it, SIGKILL comes from the kernel. */
export function ending(child: ChildProcess): string {
  const { exitCode, killed, signalCode } = child;
  if (killed) return 'it took too long. Its output is above.';
  if (signalCode !== 'SIGKILL' && isEndedByOthers(child))
    return `someone else ended it (${signalCode}). Run the command again.`;
  if (signalCode !== 'SIGKILL') return `${signalCode ?? `exit ${exitCode}`}. Its output is above.`;
  const free = formatMiB(process.availableMemory());
  return `it was killed, probably for lack of memory: ${free} free. Slipway needs 1 GB. Stop other programs, or give the machine or container more memory. Then run the command again.`;
}

/** Says of a SIGKILL that this process didn't send that it may be the kernel's, which leaves no other line. */
function memoryHint({ killed, signalCode }: ChildProcess): string {
  if (killed || signalCode !== 'SIGKILL') return '';
  return `, as the kernel ends it for lack of memory; ${formatMiB(process.availableMemory())} free now`;
}

/** Kills the leftovers of a process that was started `detached` and couldn't stop its children. */
export function killGroup(child: ChildProcess): void {
  signalGroup(child, 'SIGKILL');
}

/** Ends this process's group however this process exits. A shell in the group reads a pipe that only this process holds. */
export function endGroupWithProcess(): void {
  spawn('sh', ['-c', 'read _; kill -s KILL 0'], { stdio: ['pipe', 'ignore', 'ignore'] });
}

async function waitUntilExit(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

async function stopChild(child: ChildProcess, signal: 'SIGINT' | 'SIGKILL'): Promise<void> {
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await waitUntilExit(child);
  clearTimeout(timer);
}
