// Describes how a process exited.
import { constants } from 'node:os';

/** A sandbox's supervisor exits with 128 + n if signal n ended its worker. */
export function exitReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `signal ${signal}`;
  if (code !== null && code > 128) return `signal number ${code - 128}`;
  return `exit code ${code}`;
}

const kills = (['SIGKILL', 'SIGTERM'] as const).flatMap((signal) => [
  exitReason(null, signal),
  exitReason(128 + constants.signals[signal], null),
]);

/** Returns whether an outside signal killed the process, sent by the kernel because memory ran out or by an operator. */
export function isKill(reason: string): boolean {
  return kills.includes(reason);
}
