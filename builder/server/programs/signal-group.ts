import type { ChildProcess } from 'node:child_process';

/** Signals the group of a process that was started `detached`. */
export function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // The group has no processes left.
  }
}
