// Finds a zip at the end of a file of another type (scan policy §8, SLP708). Python imports from any file that ends like a zip, so the
// zip's members would never be scanned.
import { view } from '../reading/decoding.ts';
import { centralHeaderBytes, commentBytesMax, endBytes, signatures } from '../zip/zip-format.ts';
import { extensionIn } from './name-rules.ts';
import type { Note } from './note.ts';

const code = ['.py', '.pyc', '.so', '.pyd'];
/** Extensions of zip-based formats whose members are data. */
const arrayArchives = ['.npz', '.pt', '.pth'];
const torchScript = /(?:^|\/)code\/__torch__(?:\/|\.py$)/;

/** `tail` is the end of a file of `size` bytes, at most `fileTailBytes`. `isArchive` is true if the file starts like a zip. */
export function hiddenZipNotes(
  path: string,
  { isArchive, size, tail }: { isArchive: boolean; size: number; tail: Uint8Array },
): Note[] {
  const directory = findDirectory(tail, size - tail.length);
  if (!directory) return [];
  if (!isArchive || !extensionIn(path, arrayArchives)) {
    return isArchive ? [] : [{ ruleId: 'SLP708', reason: 'a zip at the end of the file' }];
  }
  if (directory.start < 0) return [{ ruleId: 'SLP708', reason: 'a zip with too many members to check' }];
  const member = memberNames(tail.subarray(directory.start, directory.end)).find(
    (name) => extensionIn(name, code) && !torchScript.test(name),
  );
  return member === undefined
    ? []
    : [{ ruleId: 'SLP708', reason: `code in an archive of arrays (${JSON.stringify(member)})` }];
}

/**
 * Returns where the central directory starts in the tail. Finds it as zipimport does: before the last end record with consistent
 * numbers.
 */
function findDirectory(tail: Uint8Array, offset: number): { start: number; end: number } | undefined {
  const data = view(tail);
  const first = Math.max(0, tail.length - endBytes - commentBytesMax);
  for (let at = tail.length - endBytes; at >= first; at -= 1) {
    if (tail[at] !== 0x50 || data.getUint32(at, true) !== signatures.end) continue;
    const [count, size, start] = [
      data.getUint16(at + 10, true),
      data.getUint32(at + 12, true),
      data.getUint32(at + 16, true),
    ];
    const isZip64 = size === 0xffffffff || start === 0xffffffff;
    if (isZip64) return { start: -1, end: at };
    if (count > 0 && count * centralHeaderBytes <= size && size + start <= offset + at)
      return { start: at - size, end: at };
  }
  return undefined;
}

function memberNames(directory: Uint8Array): string[] {
  const data = view(directory);
  const names: string[] = [];
  for (let at = 0; at + centralHeaderBytes <= directory.length && data.getUint32(at, true) === signatures.central; ) {
    const nameEnd = at + centralHeaderBytes + data.getUint16(at + 28, true);
    names.push(new TextDecoder('latin1').decode(directory.subarray(at + centralHeaderBytes, nameEnd)));
    at = nameEnd + data.getUint16(at + 30, true) + data.getUint16(at + 32, true);
  }
  return names;
}
