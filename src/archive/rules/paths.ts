// Checks entry names: unsafe paths (SLP701), collisions (SLP703), entries to ignore, and the top folder to strip. Used for zip and tar,
// and independent of the entries' content.
import type { Finding } from '../../contract/findings/finding.ts';
import { nameBytesMax, pathBytesMax, pathFoldersMax } from '../../contract/limits/archives.ts';
import { normalize } from '../../core/normalization.ts';
import { findingAt } from './note.ts';

export interface EntryName {
  /** Path as in the archive, without a leading `./` and without a folder's trailing slash. */
  path: string;
  folder: boolean;
}

/** Control, format (bidi, zero-width) and line separator characters, and the grapheme joiner, which Unicode classifies as a mark. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\u034f/gu;
const encoder = new TextEncoder();
/** Bytes of one UTF-16 code unit in UTF-8. */
const utf8BytesMax = 3;

export function entryName(raw: string): EntryName {
  const relative = raw === '.' ? '' : raw.replace(/^(?:\.\/)+/, '');
  const folder = relative.endsWith('/') || (relative === '' && raw !== '');
  return { path: relative.endsWith('/') ? relative.slice(0, -1) : relative, folder };
}

/** Returns whether macOS added the entry. Such entries are ignored (scan policy §8), unless their path escapes the folder. */
export function isJunk({ path, folder }: EntryName): boolean {
  const parts = path.split('/');
  if (parts.includes('..') || path.includes('\\')) return false;
  const folders = folder ? parts : parts.slice(0, -1);
  const name = parts.at(-1) ?? '';
  // AppleDouble files, which macOS's tar puts beside each file, as in `._manifest.py`.
  return folders.includes('__MACOSX') || name === '.DS_Store' || (!folder && name.startsWith('._'));
}

/** Returns why a path must not be unpacked, or undefined if it is safe. */
export function pathProblem(path: string): string | undefined {
  if (path === '') return 'empty name';
  if (path.search(invisible) >= 0) return 'control or invisible characters';
  if (path.includes('\\')) return 'backslash';
  if (path.startsWith('/')) return 'absolute path';
  if (/^[A-Za-z]:/.test(path)) return 'drive letter';
  if (encoder.encode(path).length > pathBytesMax) return `longer than ${pathBytesMax} bytes`;
  const parts = path.split('/');
  if (parts.length > pathFoldersMax + 1) return `more than ${pathFoldersMax} folders deep`;
  for (const part of parts) {
    if (part === '..') return 'contains `..`';
    if (part === '' || part === '.') return 'empty path component';
    if (part.length > nameBytesMax / utf8BytesMax && encoder.encode(part).length > nameBytesMax)
      return `a name in it is longer than ${nameBytesMax} bytes`;
  }
  return undefined;
}

/** Reports unsafe and colliding names. Findings show printable paths. */
export function nameFindings(names: readonly EntryName[]): Finding[] {
  const findings: Finding[] = [];
  const files = new Map<string, string>();
  const folders = new Set<string>();
  const keys: { key: string; path: string }[] = [];
  for (const { path, folder } of names) {
    const shown = printable(path);
    const problem = pathProblem(path);
    if (problem !== undefined) {
      findings.push(findingAt(shown, { ruleId: 'SLP701', reason: problem }));
      continue;
    }
    const key = collisionKey(path);
    if (files.has(key) || (folder && folders.has(key))) findings.push(collision(shown, files.get(key) ?? shown));
    if (folder) folders.add(key);
    else files.set(key, shown);
    keys.push({ key, path });
  }
  for (const { key, path } of keys) {
    for (const parent of parentsOf(key)) {
      const file = files.get(parent);
      if (file === undefined) continue;
      findings.push(collision(file, printable(path)));
      // One is enough: a path may have many parents.
      break;
    }
  }
  for (const key of folders) {
    const file = files.get(key);
    if (file !== undefined) findings.push(collision(file, `${file}/`));
  }
  return findings;
}

function collision(path: string, other: string): Finding {
  return findingAt(path, { ruleId: 'SLP703', reason: `collides with ${other}` });
}

function* parentsOf(path: string): Generator<string> {
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) yield path.slice(0, slash);
}

/** Maps names that some file system treats as equal to the same key: canonical composition, then case folding. */
export function collisionKey(path: string): string {
  return normalize(normalize(path, 'NFC').toLowerCase().toUpperCase().toLowerCase(), 'NFC');
}

/** Returns `name/` if every file is under that one folder, otherwise ''. */
export function commonTopFolder(paths: readonly string[]): string {
  const first = paths[0];
  const slash = first === undefined ? -1 : first.indexOf('/');
  if (first === undefined || slash < 0) return '';
  const top = first.slice(0, slash + 1);
  return paths.every((path) => path.startsWith(top)) ? top : '';
}

/** Escapes invisible characters in a hostile name and truncates it, so that it is safe in a terminal or a log line. */
export function printable(path: string): string {
  const shown = path.replace(invisible, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
  return shown.length > pathBytesMax ? `${shown.slice(0, pathBytesMax).toWellFormed()}…` : shown;
}
