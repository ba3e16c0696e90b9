// Reports the stages of work that takes long, such as an upload: each with its time when it has ended, and how far a transfer is.
import { formatBytes } from '../../core/bytes.ts';
import { formatDuration } from './duration.ts';
import type { Output } from './output.ts';

export type Stage = (name: string, more?: string) => void;

/** Returns a function that prints a stage that has ended, with the time since the one before. */
export function stageTimer(output: Output): Stage {
  let last = performance.now();
  return (name, more = '') => {
    const at = performance.now();
    output.stage(`${name.padEnd(10)} ${formatDuration(at - last).padEnd(8)} ${more}`.trimEnd());
    last = at;
  };
}

/** A log gets a line this often while bytes are transferred. A terminal has a line that changes. */
const logEveryMs = 10_000;

/** Returns a function for the number of bytes so far. `verb` is what happens to them, such as `uploading`. */
export function transferReporter(
  output: Output,
  verb: string,
  totalBytes: number,
  now: () => number = () => performance.now(),
): (bytes: number) => void {
  let loggedAt = now();
  return (bytes) => {
    const percent = totalBytes === 0 ? 100 : Math.floor((100 * bytes) / totalBytes);
    const how = `${percent} % of ${formatBytes(totalBytes)}`;
    output.progress(verb, how);
    if (output.isLive || now() - loggedAt < logEveryMs) return;
    loggedAt = now();
    output.stage(`${verb.padEnd(10)} ${how}`);
  };
}
