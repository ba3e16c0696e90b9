// Describes files that could not be checked. They never count as clean.
import { ioReason } from '../terminal/io-error.ts';

export interface Unchecked {
  /** Path as the user would write it: the PATH joined with the path below it. */
  path: string;
  why: string;
}

/** Describes an error of node:fs. Rethrows any other error. */
export function describeIoError(error: unknown): string {
  const reason = ioReason(error);
  if (reason === undefined) throw error;
  return reason;
}
