// Decides who yields the processor to whom. Calls go first: the builder, instances and the Worker have the normal priority, and what
// builds, installs, fetches and packs gets a tenth of that where both want the processor (decision 73). It always gets some of it.
import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/** The kernel gives a process of niceness 10 about a tenth of the time that it gives one of niceness 0. */
export const backgroundNiceness = 10;

/** Of 100, which is the weight of each other control group. */
export const backgroundWeight = 10;

export function nicenessOf({ isBackground }: { isBackground: boolean }): number {
  return isBackground ? backgroundNiceness : 0;
}

/**
 * Lowers a process that was just started as the leader of its session, and has no threads yet. Its session has a niceness of its own
 * where the kernel schedules each session as a group (host-python/slipway_host/priority.py).
 */
export function yieldToCalls(pid: number): void {
  try {
    setPriority(pid, backgroundNiceness);
    writeFileSync(`/proc/${pid}/autogroup`, String(backgroundNiceness), { flag: 'r+' });
  } catch {
    // It has ended, or there are no such groups.
  }
}

/** Lowers the current thread. Only Linux has priorities of threads; elsewhere it would lower the whole process. */
export function yieldThreadToCalls(): void {
  if (process.platform === 'linux') setPriority(backgroundNiceness);
}
