// Checks the limits on listed entries (SLP705), for zip and tar alike, before any content is read.
import { type Finding, finding } from '../../contract/findings/finding.ts';
import {
  entriesMax,
  ratioAppliesAboveBytes,
  ratioMax,
  sourceBytesMax,
  sourceFileBytesMax,
  unpackedBytesMax,
} from '../../contract/limits/archives.ts';
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
  if (entryCount > entriesMax) return [limitFinding(`${entryCount} entries; the limit is ${entriesMax}`)];
  const findings: Finding[] = [];
  const unpacked = sum(files);
  if (unpacked > unpackedBytesMax)
    findings.push(limitFinding(`${unpacked} bytes unpacked; the limit is ${unpackedBytesMax}`));
  const sources = files.filter(({ path }) => isSourceName(path));
  const sourceFinding = totalSourceFinding(sum(sources));
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
  const reason = `${size} bytes compressed to ${compressedSize}; the limit is ${ratioMax}:1`;
  return findingAt(printable(path), { ruleId: 'SLP705', reason });
}

export function totalSourceFinding(bytes: number): Finding | undefined {
  return bytes > sourceBytesMax ? limitFinding(`${bytes} bytes of source; the limit is ${sourceBytesMax}`) : undefined;
}

export function sourceTooLargeNote(size: number): Note {
  return { ruleId: 'SLP705', reason: `${size} bytes; the limit for a source file is ${sourceFileBytesMax}` };
}

export function limitFinding(detail: string): Finding {
  return finding('SLP705', { file: '' }, '', { detail });
}

function sum(files: readonly ListedFile[]): number {
  return files.reduce((total, { size }) => total + size, 0);
}
