// The limits on what a directory lists (SLP705), for zip and tar alike: all of them before any content is looked at.
import { type Finding, finding } from '../contract/finding.ts';
import {
  entriesMax,
  ratioAppliesAboveBytes,
  ratioMax,
  sourceBytesMax,
  sourceFileBytesMax,
  unpackedBytesMax,
} from './limits.ts';
import { findingAt, type Note } from './note.ts';
import { printable } from './paths.ts';
import type { SourceRules } from './source-rules.ts';

export interface ListedFile {
  path: string;
  size: number;
  compressedSize: number;
}

export function limitFindings(
  files: readonly ListedFile[],
  folderCount: number,
  { isSourceName }: SourceRules,
): Finding[] {
  const entryCount = files.length + folderCount;
  if (entryCount > entriesMax) return [overLimit(`${entryCount} entries, at most ${entriesMax}`)];
  const findings: Finding[] = [];
  const unpacked = sum(files);
  if (unpacked > unpackedBytesMax) findings.push(overLimit(`${unpacked} bytes unpacked, at most ${unpackedBytesMax}`));
  const sources = files.filter(({ path }) => isSourceName(path));
  const sourceFinding = sourceSumFinding(sum(sources));
  if (sourceFinding) findings.push(sourceFinding);
  for (const { path, size } of sources) {
    if (size > sourceFileBytesMax) findings.push(findingAt(printable(path), sourceTooLargeNote(size)));
  }
  for (const file of files) {
    if (exceedsRatio(file)) findings.push(ratioFinding(file));
  }
  return findings;
}

export function exceedsRatio({ size, compressedSize }: Pick<ListedFile, 'size' | 'compressedSize'>): boolean {
  return size > ratioAppliesAboveBytes && size > compressedSize * ratioMax;
}

export function ratioFinding({ path, size, compressedSize }: ListedFile): Finding {
  const why = `${size} bytes packed into ${compressedSize}, at most ${ratioMax}:1`;
  return findingAt(printable(path), { ruleId: 'SLP705', why });
}

export function sourceSumFinding(bytes: number): Finding | undefined {
  return bytes > sourceBytesMax ? overLimit(`${bytes} bytes of source, at most ${sourceBytesMax}`) : undefined;
}

export function sourceTooLargeNote(size: number): Note {
  return { ruleId: 'SLP705', why: `${size} bytes of source in one file, at most ${sourceFileBytesMax}` };
}

export function overLimit(detail: string): Finding {
  return finding('SLP705', { file: '' }, '', { detail });
}

function sum(files: readonly ListedFile[]): number {
  return files.reduce((total, { size }) => total + size, 0);
}
