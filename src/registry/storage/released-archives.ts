// Deletes stored archives a day after their versions were deleted.
import { and, eq, isNull, lt, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { sweepLimits } from '../../contract/limits/leases.ts';
import { retention } from '../../contract/limits/retention.ts';
import { uploadLimits } from '../../contract/limits/uploads.ts';
import { pluginVersions, releasedArchives } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import type { DueStep } from '../../due-step.ts';
import { pickSome, runIsolated } from '../../events/send-all.ts';
import type { PluginVersion } from '../versions/versions.ts';
import { archiveKey, indexKey } from './archives.ts';

/** SQL: the archive has not been released since `time`. Guards uploads that found the archive stored and didn't store it again. */
export function notReleasedSince(sha256: string, time: number): SQL {
  const since = time - uploadLimits.releaseClockSkewMs;
  return sql`not exists (select 1 from ${pluginVersions} where ${pluginVersions.sha256} = ${sha256} and ${pluginVersions.releaseBeganAt} > ${since})
    and not exists (select 1 from ${releasedArchives} where ${releasedArchives.sha256} = ${sha256} and ${releasedArchives.releasedAt} > ${since})`;
}

export const archivesStep: DueStep = { step: sweepArchives, due: (deps) => [selectUnreleased(deps)] };

/**
 * Releases the archives of versions deleted a day ago, unless another version has the same content (D16). Records each release before
 * it happens, so the next sweep can finish it.
 */
export async function sweepArchives(deps: Pick<Deps, 'db' | 'blobs' | 'clock' | 'log'>): Promise<void> {
  await runIsolated(deps, pickSome(await selectUnreleased(deps), sweepLimits.changedByFew), releaseArchiveOf);
}

function selectUnreleased({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  const before = clock.now() - retention.deletedContentMs;
  return db
    .select({ id: pluginVersions.id, sha256: pluginVersions.sha256 })
    .from(pluginVersions)
    .where(and(lt(pluginVersions.deletedAt, before), isNull(pluginVersions.archiveReleasedAt)))
    .limit(sweepLimits.pickedFrom);
}

async function releaseArchiveOf(
  { db, blobs, clock }: Pick<Deps, 'db' | 'blobs' | 'clock'>,
  { id, sha256 }: Pick<PluginVersion, 'id' | 'sha256'>,
): Promise<void> {
  const now = clock.now();
  const sharing = alias(pluginVersions, 'sharing');
  const isShared = sql`exists (select 1 from ${pluginVersions} ${sharing} where ${sharing.sha256} = ${sha256} and ${sharing.deletedAt} is null)`;
  const began = await db
    .update(pluginVersions)
    .set({ releaseBeganAt: now })
    .where(and(eq(pluginVersions.id, id), sql`not ${isShared}`))
    .returning({ id: pluginVersions.id });
  if (began.length > 0) await blobs.delete([archiveKey(sha256), indexKey(sha256)]);
  await db.update(pluginVersions).set({ archiveReleasedAt: now }).where(eq(pluginVersions.id, id));
}
