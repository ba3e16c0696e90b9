// Describes how a process ended on its own.
import { constants } from 'node:os';

/** A sandbox's warden exits with 128 + n if signal n ended its worker. */
export function exitReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `signal ${signal}`;
  if (code !== null && code > 128) return `signal number ${code - 128}`;
  return `exit code ${code}`;
}

const kills = (['SIGKILL', 'SIGTERM'] as const).flatMap((signal) => [
  exitReason(null, signal),
  exitReason(128 + constants.signals[signal], null),
]);

/** Returns whether an outside signal killed the process: from the kernel for lack of memory, or from an operator. */
export function isKill(reason: string): boolean {
  return kills.includes(reason);
}
