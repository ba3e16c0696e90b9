// Says what keeps stored models and their uploads, and ends reservations.
import { and, lte, sql } from 'drizzle-orm';
import { storingLimits } from '../../contract/features/models/limits.ts';
import { models, modelUploads } from '../../db/schema/models.ts';
import type { Deps } from '../../deps.ts';
import { modelsFolder, modelUploadKey, modelUploadsFolder } from '../../models/model-keys.ts';
import { type Folder, unreferenced } from '../../registry/storage/collector.ts';

/** Reservations ended per sweep. */
const expiredMax = 90;

/**
 * Ends expired reservations. Deletes the object first, so that nothing is stored without a reservation. *Dies between:* the row stays
 * and is still expired.
 */
async function endExpired({ db, blobs, clock }: Pick<Deps, 'db' | 'blobs' | 'clock'>): Promise<void> {
  const isExpired = lte(modelUploads.expiresAt, clock.now());
  const expired = await db.select().from(modelUploads).where(isExpired).limit(expiredMax);
  if (expired.length === 0) return;
  await blobs.delete(expired.map(modelUploadKey));
  const keys = JSON.stringify(expired.map(({ namespaceId, name, sha256 }) => [namespaceId, name, sha256]));
  const isListed = sql`(${modelUploads.namespaceId}, ${modelUploads.name}, ${modelUploads.sha256}) in (select value ->> 0, value ->> 1, value ->> 2 from json_each(${keys}))`;
  await db.delete(modelUploads).where(and(isExpired, isListed));
}

/** Content with neither a reservation nor a model. A confirm keeps its reservation until its content has a row. */
export const storedModels: Folder = {
  prefix: modelsFolder,
  keptMs: storingLimits.orphanGraceMs,
  unused: (deps, objects) =>
    unreferenced(deps, modelsFolder, objects, (name) => {
      const organization = sql`substr(${name}, 1, instr(${name}, '/') - 1)`;
      const sha256 = sql`substr(${name}, -64)`;
      return sql`(exists (select 1 from ${models} where ${models.organizationId} = ${organization} and ${models.sha256} = ${sha256})
        or exists (select 1 from ${modelUploads} where ${modelUploads.organizationId} = ${organization} and ${modelUploads.sha256} = ${sha256}))`;
    }),
};

/** Uploads whose URL has expired, and uploads larger than their reservation, which can't be confirmed. */
export const uploadedModels: Folder = {
  prefix: modelUploadsFolder,
  async unused(deps, objects) {
    await endExpired(deps);
    if (objects.length === 0) return [];
    const sent = objects.map(({ key, size }) => [key, size, ...key.slice(modelUploadsFolder.length).split('/')]);
    const unreserved = await deps.db.all<{ key: string }>(
      sql`select c.value ->> 0 as key from json_each(${JSON.stringify(sent)}) c
        where not exists (select 1 from ${modelUploads} where ${modelUploads.namespaceId} = c.value ->> 2 and ${modelUploads.name} = c.value ->> 3
          and ${modelUploads.sha256} = c.value ->> 4 and ${modelUploads.sizeBytes} >= c.value ->> 1)`,
    );
    return unreserved.map(({ key }) => key);
  },
};
