// Reads folders and processes while others change them. Anything that vanishes during a read is treated as missing.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const gone = ['ENOENT', 'ENOTDIR', 'ESRCH'];
const goneOrHidden = [...gone, 'EACCES', 'EPERM'];

function unless<Value>(codes: string[], look: () => Value, otherwise: Value): Value {
  try {
    return look();
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && codes.includes(String(cause.code))) return otherwise;
    throw cause;
  }
}

/** Returns the names in a folder. */
export function liveNames(folder: string): string[] {
  return unless(gone, () => readdirSync(folder), []);
}

/** Returns the paths of all files below a folder. */
export function liveFiles(folder: string): string[] {
  return unless(gone, () => readdirSync(folder, { withFileTypes: true }), []).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return liveFiles(path);
    return entry.isFile() ? [path] : [];
  });
}

/** Returns a file's contents, with one character per byte. */
export function liveText(path: string): string {
  return unless(gone, () => readFileSync(path, 'latin1'), '');
}

/** Returns the contents of all files below a folder. */
export function liveTexts(folder: string): string[] {
  return liveFiles(folder).map(liveText);
}

/** Returns the contents of a file in /proc/PID, or an empty text if the process has ended or this one may not read it. */
export function processText(pid: number | string, file: string): string {
  return unless(goneOrHidden, () => readFileSync(`/proc/${pid}/${file}`, 'latin1'), '');
}

/** Returns the arguments and environments of all other processes that this one may read. */
export function processTexts(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => [processText(pid, 'cmdline'), processText(pid, 'environ')]);
}
