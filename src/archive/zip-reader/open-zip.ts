// Reads a zip from end to end: first its directory, then all bytes in one pass. Defines the order of the checks: nothing is inflated if
// names, modes or limits reject the archive (scan policy §8).
import { type ArchiveContents, catchDefect, emptyContents } from '../contents/archive-contents.ts';
import { type FullContent, type ReadOptions, readContent } from '../contents/file-content.ts';
import { evaluateListing, type Listing } from '../contents/listing.ts';
import type { ByteDigest, ByteSource } from '../reading/byte-source.ts';
import { Defect } from '../reading/defect.ts';
import { SequentialReader } from '../reading/sequential-reader.ts';
import { totalSourceFinding } from '../rules/entry-limits.ts';
import { findingAt } from '../rules/note.ts';
import { isJunk } from '../rules/paths.ts';
import { type EntryStream, entryStream } from '../zip/entry-stream.ts';
import { type PlacedEntry, readZipDirectory, type ZipDirectory } from './zip-directory.ts';
import { compressionMethod } from './zip-entry.ts';
import { checkDescriptor, checkLocalHeader } from './zip-local.ts';

/** Passes every source byte to `digest` once, even if it rejects the archive. */
export async function openZip(source: ByteSource, options: ReadOptions, digest?: ByteDigest): Promise<ArchiveContents> {
  const reader = new SequentialReader(source, options.meter, digest);
  const contents = emptyContents(options.meter);
  const directory = await catchDefect(contents, () => readZipDirectory(source));
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
  options: ReadOptions,
  contents: ArchiveContents,
): Promise<void> {
  const { findings, files } = contents;
  const listed = evaluateListing(listingOf(directory), options.rules);
  contents.top = listed.top;
  findings.push(...directory.findings, ...listed.rejections, ...listed.findings);
  if (directory.findings.length + listed.rejections.length > 0) return;
  for (const entry of directory.entries) {
    await catchDefect(contents, () => readEntry(reader, entry, options, contents));
    await reader.skipTo(entry.end);
  }
  const sourceFinding = totalSourceFinding(files.reduce((sum, { size, source }) => sum + (source ? size : 0), 0));
  if (sourceFinding) findings.push(sourceFinding);
}

function listingOf({ entries }: ZipDirectory): Listing {
  const listed = entries.filter(({ name }) => !isJunk(name));
  return {
    files: listed
      .filter(({ name }) => !name.folder)
      .map(({ name, size, compressedSize }) => ({ path: name.path, size, compressedSize })),
    folders: listed.filter(({ name }) => name.folder && name.path !== '').map(({ name }) => name.path),
  };
}

async function readEntry(
  reader: SequentialReader,
  entry: PlacedEntry,
  options: ReadOptions,
  contents: ArchiveContents,
): Promise<void> {
  const { name, size, compressedSize, crc32 } = entry;
  const { meter } = options;
  const path = name.path.startsWith(contents.top) ? name.path.slice(contents.top.length) : name.path;
  await checkLocalHeader(reader, entry, path);
  const offset = reader.position;
  if (!isJunk(name) && !(name.folder && compressedSize === 0)) {
    const method = compressionMethod(entry);
    const stream = entryStream(reader, { method, compressedSize }, meter);
    const { notes, isSource, full } = await readContent(path, size, stream, {
      ...options,
      readEnds: method === 'stored',
    });
    contents.findings.push(...notes.map((note) => findingAt(path, note)));
    const problem = full && contentProblem(entry, stream, full);
    if (problem !== undefined) {
      meter.release(full?.bytes?.length ?? 0);
      throw new Defect('SLP704', problem, path);
    }
    if (!name.folder) {
      const sha256 = full?.sha256 ?? null;
      contents.files.push({ path, size, sha256, offset, compressedSize, method, crc32, source: isSource });
      if (full?.bytes) contents.sources.add(name.path, full.bytes, isSource);
    }
  }
  await reader.skipTo(offset + compressedSize);
  await checkDescriptor(reader, entry, path);
}

function contentProblem({ size, crc32 }: PlacedEntry, stream: EntryStream, full: FullContent): string | undefined {
  if (full.size > size) return 'contains more bytes than its declared size';
  const problem = stream.problem();
  if (problem !== undefined) return problem;
  if (full.size < size) return 'contains fewer bytes than its declared size';
  return full.crc32 === crc32 ? undefined : 'CRC mismatch';
}
