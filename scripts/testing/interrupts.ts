// Ends running commands, with all their processes, when this process is interrupted. A terminal's Ctrl-C would reach them anyway; a
// signal from npm or CI would not.
import type { ChildProcess } from 'node:child_process';
import { signalGroup } from '../../builder/server/programs/signal-group.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Allows test runners to stop their builders. Then, or at a second signal, the processes are killed. */
const endMs = 10_000;
const running = new Set<ChildProcess>();
let received: NodeJS.Signals | undefined;

/** Calls `onEnd` when the command ends, unless this process is about to end. The command must have been started `detached`. */
export function endWithInterrupt(child: ChildProcess, onEnd: (code: number | null) => void): void {
  if (running.size === 0) for (const signal of signals) process.on(signal, interrupt);
  running.add(child);
  if (received !== undefined) signalGroup(child, 'SIGKILL');
  child.on('close', (code) => {
    running.delete(child);
    if (received === undefined) onEnd(code);
    if (running.size > 0) return;
    for (const signal of signals) process.off(signal, interrupt);
    if (received !== undefined) process.kill(process.pid, received);
  });
}

function interrupt(signal: NodeJS.Signals): void {
  const isFirst = received === undefined;
  received ??= signal;
  signalAll(isFirst ? signal : 'SIGKILL');
  if (isFirst) setTimeout(() => signalAll('SIGKILL'), endMs).unref();
}

function signalAll(signal: NodeJS.Signals): void {
  for (const child of running) signalGroup(child, signal);
}
