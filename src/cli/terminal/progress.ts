// Reports the stages of long work such as an upload: each one's duration when it ends, and the progress of transfers.
import { formatBytes, formatDuration, formatProgress } from '../../core/quantities.ts';
import type { Output } from './output.ts';

export type Stage = (name: string, more?: string) => void;

/** Returns a function that prints a finished stage with the time since the previous one. */
export function stageTimer(output: Output): Stage {
  let last = performance.now();
  return (name, more = '') => {
    const at = performance.now();
    output.stage(`${name.padEnd(10)} ${formatDuration(at - last).padEnd(8)} ${more}`.trimEnd());
    last = at;
  };
}

/** Interval between log lines during a transfer. A terminal has one changing line instead. */
const logEveryMs = 10_000;

/** Returns a function that takes the number of bytes so far. `verb` says what happens to them, such as `uploading`. */
export function transferReporter(
  output: Output,
  verb: string,
  totalBytes: number,
  now: () => number = () => performance.now(),
): (bytes: number) => void {
  let loggedAt = now();
  return (bytes) => {
    const how = `${formatProgress(bytes, totalBytes)} of ${formatBytes(totalBytes)}`;
    output.progress(verb, how);
    if (output.isLive || now() - loggedAt < logEveryMs) return;
    loggedAt = now();
    output.stage(`${verb.padEnd(10)} ${how}`);
  };
}
