// Records `version.affected` for live versions that advisories were found to affect: one event per version and sweep. A version that is
// being deployed is announced once it is live. *Dies:* the event and the marks of what it names are one batch, so the rest stays due.
import { and, eq, inArray, isNull, lte, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { ownerNamespace } from '../access/owners.ts';
import { systemActor } from '../contract/actor.ts';
import { sweepGraceMs, sweepLimits } from '../contract/limits/leases.ts';
import { advisoryLists } from '../contract/limits/requests.ts';
import type { VersionId } from '../core/ids.ts';
import { previousChanged, qualified, readTogether, type Statement } from '../db/client.ts';
import { advisories, versionAdvisories } from '../db/schema/advisories.ts';
import { deployments, isUnfinished, livePointers } from '../db/schema/deploy.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import type { DueStep } from '../due-step.ts';
import { record } from '../events/record.ts';
import { pickSome } from '../events/send-all.ts';
import { severityRank } from '../registry/versions/known-advisories.ts';
import { versionSlug } from '../registry/versions/versions.ts';

type AnnounceDeps = Pick<Deps, 'db' | 'clock' | 'ids'>;

/** Advisories that an event names. */
const namedMax = 100;
/** Versions announced per sweep, all in one batch. */
const versionsAtOnce = 20;

// Literal, to match the index.
const isDue = sql`(announce_due and not reach_due)`;

/** Selects versions with something to announce. A new version's first deployment is requested right after its packages are known. */
function selectToAnnounce({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  const { createdAt, versionId } = versionAdvisories;
  const deploying = sql`exists (select 1 from ${deployments} where ${deployments.versionId} = ${versionId} and ${isUnfinished()})`;
  return db
    .selectDistinct({ id: versionId })
    .from(versionAdvisories)
    .where(and(isDue, lte(createdAt, clock.now() - sweepGraceMs), sql`not ${deploying}`))
    .limit(sweepLimits.pickedFrom);
}

export const affectedStep: DueStep = { step: sweepAffected, due: (deps) => [selectToAnnounce(deps)] };

export async function sweepAffected(deps: AnnounceDeps): Promise<void> {
  const { db } = deps;
  const ids = pickSome(await selectToAnnounce(deps), versionsAtOnce).map(({ id }) => id);
  const { versions, hits } = await readTogether(db, { versions: selectLive(db, ids), hits: selectDueHits(db, ids) });
  const live = new Map(versions.filter(({ places }) => places > 0).map((version) => [version.id, version]));
  const named = Map.groupBy(hits, ({ versionId }) => versionId);
  const [first, ...rest] = ids.flatMap((id) => {
    const [version, found] = [live.get(id), named.get(id)];
    return version && found ? announceStatements(deps, version, found) : [unmark(db, id, sql`true`)];
  });
  if (first) await db.batch([first, ...rest]);
}

type LiveVersion = Awaited<ReturnType<typeof selectLive>>[number];
type DueHit = Awaited<ReturnType<typeof selectDueHits>>[number];

/** Builds the event and the statement before it that unmarks what it counts. What became due since the read stays due. */
function announceStatements(deps: AnnounceDeps, version: LiveVersion, hits: DueHit[]): Statement[] {
  const [first] = hits;
  const counted = sql`${versionAdvisories.advisoryId} in (select value from json_each(${first?.ids ?? '[]'}))`;
  const event = {
    organizationId: version.organizationId,
    namespaceId: ownerNamespace(version.ownerId),
    actor: systemActor,
    type: 'version.affected' as const,
    subjectId: version.id,
    data: {
      plugin_id: versionSlug(version),
      advisories: hits.map(({ advisory, fixedIn, purl, reach, severity }) => ({
        advisory_id: advisory,
        severity,
        package: purl,
        fixed_in: fixedIn,
        reach,
      })),
      count: first?.count ?? 0,
      live: version.live,
      live_places: version.places,
    },
  };
  return [unmark(deps.db, version.id, counted), record(deps, event, previousChanged)];
}

function unmark(db: Deps['db'], id: VersionId, which: SQL): Statement {
  return db
    .update(versionAdvisories)
    .set({ announceDue: false })
    .where(and(eq(versionAdvisories.versionId, id), isDue, which));
}

const liveSchema = z.array(z.object({ namespace_id: z.string(), deployment_id: z.string() }));

/** Selects versions with the places where they are live. */
function selectLive(db: Deps['db'], ids: readonly VersionId[]) {
  const { namespaceId, subjectId, targetId } = livePointers;
  const isHere = sql`${livePointers} where ${subjectId} = ${pluginVersions.id} and ${targetId} is not null`;
  const place = sql`json_object('namespace_id', ${namespaceId}, 'deployment_id', ${targetId})`;
  const places = sql`(select json_group_array(json(place)) from (select ${place} as place from ${isHere} limit ${advisoryLists.placesMax}))`;
  return db
    .select({
      id: pluginVersions.id,
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
    .where(and(inArray(pluginVersions.id, [...ids]), isNull(pluginVersions.deletedAt)));
}

/** Selects what to name of each version, most severe first, with the number and the IDs of all. */
function selectDueHits(db: Deps['db'], ids: readonly VersionId[]) {
  const { advisoryId, fixedIn, purl, reach, versionId } = versionAdvisories;
  const order = sql`${severityRank(advisories.severity)} desc, ${advisoryId}`;
  const due = db
    .select({
      versionId,
      advisory: sql<string>`${advisoryId}`.as('due_advisory'),
      severity: advisories.severity,
      purl,
      fixedIn,
      reach,
      place: sql<number>`row_number() over (partition by ${versionId} order by ${order})`.as('due_place'),
      count: sql<number>`count(*) over (partition by ${versionId})`.as('due_count'),
      ids: sql<string>`json_group_array(${advisoryId}) over (partition by ${versionId})`.as('due_ids'),
    })
    .from(versionAdvisories)
    .innerJoin(advisories, and(eq(advisories.id, advisoryId), isNull(advisories.withdrawnAt)))
    .where(and(inArray(versionId, [...ids]), isDue, sql`${reach} <> 'none'`))
    .as('due');
  return db.select().from(due).where(sql`${due.place} <= ${namedMax}`).orderBy(due.versionId, sql`${due.place}`);
}
