// A tar.gz from end to end in one pass: gunzip, tar, checks, and the zip that is kept in its place (design D24). The zip
// is given up as soon as a name, a kind or a limit refuses the archive; the rest of the members is still looked at.

import { type Contents, emptyContents, tryTo } from './archive-contents.ts';
import type { ByteDigest } from './byte-digest.ts';
import type { ByteSource } from './byte-source.ts';
import { Defect } from './defect.ts';
import { type ListedFile, sourceSumFinding } from './entry-limits.ts';
import { type ContentOptions, readContent } from './file-content.ts';
import { GunzipStream } from './gunzip.ts';
import { entriesMax, storedFromBytes } from './limits.ts';
import { judgeListing } from './listing.ts';
import { findingAt, type Note } from './note.ts';
import { isJunk, pathProblem, printable } from './paths.ts';
import { type ByteStream, SequentialReader } from './sequential-reader.ts';
import type { SourceRules } from './source-rules.ts';
import { type TarMember, tarMembers } from './tar-members.ts';
import { localHeaderBytes, type WrittenEntry } from './zip-format.ts';
import { type ZipSink, ZipWriter } from './zip-writer.ts';

export interface StoredZip {
  source: ByteSource;
  sha256: string;
}

export interface RepackedContents extends Contents {
  /** Null when a name, a kind or a limit refuses the archive. */
  zip: StoredZip | null;
}

/** What has gone by: paths as the tar has them, since the top folder is known only at the end. */
interface Pass {
  files: ListedFile[];
  folders: string[];
  isRefused: boolean;
  /** The tar was read to its end: what is not there is missing. */
  isEnded: boolean;
  read: { path: string; notes: Note[]; isSource: boolean; sha256: string; entry: WrittenEntry }[];
}

/** `digest` sees every byte of the source once, whatever is found. The sink is closed or aborted, also when the source throws. */
export async function openTarGz(
  source: ByteSource,
  sink: ZipSink,
  options: ContentOptions,
  digest?: ByteDigest,
): Promise<RepackedContents> {
  const contents = emptyContents(options.meter);
  const reader = new SequentialReader(source, options.meter, digest);
  const gunzip = new GunzipStream(reader, options.meter);
  const zipDigest = options.newDigest();
  const writer = new ZipWriter(sink, options.meter, zipDigest);
  try {
    const pass: Pass = { files: [], folders: [], isRefused: false, isEnded: false, read: [] };
    await tryTo(contents, async () => {
      for await (const member of tarMembers(gunzip)) await takeMember(member, gunzip, writer, options, pass, contents);
      pass.isEnded = true;
    });
    await reader.finish();
    if (settle(pass, contents, options.rules)) {
      const zip = await writer.finish();
      return { ...contents, zip: { source: zip, sha256: await zipDigest.end() } };
    }
  } catch (cause) {
    await writer.abort();
    throw cause;
  }
  await writer.abort();
  return { ...contents, zip: null };
}

async function takeMember(
  { name, size, special, content }: TarMember,
  gunzip: GunzipStream,
  writer: ZipWriter,
  options: ContentOptions,
  pass: Pass,
  contents: Contents,
): Promise<void> {
  if (isJunk(name) || (name.folder && name.path === '')) return;
  const { path } = name;
  if (special !== undefined) contents.findings.push(findingAt(printable(path), { ruleId: 'SLP702', why: special }));
  if (special !== undefined || pathProblem(path) !== undefined) pass.isRefused = true;
  const listed = { path, size, compressedSize: size };
  if (name.folder) pass.folders.push(path);
  else pass.files.push(listed);
  if (pass.files.length + pass.folders.length > entriesMax)
    throw new Defect('SLP705', `more than ${entriesMax} entries`);
  if (pass.isRefused || name.folder) return;
  const before = gunzip.consumed;
  const taken = await repack(path, size, content, writer, options);
  listed.compressedSize = gunzip.consumed - before;
  if (taken.bytes) contents.kept.offer(path, taken.bytes, taken.isSource);
  pass.read.push({ path, ...taken });
}

/** Checks a file's content and writes it on: compressed when small, stored as it goes by when not. */
async function repack(path: string, size: number, content: ByteStream, writer: ZipWriter, options: ContentOptions) {
  const stored = size >= storedFromBytes ? await writer.begin(path, size) : undefined;
  const passedOn: ByteStream = {
    next: async (max) => {
      const bytes = await content.next(max);
      await stored?.content(bytes);
      return bytes;
    },
  };
  const { notes, isSource, whole } = await readContent(path, size, passedOn, { ...options, all: true });
  if (!whole) throw new Error('all content was asked for');
  const entry = stored
    ? await stored.end(whole.crc32)
    : await writer.file(path, whole.bytes ?? new Uint8Array(0), whole.crc32);
  return { notes, isSource, sha256: whole.sha256, bytes: whole.bytes, entry };
}

/** Rules on what is not there. */
const missing: ReadonlySet<string> = new Set(['SLP709', 'SLP710']);

/** Whether the archive is one: puts findings and files where they belong, now that the top folder is known. */
function settle({ files, folders, read, isEnded }: Pass, contents: Contents, rules: SourceRules): boolean {
  const { top, refusals, findings } = judgeListing({ files, folders }, rules);
  const isWhole = contents.findings.length + refusals.length === 0;
  contents.top = top;
  contents.findings.push(...[...refusals, ...findings].filter(({ ruleId }) => isEnded || !missing.has(ruleId)));
  for (const { path, notes, isSource, sha256, entry } of read) {
    const placed = path.slice(top.length);
    contents.findings.push(...notes.map((note) => findingAt(placed, note)));
    if (isWhole) contents.files.push({ path: placed, sha256, source: isSource, ...whereabouts(entry) });
  }
  const sourceBytes = read.reduce((sum, { isSource, entry }) => sum + (isSource ? entry.size : 0), 0);
  const sourceFinding = sourceSumFinding(sourceBytes);
  if (sourceFinding) contents.findings.push(sourceFinding);
  return isWhole && !sourceFinding;
}

function whereabouts({ size, headerOffset, name, compressedSize, method, crc32 }: WrittenEntry) {
  return { size, offset: headerOffset + localHeaderBytes + name.length, compressedSize, method, crc32 };
}
