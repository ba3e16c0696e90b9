// Records `version.affected` for live versions that advisories were found to affect: one event per version and sweep. A version that is
// being deployed is announced once it is live. *Dies:* the event and the marks of what it names are one batch, so the rest stays due.
import { and, eq, isNull, lte, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { ownerNamespace } from '../access/owners.ts';
import { systemActor } from '../contract/events/events.ts';
import { sweepGraceMs, sweepLimits } from '../contract/limits/leases.ts';
import { advisoryLists } from '../contract/limits/requests.ts';
import type { VersionId } from '../core/ids.ts';
import { previousChanged, qualified, readTogether } from '../db/client.ts';
import { advisories, versionAdvisories } from '../db/schema/advisories.ts';
import { deployments, isUnfinished, livePointers } from '../db/schema/deploy.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { record } from '../events/record.ts';
import { pickSome, runIsolated } from '../events/send-all.ts';
import { severityRank } from '../registry/versions/known-advisories.ts';
import { versionSlug } from '../registry/versions/versions.ts';

type AnnounceDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'log'>;

/** Advisories that an event names. */
const namedMax = 100;

// Literal, to match the index.
const isDue = sql`(announce_due and not reach_due)`;

/** Selects versions with something to announce. A new version's first deployment is requested right after its packages are known. */
export function selectToAnnounce({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  const { createdAt, versionId } = versionAdvisories;
  const deploying = sql`exists (select 1 from ${deployments} where ${deployments.versionId} = ${versionId} and ${isUnfinished()})`;
  return db
    .selectDistinct({ id: versionId })
    .from(versionAdvisories)
    .where(and(isDue, lte(createdAt, clock.now() - sweepGraceMs), sql`not ${deploying}`))
    .limit(sweepLimits.pickedFrom);
}

export async function sweepAffected(deps: AnnounceDeps): Promise<void> {
  const due = await selectToAnnounce(deps);
  await runIsolated(deps, pickSome(due, sweepLimits.changedByFew), announceVersion);
}

const liveSchema = z.array(z.object({ namespace_id: z.string(), deployment_id: z.string() }));

async function announceVersion(deps: AnnounceDeps, { id }: { id: VersionId }): Promise<void> {
  const { db } = deps;
  const { versions, hits } = await readTogether(db, {
    versions: selectLiveVersion(db, id),
    hits: selectDueHits(db, id),
  });
  const [version] = versions;
  const unmark = (which: SQL) =>
    db
      .update(versionAdvisories)
      .set({ announceDue: false })
      .where(and(eq(versionAdvisories.versionId, id), isDue, which));
  const [first] = hits;
  if (!version || version.places === 0 || !first) return void (await unmark(sql`true`));
  const event = {
    organizationId: version.organizationId,
    namespaceId: ownerNamespace(version.ownerId),
    actor: systemActor,
    type: 'version.affected' as const,
    subjectId: id,
    data: {
      plugin_id: versionSlug(version),
      advisories: hits.map(({ advisory, fixedIn, purl, reach, severity }) => ({
        advisory_id: advisory,
        severity,
        package: purl,
        fixed_in: fixedIn,
        reach,
      })),
      count: first.count,
      live: version.live,
      live_places: version.places,
    },
  };
  // What became due since the read isn't in the event, and stays due.
  const counted = sql`${versionAdvisories.advisoryId} in (select value from json_each(${first.ids}))`;
  await db.batch([unmark(counted), record(deps, event, previousChanged)]);
}

function selectLiveVersion(db: Deps['db'], id: VersionId) {
  const { namespaceId, subjectId, targetId } = livePointers;
  const isHere = sql`${livePointers} where ${subjectId} = ${id} and ${targetId} is not null`;
  const place = sql`json_object('namespace_id', ${namespaceId}, 'deployment_id', ${targetId})`;
  const places = sql`(select json_group_array(json(place)) from (select ${place} as place from ${isHere} limit ${advisoryLists.placesMax}))`;
  return db
    .select({
      name: pluginVersions.name,
      organizationId: pluginVersions.organizationId,
      ownerId: pluginVersions.ownerId,
      major: pluginVersions.major,
      minor: pluginVersions.minor,
      patch: pluginVersions.patch,
      live: qualified(places).mapWith((text) => liveSchema.parse(JSON.parse(String(text)))),
      places: qualified(sql<number>`(select count(*) from ${isHere})`),
    })
    .from(pluginVersions)
    .where(and(eq(pluginVersions.id, id), isNull(pluginVersions.deletedAt)));
}

/** Selects what to name, most severe first, each with the number and the IDs of all. */
function selectDueHits(db: Deps['db'], id: VersionId) {
  const { advisoryId, fixedIn, purl, reach, versionId } = versionAdvisories;
  return db
    .select({
      advisory: sql<string>`${advisoryId}`.as('due_advisory'),
      severity: advisories.severity,
      purl,
      fixedIn,
      reach,
      count: sql<number>`count(*) over ()`.as('due_count'),
      ids: sql<string>`json_group_array(${advisoryId}) over ()`.as('due_ids'),
    })
    .from(versionAdvisories)
    .innerJoin(advisories, and(eq(advisories.id, advisoryId), isNull(advisories.withdrawnAt)))
    .where(and(eq(versionId, id), isDue, sql`${reach} <> 'none'`))
    .orderBy(sql`${severityRank(advisories.severity)} desc`, advisoryId)
    .limit(namedMax);
}
