// Archives in R2: an uploaded object opened for its verdict, and the accepted one kept under its digest, with its index.
import { and, eq, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { ByteSource } from '../../archive/byte-source.ts';
import { decodeIndex, encodeIndex, type IndexEntry } from '../../archive/index.ts';
import { inMemoryBytesMax, uploadBytesMax } from '../../archive/limits.ts';
import type { Meter } from '../../archive/meter.ts';
import { type OpenedArchive, openArchive } from '../../archive/open.ts';
import { type Finding, finding } from '../../contract/finding.ts';
import { languageOf } from '../../contract/languages.ts';
import { Problem } from '../../core/problem.ts';
import { pluginVersions, releasedArchives } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { confirmableMs, OutOfTime, repackedKey, type Upload, uploadKey } from '../uploads/uploads.ts';
import type { PluginVersion } from '../versions/versions.ts';
import { copyTo, integrityMismatch, type ReadProgress, r2Digest, r2Sink, r2Source, trackReads } from './r2-archive.ts';

export interface OpenOptions {
  progress: ReadProgress;
  /** In a request: a large tar.gz is left to the queue (D24). */
  inline: boolean;
  meter: Meter;
}

/**
 * Reads the uploaded object and opens it. Bad content is findings; a missing object or one that is not what was announced
 * throws a Problem, in the order of mixpeek §2: missing, expired, size, ETag. Undefined: too big to be opened at all.
 */
export async function openUploadedArchive(
  { blobs, clock }: Pick<Deps, 'blobs' | 'clock'>,
  upload: Upload,
  pass: OpenOptions,
): Promise<OpenedArchive | undefined> {
  const object = await blobs.head(uploadKey(upload.id));
  if (!object) throw missingObject(upload, clock.now());
  if (clock.now() > upload.expiresAt + confirmableMs) throw uploadExpired(upload);
  const announced = upload.expectedBytes ?? upload.announcedBytes;
  if (announced !== null && announced !== object.size) {
    throw integrityMismatch(`The stored object has ${object.size} bytes, ${announced} were announced`, {
      stored: object.size,
      announced,
    });
  }
  if (upload.expectedEtag !== null && upload.expectedEtag !== object.etag) {
    throw integrityMismatch(`The stored object's ETag is ${object.etag}, ${upload.expectedEtag} was given`, {
      stored: object.etag,
      given: upload.expectedEtag,
    });
  }
  if (object.size > uploadBytesMax) return undefined;

  const pinned = { key: uploadKey(upload.id), size: object.size, etag: object.etag };
  const source = trackReads(r2Source(blobs, pinned), pass.progress);
  if (pass.inline && object.size > inMemoryBytesMax && (await isGzip(source))) throw new OutOfTime();
  const newSink = () => r2Sink(blobs, repackedKey(upload.id), pass.progress);
  if (upload.kind === 'agent') throw new Error('an agent plugin is not uploaded');
  const language = languageOf(upload.kind);
  return openArchive(source, { language, meter: pass.meter, newDigest: r2Digest, newSink });
}

async function isGzip(source: ByteSource): Promise<boolean> {
  const [first, second] = await source.read(0, 2);
  return first === 0x1f && second === 0x8b;
}

export function archiveTooLarge(): Finding {
  return finding('SLP705', { file: '' }, '', { detail: `the archive has more than ${uploadBytesMax} bytes` });
}

function missingObject(upload: Upload, now: number): Problem {
  if (now > upload.expiresAt) return uploadExpired(upload);
  return new Problem('object-missing', `Nothing was uploaded for ${upload.id} yet`, {
    details: { resource: 'object', id: upload.id },
  });
}

export function uploadExpired(upload: Pick<Upload, 'id'>): Problem {
  return new Problem('upload-expired', `Upload ${upload.id} has expired`, {
    details: { resource: 'upload', id: upload.id },
  });
}

export function archiveKey(sha256: string): string {
  return `archives/${sha256}.zip`;
}

export function indexKey(sha256: string): string {
  return `archives/${sha256}.index.json`;
}

type Storable = NonNullable<OpenedArchive['zip']>;

/** Stores the zip and its index under the digest, before any row points at them. Storing the same again changes nothing. */
export async function storeArchive(
  { blobs }: Pick<Deps, 'blobs'>,
  { source, sha256 }: Storable,
  files: readonly IndexEntry[],
): Promise<void> {
  if (await blobs.head(indexKey(sha256))) return;
  await copyTo(blobs, archiveKey(sha256), source, { sha256, httpMetadata: { contentType: 'application/zip' } });
  await blobs.put(indexKey(sha256), encodeIndex(files), {
    httpMetadata: { contentType: 'application/json' },
  });
}

/** The index of a stored archive: where each file's bytes are. */
export async function archiveIndex({ blobs }: Pick<Deps, 'blobs'>, sha256: string): Promise<IndexEntry[]> {
  const object = await blobs.get(indexKey(sha256));
  if (!object) throw new Error(`the index of archive ${sha256} is not in the store`);
  return decodeIndex(await object.text());
}

/** The stored zip, read by ranges. */
export function archiveSource({ blobs }: Pick<Deps, 'blobs'>, sha256: string, sizeBytes: number): ByteSource {
  return {
    size: sizeBytes,
    read: async (offset, length) => {
      if (length === 0) return new Uint8Array(0);
      const object = await blobs.get(archiveKey(sha256), { range: { offset, length } });
      const bytes = new Uint8Array((await object?.arrayBuffer()) ?? new ArrayBuffer(0));
      if (bytes.length !== length) throw new RangeError(`bytes ${offset} to ${offset + length} of archive ${sha256}`);
      return bytes;
    },
  };
}

/** A stored archive opened as it was at its publication, with all that can be found in it. */
export async function openStoredArchive(
  deps: Pick<Deps, 'blobs'>,
  { kind, sha256, sizeBytes }: Pick<PluginVersion, 'kind' | 'sha256' | 'sizeBytes'>,
  watch: ReadProgress,
): Promise<OpenedArchive> {
  if (kind === 'agent') throw new Error('what an agent plugin is made of is no archive');
  const source = trackReads(archiveSource(deps, sha256, sizeBytes), watch);
  const archive = await openArchive(source, { language: languageOf(kind), newDigest: r2Digest });
  if (archive.sha256 !== sha256) throw new Error(`the stored archive ${sha256} has the digest ${archive.sha256}`);
  return archive;
}

const graceMs = 24 * 3600 * 1000;

/** A publish that began before an archive was given up may have relied on it; clocks may differ by this much. */
const clockSkewMs = 60_000;

/** SQL: the archive was not given up since then. The guard of whoever found it stored and did not store it again. */
export function notReleasedSince(sha256: string, time: number): SQL {
  const since = time - clockSkewMs;
  return sql`not exists (select 1 from ${pluginVersions} where ${pluginVersions.sha256} = ${sha256} and ${pluginVersions.releaseBeganAt} > ${since})
    and not exists (select 1 from ${releasedArchives} where ${releasedArchives.sha256} = ${sha256} and ${releasedArchives.releasedAt} > ${since})`;
}

/**
 * Gives up the archives of versions that were deleted a day ago, unless another version has the same bytes (D16); and uploaded
 * objects that are older than any upload can be. The row tells of a release before it happens: a cut is taken up again.
 */
export async function sweepArchives({ db, blobs, clock }: Pick<Deps, 'db' | 'blobs' | 'clock'>): Promise<void> {
  const now = clock.now();
  const gone = await db
    .select({ id: pluginVersions.id, sha256: pluginVersions.sha256 })
    .from(pluginVersions)
    .where(and(lt(pluginVersions.deletedAt, now - graceMs), isNull(pluginVersions.archiveReleasedAt)))
    .limit(50);
  for (const { id, sha256 } of gone) {
    const heir = sql`exists (select 1 from plugin_versions heir where heir.sha256 = ${sha256} and heir.deleted_at is null)`;
    const began = await db
      .update(pluginVersions)
      .set({ releaseBeganAt: now })
      .where(and(eq(pluginVersions.id, id), sql`not ${heir}`))
      .returning({ id: pluginVersions.id });
    if (began.length > 0) await blobs.delete([archiveKey(sha256), indexKey(sha256)]);
    await db.update(pluginVersions).set({ archiveReleasedAt: now }).where(eq(pluginVersions.id, id));
  }
  const uploaded = await blobs.list({ prefix: 'uploads/', limit: 200 });
  const stale = uploaded.objects
    .filter((object) => object.uploaded.getTime() < now - graceMs - confirmableMs)
    .map((object) => object.key);
  if (stale.length > 0) await blobs.delete(stale);
}
