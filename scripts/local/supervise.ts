// Keeps one child process running: restarted at once, then after 1, 2, 4 … 30 s, until it is told to stop (design §7).
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

export interface Supervised {
  name: string;
  /** A TypeScript file; it tells its parent `{type:'ready'}` when it is, and ends when the channel to its parent closes. */
  file: string;
  /** All of it: nothing is inherited. */
  env: NodeJS.ProcessEnv;
  /** A line of its standard error, or of ours about it. */
  onLine(line: string): void;
}

export interface Supervisor {
  stop(): Promise<void>;
}

const restartMaxMs = 30_000;
/** One that stayed up this long may fail again as if for the first time. */
const steadyMs = 60_000;
/** After a request to end. */
const stopMs = 8000;

/** The wait before a restart that `failures` others came before. */
export function restartDelayMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(restartMaxMs, 1000 * 2 ** (failures - 1));
}

/** Resolves when it is ready; rejects when its first start fails, since that one won't get better by itself. */
export async function supervise(supervised: Supervised): Promise<Supervisor> {
  const stopped = new AbortController();
  let child = launch(supervised);
  if ((await becameReady(child)) === false)
    throw new Error(`the ${supervised.name} could not start; what it said is above`);
  const keptUp = keepUp();
  return {
    stop: async () => {
      stopped.abort();
      await Promise.all([end(child), keptUp]);
    },
  };

  async function keepUp(): Promise<void> {
    for (let failures = 0; ; failures++) {
      const upSince = performance.now();
      await ended(child);
      if (stopped.signal.aborted) return;
      if (performance.now() - upSince > steadyMs) failures = 0;
      const waitMs = restartDelayMs(failures);
      supervised.onLine(
        `ended (${child.signalCode ?? `exit ${child.exitCode}`}); starting it again${waitMs > 0 ? ` in ${waitMs / 1000} s` : ''}`,
      );
      await delay(waitMs, undefined, { signal: stopped.signal }).catch(() => {});
      if (stopped.signal.aborted) return;
      child = launch(supervised);
    }
  }
}

function launch({ file, env, onLine }: Supervised): ChildProcess {
  // In a process group of its own: a Ctrl-C is for its parent, which ends it when its turn comes.
  const child = fork(file, { env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'], detached: true });
  if (child.stderr) createInterface({ input: child.stderr }).on('line', onLine);
  return child;
}

/** False when it ended instead. */
function becameReady(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    child.once('message', () => resolve(true));
    child.once('exit', () => resolve(false));
  });
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function ended(child: ChildProcess): Promise<void> {
  if (!hasEnded(child)) await once(child, 'exit');
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  child.kill('SIGTERM');
  const patience = new AbortController();
  const impatient = delay(stopMs, undefined, { signal: patience.signal }).then(
    () => child.kill('SIGKILL'),
    () => {},
  );
  await ended(child);
  patience.abort();
  await impatient;
}
