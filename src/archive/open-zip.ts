// A zip from end to end: its directory first, then one pass over all bytes in order. Owns the order of the checks:
// nothing is inflated of an archive that its names, modes or limits refuse (scan policy §8).

import { type Contents, emptyContents, tryTo } from './archive-contents.ts';
import type { ByteDigest } from './byte-digest.ts';
import type { ByteSource } from './byte-source.ts';
import { Defect } from './defect.ts';
import { sourceSumFinding } from './entry-limits.ts';
import { type EntryStream, entryStream } from './entry-stream.ts';
import { type Content, type ContentOptions, readContent, type WholeContent } from './file-content.ts';
import { judgeListing } from './listing.ts';
import type { Meter } from './meter.ts';
import { findingAt } from './note.ts';
import { isJunk } from './paths.ts';
import { SequentialReader } from './sequential-reader.ts';
import { type PlacedEntry, readZipDirectory, type ZipDirectory } from './zip-directory.ts';
import { methodOf } from './zip-entry.ts';
import { checkDescriptor, checkLocalHeader } from './zip-local.ts';

/** `digest` sees every byte of the source once, whatever is found. */
export async function openZip(source: ByteSource, options: ContentOptions, digest?: ByteDigest): Promise<Contents> {
  const reader = new SequentialReader(source, options.meter, digest);
  const contents = emptyContents(options.meter);
  const directory = await tryTo(contents, () => readZipDirectory(source));
  if (directory) {
    options.meter.hold(directory.heldBytes);
    await readEntries(reader, directory, options, contents);
    options.meter.release(directory.heldBytes);
  }
  await reader.finish();
  return contents;
}

async function readEntries(
  reader: SequentialReader,
  directory: ZipDirectory,
  options: ContentOptions,
  contents: Contents,
): Promise<void> {
  const { findings, files } = contents;
  const entries = directory.entries.filter(({ name }) => !isJunk(name));
  const {
    top,
    refusals,
    findings: nameFindings,
  } = judgeListing(
    {
      files: entries
        .filter(({ name }) => !name.folder)
        .map(({ name, size, compressedSize }) => ({ path: name.path, size, compressedSize })),
      folders: entries.filter(({ name }) => name.folder && name.path !== '').map(({ name }) => name.path),
    },
    options.rules,
  );
  contents.top = top;
  findings.push(...directory.findings, ...refusals, ...nameFindings);
  if (directory.findings.length + refusals.length > 0) return;
  for (const entry of directory.entries) {
    await tryTo(contents, () => readEntry(reader, entry, options, contents));
    await reader.skipTo(entry.end);
  }
  const sourceFinding = sourceSumFinding(files.reduce((sum, { size, source }) => sum + (source ? size : 0), 0));
  if (sourceFinding) findings.push(sourceFinding);
}

async function readEntry(
  reader: SequentialReader,
  entry: PlacedEntry,
  options: ContentOptions,
  contents: Contents,
): Promise<void> {
  const { name, size, compressedSize } = entry;
  const path = name.path.startsWith(contents.top) ? name.path.slice(contents.top.length) : name.path;
  await checkLocalHeader(reader, entry, path);
  const offset = reader.position;
  if (!isJunk(name) && !(name.folder && compressedSize === 0)) {
    const stream = entryStream(reader, methodOf(entry), compressedSize, options.meter);
    const content = await readContent(path, size, stream, options);
    contents.findings.push(...content.notes.map((note) => findingAt(path, note)));
    if (content.whole) checkWhole(entry, path, stream, content.whole, options.meter);
    if (!name.folder) addFile(entry, path, offset, content, contents);
  }
  await reader.skipTo(offset + compressedSize);
  await checkDescriptor(reader, entry, path);
}

function addFile(
  entry: PlacedEntry,
  path: string,
  offset: number,
  { whole, isSource }: Content,
  { files, kept }: Contents,
): void {
  const { name, size, compressedSize, crc32 } = entry;
  const sha256 = whole?.sha256 ?? null;
  files.push({ path, size, sha256, offset, compressedSize, method: methodOf(entry), crc32, source: isSource });
  if (whole?.bytes) kept.offer(name.path, whole.bytes, isSource);
}

function checkWhole(entry: PlacedEntry, path: string, stream: EntryStream, whole: WholeContent, meter: Meter): void {
  const problem = problemOf(entry, stream, whole);
  if (problem === undefined) return;
  meter.release(whole.bytes?.length ?? 0);
  throw new Defect('SLP704', problem, path);
}

function problemOf({ size, crc32 }: PlacedEntry, stream: EntryStream, whole: WholeContent): string | undefined {
  if (whole.size > size) return 'holds more bytes than its declared size';
  const problem = stream.problem();
  if (problem !== undefined) return problem;
  if (whole.size < size) return 'holds fewer bytes than its declared size';
  return whole.crc32 === crc32 ? undefined : 'its CRC differs';
}
