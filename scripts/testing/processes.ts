// Lists this machine's processes from /proc, because `ps` may be missing.
import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export interface Process {
  pid: number;
  parent: number;
  command: string;
}

/** Lists all processes except zombies. */
export function allProcesses(): Process[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    const parent = Number.isInteger(pid) ? parentOf(pid) : undefined;
    if (parent === undefined) return [];
    return [{ pid, parent, command: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim() }];
  });
}

/** A zombie has already exited. It stays while its parent lives, or forever if PID 1 doesn't reap processes. */
export function isAlive(pid: number): boolean {
  return parentOf(pid) !== undefined;
}

/** Returns undefined if the process doesn't exist or is a zombie. */
function parentOf(pid: number): number | undefined {
  const stat = read(`/proc/${pid}/stat`);
  const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return stat === '' || state === 'Z' || state === 'X' ? undefined : Number(parent);
}

/** Finds a start's processes by its state folder, which each of them has in its environment or arguments. */
export function listProcesses(state: string): Process[] {
  return allProcesses().filter(
    ({ pid, command }) =>
      pid !== process.pid && (command.includes(state) || read(`/proc/${pid}/environ`).includes(state)),
  );
}

/** Allows for the builder, which first lets its calls finish. */
const endMs = 60_000;

/** Ends a start as Ctrl-C does, so that the builder removes its control groups. Kills the remaining processes after `endMs`. */
export async function endStart(launcher: ChildProcess | undefined, state: string, limitMs = endMs): Promise<void> {
  launcher?.kill('SIGINT');
  for (const until = performance.now() + limitMs; performance.now() < until; await delay(50))
    if (listProcesses(state).length === 0) return;
  for (const { pid } of listProcesses(state)) killProcess(pid);
}

/** Ignores a process that has already exited. */
export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
