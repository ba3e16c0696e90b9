// Where findings are, in the words of each format.
import { relative, sep } from 'node:path';
import type { Subject } from './report.ts';

/** For people: within the given PATH, or the PATH itself. */
export function shownFile({ path }: Pick<Subject, 'path'>, file: string): string {
  return file === '' ? path : file;
}

/** What lies on disk, as seen from the working folder: the file, or the archive that it is in. */
export function fileOnDisk({ kind, path }: Subject, file: string): string {
  return joined(path, kind === 'plugin' || kind === 'folder' ? file : '');
}

/** The same as a relative URI, in which an archive counts as a folder. */
export function uriOf({ kind, path }: Subject, file: string): string {
  const parts = joined(path, kind === 'file' ? '' : file).split('/');
  return parts.map((part) => encodeURIComponent(part.toWellFormed())).join('/');
}

/** `file` is not resolved: in a hostile archive it may be anything. */
function joined(path: string, file: string): string {
  const found = relative('.', path);
  const folder = sep === '/' ? found : found.split(sep).join('/');
  return [folder, file].filter((part) => part !== '').join('/');
}
