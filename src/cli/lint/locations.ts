// Formats the locations of findings for each output format.
import { relative, sep } from 'node:path';
import type { Subject } from './report.ts';

/** For people: relative to the PATH, or the PATH itself. */
export function displayPath({ path }: Pick<Subject, 'path'>, file: string): string {
  return file === '' ? path : file;
}

/** The file on disk, relative to the working folder: the source file, or the archive that contains it. */
export function diskPath({ kind, path }: Subject, file: string): string {
  return joinPath(path, kind === 'plugin' || kind === 'folder' ? file : '');
}

/** A relative URI in which an archive counts as a folder. */
export function relativeUri({ kind, path }: Subject, file: string): string {
  const parts = joinPath(path, kind === 'file' ? '' : file).split('/');
  return parts.map((part) => encodeURIComponent(part.toWellFormed())).join('/');
}

/** Does not resolve `file`, since a hostile archive may contain any name. */
function joinPath(path: string, file: string): string {
  const found = relative('.', path);
  const folder = sep === '/' ? found : found.split(sep).join('/');
  return [folder, file].filter((part) => part !== '').join('/');
}
