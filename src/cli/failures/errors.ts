// Defines how `--json` reports a failure: under `error`, with the members of RFC 9457.
import type { FieldError } from '../../client/errors.ts';
import type { ExitName } from './exit-codes.ts';

export interface ErrorReport {
  title: string;
  detail: string;
  /** The name of the exit code. */
  exit?: ExitName;
  /** The HTTP status of the server's response. */
  status?: number;
  hint?: string;
  request_id?: string;
  fields?: FieldError[];
  details?: Record<string, unknown>;
  /** The paths that could not be checked. */
  paths?: { path: string; why: string }[];
}

/** Returns whether JSON was requested, for failures that happen before the arguments are parsed. */
export function wantsJson(args: readonly string[]): boolean {
  return args.some(
    (arg, index) => arg === '--json' || arg === '--format=json' || (arg === 'json' && args[index - 1] === '--format'),
  );
}
