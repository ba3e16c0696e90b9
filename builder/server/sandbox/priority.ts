// Decides who yields the processor to whom. Calls go first: the builder, instances and the Worker have the normal priority, and what
// builds, installs, fetches and packs gets a tenth of that where both want the processor. It always gets some of it.
import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { attempt } from '../removal/remove-tree.ts';

/** The kernel gives a process of niceness 10 about a tenth of the time that it gives one of niceness 0. */
export const backgroundNiceness = 10;

/** Weight of background work. Every other control group has 100. */
export const backgroundWeight = 10;

export function niceness({ isBackground }: { isBackground: boolean }): number {
  return isBackground ? backgroundNiceness : 0;
}

/** Without privileges, sessions of the whole machine may change theirs ten times a second. */
const sessionTries = 50;
const sessionPauseMs = 100;

/**
 * Lowers a process that was just started as the leader of its session, and has no threads yet. Its session has a niceness of its own
 * where the kernel schedules each session as a group (host-python/slipway_host/priority.py).
 */
export function yieldToCalls(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  // Never higher than the builder, which only a privilege permits.
  const niceness = Math.max(backgroundNiceness, getPriority());
  if (attempt(() => setPriority(pid, niceness)) === undefined) lowerSession(child, niceness, sessionTries);
}

function lowerSession(child: ChildProcess, niceness: number, tries: number): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const refused = attempt(() => writeFileSync(`/proc/${child.pid}/autogroup`, String(niceness), { flag: 'r+' }));
  // For another reason, there are no such groups.
  if (refused === 'EAGAIN' && tries > 1)
    setTimeout(() => lowerSession(child, niceness, tries - 1), sessionPauseMs).unref();
}

/** Lowers the current thread. Only Linux has priorities of threads; elsewhere it would lower the whole process. */
export function yieldThreadToCalls(): void {
  if (process.platform === 'linux') setPriority(backgroundNiceness);
}
