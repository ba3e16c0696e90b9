// Walks the versions of a rescan, a chunk at a time, each in one batch: versions whose bytes were scanned before get their verdict from
// SQL, and the others are marked for workers to claim (rescans.ts). So a version costs the same rows however many there are. *Dies:* the
// cursor has not moved, and the chunk is repeated without effect.
import { and, asc, eq, isNull, ne, or, type SQL, sql } from 'drizzle-orm';
import { systemActor } from '../contract/events/events.ts';
import type { OrganizationId, VersionId } from '../core/ids.ts';
import type { Statement } from '../db/client.ts';
import { events } from '../db/schema/events.ts';
import { rescans } from '../db/schema/policy.ts';
import { pluginVersions, scans } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { currentVerdict } from './current-verdict.ts';
import { policyLevel } from './levels.ts';
import { isCovered } from './pending-rescans.ts';
import { isUnusedOldScan, verdictChange } from './rescans.ts';
import { policySuffix } from './scans.ts';

type WalkDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'policyVersion'>;
type Rescan = typeof rescans.$inferSelect;

/** Small enough that other requests hardly wait for it. */
const chunkVersions = 50;

/** Handles the next chunk of the organization's rescan. Returns false if there is none. */
export async function walkRescan(deps: WalkDeps, organizationId: OrganizationId): Promise<boolean> {
  const { db } = deps;
  const [walk] = await db.select().from(rescans).where(eq(rescans.organizationId, organizationId)).limit(1);
  if (!walk) return false;
  const behind = sql`(${pluginVersions.name}, ${pluginVersions.id}) > (${walk.afterName}, ${walk.afterId})`;
  const chunk = await db
    .select({ id: pluginVersions.id, name: pluginVersions.name })
    .from(pluginVersions)
    .where(and(isCovered(organizationId, walk.plugin === '' ? undefined : walk.plugin), behind))
    .orderBy(asc(pluginVersions.name), asc(pluginVersions.id))
    .limit(chunkVersions);
  await db.batch([advance(deps, walk, chunk), ...(chunk.length === 0 ? [] : evaluateAll(deps, walk, chunk))]);
  return true;
}

/** Statement that moves the cursor behind the chunk, unless the rescan was restarted meanwhile. The last chunk ends the rescan. */
function advance({ db }: WalkDeps, walk: Rescan, chunk: { id: VersionId; name: string }[]): Statement {
  const last = chunk.at(-1);
  const isSame = and(
    eq(rescans.organizationId, walk.organizationId),
    eq(rescans.plugin, walk.plugin),
    eq(rescans.afterName, walk.afterName),
    eq(rescans.afterId, walk.afterId),
  );
  if (!last || chunk.length < chunkVersions) return db.delete(rescans).where(isSame);
  const remaining = sql`max(1, ${rescans.remaining} - ${chunk.length})`;
  return db.update(rescans).set({ afterName: last.name, afterId: last.id, remaining }).where(isSame);
}

function evaluateAll(deps: WalkDeps, { organizationId }: Rescan, chunk: { id: VersionId }[]): Statement[] {
  const { db, policyVersion } = deps;
  const listed = sql`(select value from json_each(${JSON.stringify(chunk.map(({ id }) => id))}))`;
  const level = policyLevel(organizationId);
  const key = sql`${policyVersion} || case when ${pluginVersions.kind} = 'extractor' then ${policySuffix('python')} else ${policySuffix('go')} end`;
  const isKnown = sql`exists (select 1 from ${scans} where ${scans.sha256} = ${pluginVersions.sha256}
    and ${scans.policyVersion} = ${key} and ${scans.level} = ${level} and ${scans.status} = 'done')`;
  const isListed = and(sql`${pluginVersions.id} in ${listed}`, isNull(pluginVersions.deletedAt));
  const verdict = currentVerdict(deps);
  const changes = or(
    sql`${pluginVersions.verdict} <> ${verdict}`,
    ne(pluginVersions.evaluatedPolicy, Number(policyVersion)),
  );
  const unused = sql`select ${pluginVersions.sha256} from ${pluginVersions} where ${isListed}`;
  return [
    recordChanges(deps, chunk, and(isListed, isKnown)),
    db
      .update(pluginVersions)
      .set({ verdict, evaluatedPolicy: Number(policyVersion), evaluationLeaseUntil: null, evaluationAttempts: 0 })
      .where(and(isListed, isKnown, changes)),
    db
      .update(pluginVersions)
      .set({ evaluatedPolicy: 0, evaluationLeaseUntil: null, evaluationAttempts: 0 })
      .where(and(isListed, sql`not ${isKnown}`)),
    db.delete(scans).where(and(sql`${scans.sha256} in (${unused})`, eq(scans.level, level), isUnusedOldScan(deps))),
  ];
}

/** Statement that inserts the events of the chunk's changed verdicts, before they are stored. */
function recordChanges(deps: WalkDeps, chunk: { id: VersionId }[], which: SQL | undefined): Statement {
  const { db, clock, ids } = deps;
  const named = sql`json_each(${JSON.stringify(chunk.map(({ id }) => [id, ids('event')]))}) named`;
  const { id, organizationId, ownerId } = pluginVersions;
  return db.insert(events).select(
    sql`select null, named.value ->> 1, ${organizationId}, iif(${ownerId} = ${organizationId}, null, ${ownerId}), 'version.verdict_changed',
        ${JSON.stringify(systemActor)}, ${id}, ${verdictChange(deps)}, ${clock.now()}
      from ${named} cross join ${pluginVersions} on ${id} = named.value ->> 0
      where ${which} and ${pluginVersions.verdict} <> ${currentVerdict(deps)}`,
  );
}
