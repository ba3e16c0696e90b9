// Deletes old records a limited number at a time: finished deployments with their steps, rejected or expired uploads, failed builds,
// and dead letters. Keeps each version's newest deployment and its newest live one, whose parameters a rollback reuses (D4).
import { and, lt, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { builds, deploymentStepRows, deployments } from '../db/schema/deploy.ts';
import { deadLetters } from '../db/schema/events.ts';
import { uploads } from '../db/schema/registry.ts';
import { readWalk, recordWalk } from '../db/walks.ts';
import type { Deps } from '../deps.ts';
import type { DueStep } from '../due-step.ts';
import { runIsolated } from '../events/send-all.ts';

type SweepDeps = Pick<Deps, 'db' | 'clock' | 'log' | 'retention'>;

const deletionsMax = 200;
const endedDeploymentsWalk = 'ended deployments';

export const historyStep: DueStep = { step: sweepHistory, due: dueHistory, walk: endedDeploymentsWalk };

/** If one kind fails, the sweep continues with the others (D43). */
export async function sweepHistory(deps: SweepDeps): Promise<void> {
  const kinds = [deleteDeployments, deleteUploads, deleteFailedBuilds, deleteDeadLetters].map((part) => ({
    id: part.name,
    part,
  }));
  await runIsolated(deps, kinds, (_, { part }) => part(deps));
}

/** Walks finished deployments, oldest first. Skips the ones to keep; the next walk checks those again. */
async function deleteDeployments({ db, clock, retention }: SweepDeps): Promise<void> {
  const newer = alias(deployments, 'newer');
  const before = clock.now() - retention.deploymentsMs;
  const reached = await readWalk(db, endedDeploymentsWalk);
  const after = Number(reached ?? 0);
  const page = await db
    .select({ id: deployments.id, updatedAt: deployments.updatedAt })
    .from(deployments)
    .where(
      sql`${deployments.status} in ('failed', 'superseded', 'cancelled', 'stopped') and ${deployments.updatedAt} < ${before} and ${deployments.updatedAt} >= ${after}`,
    )
    .orderBy(deployments.updatedAt)
    .limit(deletionsMax);
  const listed = sql`(select value from json_each(${JSON.stringify(page.map(({ id }) => id))}))`;
  const ofVersion = sql`${newer.namespaceId} = ${deployments.namespaceId} and ${newer.versionId} = ${deployments.versionId} and ${newer.generation} > ${deployments.generation}`;
  const hasNewer = sql`exists (select 1 from ${deployments} ${newer} where ${ofVersion})`;
  const hasNewerLive = sql`exists (select 1 from ${deployments} ${newer} where ${ofVersion} and ${newer.status} in ('promoted', 'stopped'))`;
  const unneeded = sql`select ${deployments.id} from ${deployments}
    where ${deployments.id} in ${listed} and ${hasNewer} and (${deployments.status} <> 'stopped' or ${hasNewerLive})`;
  const old = await db.all<{ id: string }>(unneeded);
  const last = page.at(-1)?.updatedAt;
  // Otherwise the walk would get stuck on a full page of rows from one millisecond.
  const lastKey = page.length < deletionsMax || last === undefined ? null : String(last === after ? last + 1 : last);
  const ids = sql`(select value from json_each(${JSON.stringify(old.map(({ id }) => id))}))`;
  if (old.length > 0)
    await db.batch([
      db.delete(deploymentStepRows).where(sql`${deploymentStepRows.deploymentId} in ${ids}`),
      db.delete(deployments).where(sql`${deployments.id} in ${ids}`),
    ]);
  if (lastKey !== reached) await recordWalk(db, endedDeploymentsWalk, lastKey);
}

/** Accepted uploads keep their stored responses until their versions are deleted. */
async function deleteUploads(deps: SweepDeps): Promise<void> {
  const { rejected, expired } = oldUploads(deps);
  await deps.db.batch([deleteThose(deps, rejected), deleteThose(deps, expired)]);
}

function deleteThose({ db }: SweepDeps, old: SQL) {
  return db.delete(uploads).where(sql`${uploads.id} in (${old})`);
}

/** SQL: the IDs of old rejected and expired uploads. */
function oldUploads({ clock, retention }: Pick<Deps, 'clock' | 'retention'>): { rejected: SQL; expired: SQL } {
  const before = clock.now() - retention.uploadsMs;
  const old = (status: string) =>
    sql`select ${uploads.id} from ${uploads} where ${uploads.status} = ${status} and ${uploads.updatedAt} < ${before}
      order by ${uploads.updatedAt} limit ${deletionsMax}`;
  return { rejected: old('rejected'), expired: old('expired') };
}

async function deleteFailedBuilds(deps: SweepDeps): Promise<void> {
  await deps.db.delete(builds).where(sql`${builds.key} in ${selectOldFailedBuilds(deps)}`);
}

/** Selects failed builds. Successful ones are deleted with their results. */
function selectOldFailedBuilds({ db, clock, retention }: Pick<Deps, 'db' | 'clock' | 'retention'>) {
  return db
    .select({ id: builds.key })
    .from(builds)
    .where(and(sql`error is not null`, lt(builds.createdAt, clock.now() - retention.failedBuildsMs)))
    .orderBy(builds.createdAt)
    .limit(deletionsMax);
}

async function deleteDeadLetters(deps: SweepDeps): Promise<void> {
  await deps.db.delete(deadLetters).where(sql`${deadLetters.id} in ${selectOldDeadLetters(deps)}`);
}

function selectOldDeadLetters({ db, clock, retention }: Pick<Deps, 'db' | 'clock' | 'retention'>) {
  return db
    .select({ id: deadLetters.id })
    .from(deadLetters)
    .where(lt(deadLetters.createdAt, clock.now() - retention.deadLettersMs))
    .orderBy(deadLetters.createdAt)
    .limit(deletionsMax);
}

/** Selects rows due for deletion, except deployments: some of those stay, so a walk finds them. */
function dueHistory(deps: Pick<Deps, 'db' | 'clock' | 'retention'>) {
  return [...Object.values(oldUploads(deps)), selectOldFailedBuilds(deps), selectOldDeadLetters(deps)];
}
