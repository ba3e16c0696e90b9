// Records the daily summary of what needs an organization, for webhooks that ask for it by name. A row for each organization holds the
// day of its last one, so repeated and overlapping sweeps record one event a day.
import { sql } from 'drizzle-orm';
import { listNeeds, viewerOf } from '../../attention/list.ts';
import { systemActor } from '../../contract/actor.ts';
import { summaryLimits } from '../../contract/limits/attention.ts';
import { scopes } from '../../contract/scopes.ts';
import type { OrganizationId } from '../../core/ids.ts';
import { previousChanged } from '../../db/client.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import { runIsolated } from '../../events/send-all.ts';
import { endpoints, summaries, wantsSummary } from './tables.ts';

/** Returns the number of the day whose summary is due by now. A day begins at its hour. */
function dueDay(now: number): number {
  return Math.floor((now - summaryLimits.hourMs) / summaryLimits.dayMs);
}

/** Selects organizations without today's summary. A webhook's first one is due on the day after its creation. */
export function selectToSummarize({ clock, db }: Pick<Deps, 'db' | 'clock'>) {
  const { createdAt, organizationId } = endpoints;
  const day = dueDay(clock.now());
  const start = day * summaryLimits.dayMs + summaryLimits.hourMs;
  const isDone = sql`exists (select 1 from ${summaries} where ${summaries.organizationId} = ${organizationId} and ${summaries.day} >= ${day})`;
  return db
    .selectDistinct({ id: organizationId })
    .from(endpoints)
    .where(sql`${wantsSummary} and ${createdAt} < ${start} and not ${isDone}`)
    .limit(summaryLimits.organizationsOfSweep);
}

/** *Dies:* the organizations without a row for the day stay due. */
export async function sweepSummaries(deps: Deps): Promise<void> {
  await runIsolated(deps, await selectToSummarize(deps), summarize);
}

/** The summary is of the whole organization, like its events. A day on which nothing needs attention has none. */
async function summarize(deps: Deps, { id: organizationId }: { id: OrganizationId }): Promise<void> {
  const { clock, db } = deps;
  const day = dueDay(clock.now());
  const viewer = viewerOf({ organizationId, personId: null, scopes: new Set(scopes), namespaceIds: null });
  const { incomplete, needs } = await listNeeds(deps, viewer);
  const byKind = Map.groupBy(needs, ({ kind }) => kind);
  const counts = Object.fromEntries([...byKind].map(([kind, { length }]) => [kind, length]));
  const titles = needs.slice(0, summaryLimits.titlesMax).map(({ title }) => title);
  const mark = db
    .insert(summaries)
    .values({ organizationId, day })
    .onConflictDoUpdate({ target: summaries.organizationId, set: { day }, setWhere: sql`${summaries.day} < ${day}` });
  const event = {
    organizationId,
    namespaceId: null,
    type: 'attention.summary',
    actor: systemActor,
    subjectId: organizationId,
    data: { count: needs.length, counts, titles, incomplete },
  } as const;
  await db.batch([mark, ...(needs.length > 0 ? [record(deps, event, previousChanged)] : [])]);
}
