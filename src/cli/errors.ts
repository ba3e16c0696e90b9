// How a failure is told to programs: under `error`, in the words of RFC 9457.

export interface ErrorReport {
  title: string;
  detail: string;
  /** What could not be checked, where that is the failure. */
  paths?: { path: string; why: string }[];
}

/** Whether the caller wants JSON, for failures that come before the arguments are understood. */
export function wantsJson(args: readonly string[]): boolean {
  return args.some(
    (arg, index) => arg === '--json' || arg === '--format=json' || (arg === 'json' && args[index - 1] === '--format'),
  );
}
