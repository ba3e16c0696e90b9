// Evaluates published versions again (D25). Runs for each `rescan` message. First walks the rescan's versions in chunks, one batch per
// chunk: SQL computes the verdicts of versions whose bytes were already scanned, and marks the others for workers to claim
// (rescans.ts). So each version costs the same rows, however many there are. *Dies:* the cursor has not moved, and repeating the chunk
// has no effect. Then scans the marked versions one by one.
import { and, asc, eq, isNull, ne, or, type SQL, sql } from 'drizzle-orm';
import { systemActor } from '../contract/actor.ts';
import { rescanLimits } from '../contract/limits/scans.ts';
import type { OrganizationId, VersionId } from '../core/ids.ts';
import type { Statement } from '../db/client.ts';
import { events } from '../db/schema/events.ts';
import { rescans } from '../db/schema/policy.ts';
import { pluginVersions, scans } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { whileMarked } from '../events/set-aside.ts';
import { withStoredArchive } from '../registry/storage/stored-archive.ts';
import type { PluginVersion } from '../registry/versions/versions.ts';
import { cacheFindings } from './cached-findings.ts';
import { currentVerdict } from './current-verdict.ts';
import { organizationLevel } from './levels.ts';
import { isCovered } from './pending-rescans.ts';
import {
  claimRescan,
  failedScan,
  isUnusedOldScan,
  postponeRescan,
  renewRescanLease,
  storedScanKey,
  storeVerdict,
  verdictChange,
} from './rescans.ts';
import { prepareScan, runScan, versionPolicySuffix } from './scans.ts';
import { verdictBasis } from './verdict-basis.ts';

type RescanDeps = Pick<Deps, 'db' | 'blobs' | 'clock' | 'ids' | 'marks' | 'parsers' | 'policyVersion' | 'log'>;

/**
 * Walks the organization's rescan, then evaluates some of its pending versions. The sweep sends a message for the rest, so that
 * publishing doesn't have to wait.
 */
export async function rescan(deps: RescanDeps, organizationId: OrganizationId): Promise<void> {
  const { sliceMs, sliceVersions, sliceChunks } = rescanLimits;
  const deadline = deps.clock.now() + sliceMs;
  let chunks = 0;
  for (let count = 0; count < sliceVersions && deps.clock.now() < deadline; count += 1) {
    // A level change during the walk starts another walk.
    while (deps.clock.now() < deadline && (await walkRescan(deps, organizationId))) {
      chunks += 1;
      if (chunks === sliceChunks) return;
    }
    const version = await claimRescan(deps, organizationId);
    if (!version) return;
    await whileMarked(deps, version, () => rescanVersion(deps, version));
  }
}

/** Scans the stored archive under the current policy, unless already done, and stores the verdict. Failures are retried later. */
async function rescanVersion(deps: RescanDeps, version: PluginVersion): Promise<void> {
  const renew = renewRescanLease(deps, version);
  try {
    const basis = await verdictBasis(deps, version, storedScanKey(deps, version));
    const scan = basis.existingScan
      ? undefined
      : ((await failedScan(deps, version, basis.level)) ??
        (await withStoredArchive(deps, version, renew, (archive, checkpoint) =>
          runScan(deps, archive, basis, checkpoint),
        )));
    if (scan?.files) await cacheFindings(deps, version, scan.files);
    await storeVerdict(deps, version, scan && (await prepareScan(deps, scan)));
  } catch (cause) {
    deps.log.error('rescan.failed', { version: version.id, attempts: version.evaluationAttempts, cause });
    await postponeRescan(deps, version);
  }
}

type WalkDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'policyVersion'>;
type Rescan = typeof rescans.$inferSelect;

/** Few enough that other requests barely wait for a chunk. */
const chunkVersions = 50;

/** Handles the next chunk of the organization's rescan. Returns false if there is no rescan. */
async function walkRescan(deps: WalkDeps, organizationId: OrganizationId): Promise<boolean> {
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

/**
 * Builds the statement that moves the cursor past the chunk, unless the rescan was restarted in the meantime. Ends the rescan after the
 * last chunk.
 */
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
  const level = organizationLevel(organizationId);
  const key = sql`${policyVersion} || ${versionPolicySuffix}`;
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

/** Builds the statement that inserts events for the chunk's changed verdicts. Runs before the verdicts are stored. */
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
