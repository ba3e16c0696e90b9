// Combines the rows read for all plugins into each plugin's table entry.
import type { ActorRef } from '../contract/actor.ts';
import { traffic } from '../contract/limits/traffic.ts';
import type { DeploymentState, DeploymentType, PluginKind } from '../contract/states.ts';
import { type CallCount, emptyCount, hourMs, percentile, sumCounts } from '../contract/traffic.ts';
import type { DeploymentId, NamespaceId, PluginRowId, ReleaseId } from '../core/ids.ts';
import type { CountedCalls } from './call-counters.ts';
import { countLiveCalls, type LiveCalls } from './live-calls.ts';
import type { NewestDeployment, OverviewFacts, ShownVersion } from './overview-facts.ts';
import { sumUse, type UseSum } from './plugin-uses.ts';

/**
 * `live`: a version serves the name, whatever happened to a newer deployment. `batch_only`: a version has the name but serves no calls.
 * The other values are the newest deployment's state.
 */
export const overviewStates = ['live', 'deploying', 'failed', 'batch_only', 'not_deployed'] as const;
export type OverviewState = (typeof overviewStates)[number];

export const changeTypes = ['published', 'deployed', 'rolled_back'] as const;

/** The latest of the active version's publication, the newest deployment and the newest rollback. */
interface LastChange {
  type: (typeof changeTypes)[number];
  at: number;
  by: ActorRef;
  /** Null for a rollback or a deleted version. */
  version: ShownVersion | null;
}

export interface PluginOverview {
  id: PluginRowId;
  name: string;
  kind: PluginKind;
  /** True if the organization owns the plugin and the namespace has it enabled. */
  isShared: boolean;
  state: OverviewState;
  /** The name's live version. */
  live: ShownVersion | null;
  active: ShownVersion | null;
  /** The newest deployment. */
  deployment: { id: DeploymentId; status: DeploymentState; version: ShownVersion | null } | null;
  /** The active release, with its candidate's share of calls in hundredths of a percent. */
  release: { id: ReleaseId; version: ShownVersion | null; weight: number } | null;
  count: CallCount;
  /** Null if no version serves the name. */
  liveCalls: LiveCalls | null;
  p95Ms: number | null;
  /** Calls per hour in the last 24 hours, oldest first. The last number is for the current hour. */
  callsByHour: number[];
  /** Its use in the last 30 days. */
  use: UseSum;
  changed: LastChange | null;
}

/** The facts, with what isolates have counted since. `minutes` covers the promotion hours. */
type CountedFacts = Omit<OverviewFacts, 'promotionHours'> & { minutes: readonly CountedCalls[] };

export function toOverviews(
  facts: CountedFacts,
  namespaceId: NamespaceId,
  { now, since }: { now: number; since: number },
): PluginOverview[] {
  const versions = new Map<string, ShownVersion>(facts.versions.map((version) => [version.id, version]));
  const deployments = new Map(facts.deployments.map((deployment) => [deployment.pluginId, deployment]));
  const rollbacks = new Map(facts.rollbacks.map((rollback) => [rollback.pluginId, rollback]));
  const releases = new Map(facts.releases.map((release) => [release.pluginId, release]));
  const counts = Map.groupBy(facts.counts, ({ pluginId }) => pluginId);
  const uses = new Map(facts.uses.map((use) => [use.pluginId, use]));
  const promotionMinutes = Map.groupBy(facts.minutes, ({ pluginId }) => pluginId);
  const versionOf = (id: string | null | undefined) => (id ? (versions.get(id) ?? null) : null);
  return facts.plugins.map(({ activeId, id, kind, name, ownerId, promotedAt, servedId, servingType }) => {
    const hours = counts.get(id) ?? [];
    const count = hours.length === 0 ? emptyCount() : sumCounts(hours);
    const callsByHour = Array.from({ length: traffic.tableHours }, (_, index) =>
      hours.reduce((sum, { at, calls }) => (at === since + index * hourMs ? sum + calls : sum), 0),
    );
    const deployment = deployments.get(id);
    const deployed = versionOf(deployment?.versionId);
    const active = versionOf(activeId);
    const live = versionOf(servedId);
    const rollback = rollbacks.get(id);
    const release = releases.get(id);
    return {
      id,
      name,
      kind,
      isShared: ownerId !== namespaceId,
      state: stateOf(servingType, deployment),
      live,
      active,
      deployment: deployment ? { id: deployment.id, status: deployment.status, version: deployed } : null,
      release: release ? { id: release.id, version: versionOf(release.toVersionId), weight: release.weight } : null,
      liveCalls:
        live && promotedAt !== null
          ? countLiveCalls(live, promotedAt, { hours, minutes: promotionMinutes.get(id) ?? [] })
          : null,
      count,
      p95Ms: percentile(count, 0.95),
      callsByHour,
      use: sumUse(uses.get(id), hours, now),
      changed: newest([
        active && { type: 'published', at: active.createdAt, by: active.createdBy, version: active },
        deployment && { type: 'deployed', at: deployment.createdAt, by: deployment.createdBy, version: deployed },
        rollback && { type: 'rolled_back', at: rollback.at, by: rollback.by, version: null },
      ]),
    };
  });
}

function stateOf(servingType: DeploymentType | null, deployment: NewestDeployment | undefined): OverviewState {
  if (servingType !== null) return servingType === 'realtime' ? 'live' : 'batch_only';
  if (deployment?.status === 'failed') return 'failed';
  return deployment && unfinishedStates.has(deployment.status) ? 'deploying' : 'not_deployed';
}

const unfinishedStates: ReadonlySet<DeploymentState> = new Set([
  ...(['queued', 'claimed', 'building', 'starting', 'verifying', 'ready'] as const),
]);

function newest(changes: readonly (LastChange | null | undefined)[]): LastChange | null {
  return changes.reduce<LastChange | null>((last, one) => (one && (!last || one.at >= last.at) ? one : last), null);
}
