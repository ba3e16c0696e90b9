// Reads the database's facts for metrics in one request. Each query reads a limited number of rows, no matter how many there are.
import { gt, type SQL, sql } from 'drizzle-orm';
import { metrics } from '../contract/limits/traffic.ts';
import { qualified, readTogether } from '../db/client.ts';
import { namespaces } from '../db/schema/access.ts';
import { advisories } from '../db/schema/advisories.ts';
import { deployments, isUnfinished, livePointers } from '../db/schema/deploy.ts';
import { deadLetters } from '../db/schema/events.ts';
import { plugins } from '../db/schema/registry.ts';
import { callTotals } from '../db/schema/traffic.ts';
import type { Deps } from '../deps.ts';
import { setAsideQueue } from '../events/set-aside.ts';
import { selectSweptAt } from '../registry/storage/hourly-listing.ts';
import { affecting, severityRank } from '../registry/versions/known-advisories.ts';
import { selectGauges } from './gauges.ts';
import { selectWaitingSince } from './waiting-work.ts';

type ReadDeps = Pick<Deps, 'db' | 'clock' | 'features'>;

export type Facts = Awaited<ReturnType<typeof readFacts>>;

export function readFacts(deps: ReadDeps) {
  const { db, clock } = deps;
  const unfinished = sql`select ${deployments.status} as state from ${deployments} where ${isUnfinished()}
    order by ${deployments.updatedAt} limit ${metrics.countedMax}`;
  const dead = sql`select ${deadLetters.queue} = ${setAsideQueue} as set_aside from ${deadLetters}
    where ${gt(deadLetters.createdAt, clock.now() - metrics.deadLettersMs)} limit ${metrics.countedMax}`;
  return readTogether(db, {
    waiting: selectWaitingSince(deps),
    sweptAt: selectSweptAt(deps),
    totals: selectTotals(deps),
    gauges: selectGauges(deps),
    deployments: db
      .select({ state: sql<string>`state`.as('unfinished_state'), count: sql<number>`count(*)`.as('unfinished_count') })
      .from(sql`(${unfinished})`)
      .groupBy(sql`state`),
    dead: db
      .select({
        messages: sql<number>`count(*) filter (where not set_aside)`.as('dead_messages'),
        setAside: sql<number>`count(*) filter (where set_aside)`.as('dead_set_aside'),
      })
      .from(sql`(${dead})`),
    affected: selectAffected(db),
    // Each D1 result reports the database's size; drizzle keeps that only for a raw statement.
    sized: db.run(sql`select 1`),
  });
}

/** Selects the number of live versions by the rank of their most severe advisory, among the newest live versions. */
function selectAffected(db: Deps['db']) {
  const { subjectId, targetId } = livePointers;
  const live = sql`select distinct ${subjectId} as id from ${livePointers}
    where ${targetId} is not null and ${subjectId} between 'ver_' and 'ver_~' order by ${subjectId} desc limit ${metrics.countedMax}`;
  const worst = sql`(select max(${severityRank(advisories.severity)}) from ${affecting(sql`live.id`)})`;
  return db
    .select({ rank: sql<number>`rank`.as('worst_rank'), count: sql<number>`count(*)`.as('affected_count') })
    .from(sql`(select ${worst} as rank from (${live}) live)`)
    .where(sql`rank is not null`)
    .groupBy(sql`rank`);
}

function selectTotals({ db }: Pick<Deps, 'db'>) {
  const { namespaceId, pluginId } = callTotals;
  const ofNamespace = sql<
    string | null
  >`(select ${namespaces.organizationId} from ${namespaces} where ${namespaces.id} = ${namespaceId})`;
  const ofPlugin = (column: SQL) =>
    sql<string | null>`(select ${column} from ${plugins} where ${plugins.id} = ${pluginId})`;
  return db
    .select({
      namespaceId,
      pluginId,
      calls: callTotals.calls,
      errors: callTotals.errors,
      invalidInputs: callTotals.invalidInputs,
      latencies: callTotals.latencies,
      durationMs: callTotals.durationMs,
      batchedCalls: callTotals.batchedCalls,
      batchMillionths: callTotals.batchMillionths,
      batchWaitMs: callTotals.batchWaitMs,
      organizationId: qualified(ofNamespace).as('of_organization'),
      name: qualified(ofPlugin(sql`${plugins.name}`)).as('plugin_name'),
      kind: qualified(ofPlugin(sql`${plugins.kind}`)).as('plugin_kind'),
    })
    .from(callTotals)
    .limit(metrics.pluginsMax + 1);
}
