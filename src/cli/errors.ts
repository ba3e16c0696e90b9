// How a failure is told to programs: under `error`, in the words of RFC 9457.
import type { FieldError } from '../client/errors.ts';
import type { ExitName } from './exit-codes.ts';

export interface ErrorReport {
  title: string;
  detail: string;
  /** The name of the exit code. */
  exit?: ExitName;
  /** Of the server's answer. */
  status?: number;
  hint?: string;
  request_id?: string;
  fields?: FieldError[];
  details?: Record<string, unknown>;
  /** What could not be checked, where that is the failure. */
  paths?: { path: string; why: string }[];
}

/** Whether the caller wants JSON, for failures that come before the arguments are understood. */
export function wantsJson(args: readonly string[]): boolean {
  return args.some(
    (arg, index) => arg === '--json' || arg === '--format=json' || (arg === 'json' && args[index - 1] === '--format'),
  );
}
