// Where findings are, in the words of each format.
import { relative, resolve, sep } from 'node:path';
import type { Subject } from './report.ts';

/** For people: within the given PATH, or the PATH itself. */
export function shownFile({ path }: Subject, file: string): string {
  return file === '' ? path : file;
}

/** On disk, as seen from the working folder: the file, or the archive that it is in. */
export function fileOnDisk({ kind, path }: Subject, file: string): string {
  const isInside = (kind === 'plugin' || kind === 'folder') && file !== '';
  const found = relative('.', isInside ? resolve(path, file) : path);
  return sep === '/' ? found : found.split(sep).join('/');
}
