// Finds an archive's README, which is in its top folder, and reads its text.
import { decodeText } from './decode-text.ts';

/** In lower case, best first. */
const names = ['readme.md', 'readme.markdown', 'readme.rst', 'readme.txt', 'readme'];

/** Returns the README among an archive's files. No archive has two files whose names differ only in case. */
export function findReadme<File extends { path: string }>(files: readonly File[]): File | undefined {
  const byName = new Map(files.map((file) => [file.path.toLowerCase(), file]));
  return names.flatMap((name) => byName.get(name) ?? [])[0];
}

/** Stands in a new plugin's README until its author replaces it. */
export const readmePlaceholder = "Say here what it is for, and what it can't do.";

/** Decodes UTF-8, and UTF-16 with its mark, as some editors save it. Returns undefined for any other text. */
export function readmeText(bytes: Uint8Array, { isStart = false } = {}): string | undefined {
  const mark = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  return decodeText(bytes, {
    isStart,
    encoding: mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8',
  });
}
