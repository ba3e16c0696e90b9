// Opens uploaded archives.
import { type OpenedArchive, openArchive } from '../../archive/open.ts';
import type { Meter } from '../../archive/reading/meter.ts';
import { type Finding, finding } from '../../contract/findings/finding.ts';
import { inMemoryBytesMax, uploadBytesMax } from '../../contract/limits/archives.ts';
import { uploadLimits } from '../../contract/limits/uploads.ts';
import { sourceLanguage } from '../../contract/plugin/languages.ts';
import { Problem } from '../../core/problem.ts';
import type { Deps } from '../../deps.ts';
import type { ArchivePlace } from '../storage/archive-place.ts';
import {
  contentPace,
  integrityMismatch,
  type ReadProgress,
  r2Digest,
  r2Sink,
  r2Source,
  trackReads,
} from '../storage/r2-archive.ts';
import { OutOfTime, repackedKey, type Upload, uploadKey } from './uploads.ts';

export interface OpenOptions {
  progress: ReadProgress;
  /** True if a request reads the upload. In that case, a large tar.gz is left to the queue (D24). */
  inline: boolean;
  meter: Meter;
  /** Memory reserved before anything is read. */
  place: ArchivePlace;
}

/**
 * Opens the uploaded object once there is memory for the archive. Invalid content becomes findings. Throws a Problem for a missing
 * object, or for one that differs from the confirmation; checks run in the order missing, expired, size, ETag. Returns undefined if the
 * object is too large to open.
 */
export async function openUploadedArchive(
  { blobs, clock }: Pick<Deps, 'blobs' | 'clock'>,
  upload: Upload,
  pass: OpenOptions,
): Promise<{ archive: OpenedArchive; receivedBytes: number } | undefined> {
  const object = await blobs.head(uploadKey(upload.id));
  if (!object) throw missingObject(upload, clock.now());
  if (clock.now() > upload.expiresAt + uploadLimits.confirmableMs) throw uploadExpired(upload);
  const announced = upload.expectedBytes;
  if (announced !== null && announced !== object.size) {
    throw integrityMismatch(`The uploaded object has ${object.size} bytes, but the confirmation names ${announced}`, {
      stored: object.size,
      announced,
    });
  }
  if (upload.expectedEtag !== null && upload.expectedEtag !== object.etag) {
    throw integrityMismatch(
      `The uploaded object has the ETag ${object.etag}, but the confirmation names ${upload.expectedEtag}`,
      {
        stored: object.etag,
        given: upload.expectedEtag,
      },
    );
  }
  if (object.size > uploadBytesMax) return undefined;

  const pinned = { key: uploadKey(upload.id), size: object.size, etag: object.etag };
  const source = trackReads(r2Source(blobs, pinned), pass.progress);
  if (pass.inline && object.size > inMemoryBytesMax) throw new OutOfTime();
  const newSink = () => r2Sink(blobs, repackedKey(upload.id), pass.progress);
  if (upload.kind === 'agent') throw new Error('agent plugins are not uploaded');
  const language = sourceLanguage(upload.kind);
  await pass.place.take(object.size, pass.progress.checkpoint);
  const pace = contentPace(pass.progress);
  const options = { language, meter: pass.meter, newDigest: r2Digest, newSink, checkAll: true, pace };
  const archive = await openArchive(source, options);
  pass.place.fit(archive);
  return { archive, receivedBytes: object.size };
}

/**
 * Warns if the upload's size differs from the one announced when it was created. Only the size sent with the confirmation must match
 * (D28).
 */
export function sizeWarnings({ announcedBytes }: Upload, receivedBytes: number): Finding[] {
  if (announcedBytes === null || announcedBytes === receivedBytes) return [];
  const detail = `announced ${announcedBytes} bytes, received ${receivedBytes}`;
  return [finding('SLU101', { file: '' }, '', { detail })];
}

export function archiveTooLarge(): Finding {
  return finding('SLP705', { file: '' }, '', { detail: `the archive is larger than ${uploadBytesMax} bytes` });
}

function missingObject(upload: Upload, now: number): Problem {
  if (now > upload.expiresAt) return uploadExpired(upload);
  return new Problem('object-missing', `Nothing has been uploaded for ${upload.id} yet`, {
    details: { resource: 'object', id: upload.id },
  });
}

export function uploadExpired(upload: Pick<Upload, 'id'>): Problem {
  return new Problem('upload-expired', `Upload ${upload.id} has expired`, {
    details: { resource: 'upload', id: upload.id },
  });
}
