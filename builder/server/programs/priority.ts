// Sets CPU priorities. Calls go first: the builder, instances and the Worker have normal priority. Builds, installations, fetches and
// packing get a tenth of that when both want the CPU, but never nothing.
import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { attempt } from '../removal/remove-tree.ts';

/** The kernel gives a process with niceness 10 about a tenth of the CPU time of one with niceness 0. */
export const backgroundNiceness = 10;

/** Weight of the background work's control group. Every other group has 100. */
export const backgroundWeight = 10;

export function niceness({ isBackground }: { isBackground: boolean }): number {
  return isBackground ? backgroundNiceness : 0;
}

/** Without privileges, all sessions on the machine together may change their niceness ten times a second. */
const sessionTries = 50;
const sessionPauseMs = 100;

/**
 * Lowers the priority of a process that just started as its session's leader and has no threads yet. If the kernel schedules each
 * session as a group, the session has its own niceness (host-python/slipway_host/priority.py).
 */
export function yieldToCalls(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  // The priority is never higher than the builder's, because that takes a privilege.
  const niceness = Math.max(backgroundNiceness, getPriority());
  if (attempt(() => setPriority(pid, niceness)) === undefined) lowerSession(child, niceness, sessionTries);
}

function lowerSession(child: ChildProcess, niceness: number, tries: number): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const refused = attempt(() => writeFileSync(`/proc/${child.pid}/autogroup`, String(niceness), { flag: 'r+' }));
  // Any other error means that the machine has no such groups.
  if (refused === 'EAGAIN' && tries > 1)
    setTimeout(() => lowerSession(child, niceness, tries - 1), sessionPauseMs).unref();
}

/** Lowers the current thread's priority. Only Linux has thread priorities; elsewhere this would lower the whole process. */
export function yieldThreadToCalls(): void {
  if (process.platform === 'linux') setPriority(backgroundNiceness);
}
