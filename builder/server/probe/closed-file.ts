// Names the file that a process in the sandbox may not read, because of its mode or a folder's above it.
import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { MachineProblem } from '../core/machine-problem.ts';
import { nearestClosed } from '../sandbox/open-to-users.ts';
import type { Mount } from '../sandbox/sandbox.ts';

/** Python's messages, with the path as the process sees it. */
const refused = [/\[Errno 13\] Permission denied: '([^']+)'/, /can't open file '([^']+)': \[Errno 13\]/];

/** Returns undefined if the failure names no path, or one that every user may read. */
export async function closedFileProblem(
  failure: string,
  mounts: readonly Mount[],
): Promise<MachineProblem | undefined> {
  const seen = refused.map((message) => message.exec(failure)?.[1]).find((path) => path !== undefined);
  if (seen === undefined || !isAbsolute(seen)) return undefined;
  const isIn = (folder: string) => `${seen}/`.startsWith(`${folder}/`);
  const [source, target] = mounts.find((mount) => mount.some(isIn)) ?? [undefined, ''];
  const path = source === undefined || isIn(source) ? seen : source + seen.slice(target.length);
  // The folders above a mount are the instance's own.
  const closed = await nearestClosed(path, source).catch(() => undefined);
  if (closed === undefined) return undefined;
  const found = await stat(closed);
  const mode = (found.mode & 0o777).toString(8).padStart(4, '0');
  return {
    problem: `instances run as their own users, which can't read ${path}, because the mode of ${closed} is ${mode}`,
    fix: `Run \`chmod o+r${found.isDirectory() ? 'x' : ''} ${closed}\``,
  };
}
