// Deletes model content without a row, and uploads whose reservation has ended.
import { and, lte, sql } from 'drizzle-orm';
import { modelLimits } from '../contract/limits/models.ts';
import { models, modelUploads } from '../db/schema/models.ts';
import type { Deps } from '../deps.ts';
import { sweepFolder } from '../registry/storage/orphaned-objects.ts';
import { modelsFolder, modelUploadKey, modelUploadsFolder } from './model-keys.ts';

type SweepDeps = Parameters<typeof sweepFolder>[0];

/** Reservations ended per sweep. */
const expiredMax = 90;

export async function sweepOrphanedModels(deps: SweepDeps): Promise<void> {
  await endExpired(deps);
  await sweepFolder(deps, modelsFolder, orphanedContents);
  await sweepFolder(deps, modelUploadsFolder, unreservedUploads);
}

/**
 * Ends expired reservations. Deletes the object first, so that nothing is stored without a reservation. *Dies between:* the row stays
 * and is still expired.
 */
async function endExpired({ db, blobs, clock }: SweepDeps): Promise<void> {
  const isExpired = lte(modelUploads.expiresAt, clock.now());
  const expired = await db.select().from(modelUploads).where(isExpired).limit(expiredMax);
  if (expired.length === 0) return;
  await blobs.delete(expired.map(modelUploadKey));
  const keys = JSON.stringify(expired.map(({ namespaceId, name, sha256 }) => [namespaceId, name, sha256]));
  const isListed = sql`(${modelUploads.namespaceId}, ${modelUploads.name}, ${modelUploads.sha256}) in (select value ->> 0, value ->> 1, value ->> 2 from json_each(${keys}))`;
  await db.delete(modelUploads).where(and(isExpired, isListed));
}

/** Returns content with neither a reservation nor a model. A confirm keeps its reservation until its content has a row. */
async function orphanedContents({ db, clock }: Pick<Deps, 'db' | 'clock'>, objects: R2Object[]): Promise<string[]> {
  const old = oldOf(objects, clock.now());
  if (old.length === 0) return [];
  const organization = sql`substr(c.value, ${modelsFolder.length + 1}, instr(substr(c.value, ${modelsFolder.length + 1}), '/') - 1)`;
  const orphans = await db.all<{ key: string }>(
    sql`select c.value as key from json_each(${JSON.stringify(old)}) c
      where not exists (select 1 from ${models} where ${models.organizationId} = ${organization} and ${models.sha256} = substr(c.value, -64))
        and not exists (select 1 from ${modelUploads} where ${modelUploads.organizationId} = ${organization} and ${modelUploads.sha256} = substr(c.value, -64))`,
  );
  return orphans.map(({ key }) => key);
}

/** Returns uploads whose URL has expired, and uploads larger than their reservation, which can't be confirmed. */
async function unreservedUploads({ db }: Pick<Deps, 'db'>, objects: R2Object[]): Promise<string[]> {
  if (objects.length === 0) return [];
  const sent = objects.map(({ key, size }) => [key, size, ...key.slice(modelUploadsFolder.length).split('/')]);
  const unreserved = await db.all<{ key: string }>(
    sql`select c.value ->> 0 as key from json_each(${JSON.stringify(sent)}) c
      where not exists (select 1 from ${modelUploads} where ${modelUploads.namespaceId} = c.value ->> 2 and ${modelUploads.name} = c.value ->> 3
        and ${modelUploads.sha256} = c.value ->> 4 and ${modelUploads.sizeBytes} >= c.value ->> 1)`,
  );
  return unreserved.map(({ key }) => key);
}

function oldOf(objects: R2Object[], now: number): string[] {
  const before = now - modelLimits.orphanGraceMs;
  return objects.filter(({ uploaded }) => uploaded.getTime() < before).map(({ key }) => key);
}
