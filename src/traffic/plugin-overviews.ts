// Lists a namespace's plugins, of every kind that serves calls, each with its live version, its calls in the last day and its last
// change. Reads all plugins in one D1 round trip, then filters, sorts and paginates them, because no index can sort by calls.
import { type Actor, requireScope } from '../access/actor.ts';
import { requireNamespace, selectNamespace } from '../access/visible-namespaces.ts';
import { traffic } from '../contract/limits/traffic.ts';
import type { PluginKind } from '../contract/states.ts';
import { dayMs, hourMs, stepStart } from '../contract/traffic.ts';
import type { NamespaceId } from '../core/ids.ts';
import { readTogether } from '../db/client.ts';
import type { Deps } from '../deps.ts';
import { type CallCounters, countsBy, unwrittenCalls } from './call-counters.ts';
import { minuteCounts } from './live-calls.ts';
import { type ShownVersion, selectOverviewFacts } from './overview-facts.ts';
import { overviewPlace, type Place, sortedAfter } from './overview-order.ts';
import { type OverviewState, type PluginOverview, toOverviews } from './overviews.ts';
import { placesOf } from './plugin-uses.ts';

export interface OverviewRequest {
  kind?: PluginKind | undefined;
  state?: OverviewState | undefined;
  verdict?: ShownVersion['verdict'] | undefined;
  /** Text that the name must contain, ignoring case. */
  search?: string | undefined;
  /** Days without a call and without a change. */
  unusedDays?: number | undefined;
  place: Place;
  limit: number;
}

export interface OverviewPage {
  items: PluginOverview[];
  /** Start of the next page; null if there is none. */
  next: string | null;
  /** Number of plugins that match. */
  total: number;
  /** True if the namespace has more plugins than are read, so that some are missing. */
  truncated: boolean;
}

type ReadDeps = Pick<Deps, 'db' | 'clock'> & { counters: CallCounters };

export async function listPluginOverviews(
  deps: ReadDeps,
  actor: Actor,
  namespaceId: NamespaceId,
  request: OverviewRequest,
): Promise<OverviewPage> {
  requireScope(actor, 'plugins:read');
  const now = deps.clock.now();
  const since = stepStart('hour', now) - (traffic.tableHours - 1) * hourMs;
  const { namespaces, promotionHours, ...facts } = await readTogether(deps.db, {
    namespaces: selectNamespace(deps.db, actor, namespaceId),
    ...selectOverviewFacts(deps.db, namespaceId, { now, places: placesOf(actor, namespaceId), since }),
  });
  requireNamespace(namespaces, namespaceId);
  const unwritten = unwrittenCalls(deps.counters, namespaceId).filter(({ at }) => at >= since);
  const counts = countsBy('hour', [...facts.counts, ...unwritten]);
  const minutes = [...promotionHours.flatMap((row) => minuteCounts(row, namespaceId)), ...unwritten];
  const found = toOverviews({ ...facts, counts, minutes }, namespaceId, { now, since });
  const unusedSince = request.unusedDays === undefined ? undefined : now - request.unusedDays * dayMs;
  const matching = found.slice(0, traffic.pluginsRead).filter((one) => matches(one, { ...request, unusedSince }));
  const rest = sortedAfter(matching, request.place);
  const items = rest.slice(0, request.limit);
  const last = items.at(-1);
  return {
    items,
    next: last && rest.length > items.length ? overviewPlace(last, request.place) : null,
    total: matching.length,
    truncated: found.length > traffic.pluginsRead,
  };
}

function matches(
  { active, changed, kind, name, state, use }: PluginOverview,
  asked: OverviewRequest & { unusedSince: number | undefined },
): boolean {
  return (
    (asked.kind === undefined || asked.kind === kind) &&
    (asked.state === undefined || asked.state === state) &&
    (asked.verdict === undefined || asked.verdict === active?.verdict) &&
    (asked.unusedSince === undefined || Math.max(use.calledAt ?? 0, changed?.at ?? 0) <= asked.unusedSince) &&
    (asked.search === undefined || name.toLowerCase().includes(asked.search.toLowerCase()))
  );
}
