// Says how a process ended that nothing here ended.
import { constants } from 'node:os';

/** The warden of a sandbox exits with 128 + n if signal n ended its worker. */
export function exitReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `signal ${signal}`;
  if (code !== null && code > 128) return `signal number ${code - 128}`;
  return `exit code ${code}`;
}

const kills = (['SIGKILL', 'SIGTERM'] as const).flatMap((signal) => [
  exitReason(null, signal),
  exitReason(128 + constants.signals[signal], null),
]);

/** Whether the process got a signal that others send: the kernel for want of memory, or an operator. */
export function isKill(reason: string): boolean {
  return kills.includes(reason);
}
