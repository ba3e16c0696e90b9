// Counts uploads toward the storage quota before they are confirmed. A presigned URL accepts any size, whatever was announced. So the
// sweep reserves the actual size of stored objects and deletes those over quota (decision 124).
import { and, eq, inArray, sql } from 'drizzle-orm';
import { retention } from '../../contract/limits/retention.ts';
import { uploadLimits } from '../../contract/limits/uploads.ts';
import { isId, type UploadId } from '../../core/ids.ts';
import { uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { archiveQuota } from '../../limits/stored-bytes.ts';
import type { Folder } from '../storage/collector.ts';
import type { Upload } from './uploads.ts';

type Found = Pick<Upload, 'id' | 'organizationId' | 'status' | 'announcedBytes' | 'foundBytes'>;

interface Uploaded {
  key: string;
  bytes: number;
  id: UploadId;
  /** True for the zip into which a tar.gz is repacked. Only a worker writes it. */
  isRepacked: boolean;
}

/**
 * Uploads that have ended or exceed the quota, and objects that are older than any open upload can be. An object may appear after its
 * upload ended, because a presigned URL works until it expires.
 */
export const uploadedObjects: Folder = {
  prefix: 'uploads/',
  async unused(deps, objects) {
    const stale = deps.clock.now() - retention.deletedContentMs - uploadLimits.confirmableMs;
    const uploaded = objects.flatMap(uploadedOf);
    const rows = await rowsOf(
      deps,
      uploaded.map(({ id }) => id),
    );
    const surplus = await reserve(deps, uploaded, rows);
    for (const { id, bytes } of surplus) deps.log.warn('upload.no_room', { upload: id, bytes });
    const ended = uploaded.filter(({ id }) => hasEnded(rows.get(id)));
    const old = objects.filter((object) => object.uploaded.getTime() < stale);
    return [...new Set([...ended, ...surplus, ...old].map(({ key }) => key))];
  },
};

function uploadedOf({ key, size }: R2Object): Uploaded[] {
  const [, id = '', zip] = /^uploads\/([^/.]+)(\.zip)?$/.exec(key) ?? [];
  return isId('upload', id) ? [{ key, bytes: size, id, isRepacked: zip !== undefined }] : [];
}

async function rowsOf({ db }: Pick<Deps, 'db'>, ids: UploadId[]): Promise<Map<UploadId, Found>> {
  if (ids.length === 0) return new Map();
  const { announcedBytes, foundBytes, id, organizationId, status } = uploads;
  const rows = await db
    .select({ id, organizationId, status, announcedBytes, foundBytes })
    .from(uploads)
    .where(inArray(id, ids));
  return new Map(rows.map((row) => [row.id, row]));
}

/** Returns whether nothing reads the object anymore. An object without a row is deleted by age instead. */
function hasEnded(row: Found | undefined): boolean {
  return row !== undefined && row.status !== 'open' && row.status !== 'confirming';
}

function reservedOf({ announcedBytes, foundBytes }: Found): number {
  return Math.max(announcedBytes ?? 0, foundBytes ?? 0);
}

/** Reserves the sizes that exceed open uploads' reservations, oldest first. Returns the uploads that exceed the quota. */
async function reserve(
  { db }: Pick<Deps, 'db'>,
  uploaded: Uploaded[],
  rows: ReadonlyMap<UploadId, Found>,
): Promise<Uploaded[]> {
  const larger = uploaded.filter(({ bytes, id, isRepacked }) => {
    const row = rows.get(id);
    return row?.status === 'open' && !isRepacked && bytes > reservedOf(row);
  });
  const [first, ...others] = larger.flatMap(({ bytes, id }) => {
    const row = rows.get(id);
    return row ? [reservation(db, row, bytes)] : [];
  });
  if (!first) return [];
  await db.batch([first, ...others]);
  const after = await rowsOf(
    { db },
    larger.map(({ id }) => id),
  );
  return larger.filter(({ bytes, id }) => {
    const row = after.get(id);
    return row?.status === 'open' && bytes > reservedOf(row);
  });
}

function reservation(db: Deps['db'], { id, organizationId }: Found, bytes: number) {
  const { hasRoom } = archiveQuota(organizationId, { sha256: '', sizeBytes: bytes, uploadId: id });
  return db
    .update(uploads)
    .set({ foundBytes: bytes })
    .where(and(eq(uploads.id, id), sql`${uploads.status} = 'open'`, hasRoom));
}
