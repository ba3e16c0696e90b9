// Lists a plugin's history: its deployments, calls, and uploads that never became versions.
import { queryOptions, useQuery } from '@tanstack/react-query';
import type { ServedKind } from '../../contract/plugin/go-kinds.ts';
import { skippedText } from '../../contract/skipped-versions.ts';
import { api, type Schemas } from './api.ts';
import { pluginOverviewQuery } from './plugin-calls.ts';

/** The current minute changes while the page is open. */
const refreshMs = 10_000;
const eventsMax = 200;

/** Chart periods in hours. */
export const trafficPeriods = [1, 24, 168] as const;
export type TrafficPeriod = (typeof trafficPeriods)[number];

export const trafficQuery = (
  namespace_id: string,
  slug: string,
  hours: TrafficPeriod = 24,
  kind: ServedKind = 'extractor',
) =>
  queryOptions({
    queryKey: ['namespace', namespace_id, 'traffic', slug, hours, kind],
    refetchInterval: refreshMs,
    queryFn: ({ signal }) =>
      api.get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/traffic', {
        path: { namespace_id, slug },
        query: { kind, hours, step: hours === 1 ? 'minute' : 'hour' },
        signal,
      }),
  });

export const recentDeploymentsQuery = (namespace_id: string, name: string) =>
  queryOptions({
    queryKey: ['namespace', namespace_id, 'recent-deployments', name],
    refetchInterval: refreshMs,
    queryFn: ({ signal }) =>
      api.get('/v1/namespaces/{namespace_id}/deployments', {
        path: { namespace_id },
        query: { limit: 100, name },
        signal,
      }),
  });

/** Upload events, which only keys with `audit:read` can see. */
export const uploadEventsQuery = (namespace: string) =>
  queryOptions({
    queryKey: ['namespace', namespace, 'upload-events'],
    refetchInterval: refreshMs,
    queryFn: ({ signal }) => api.get('/v1/events', { query: { type: 'upload.', namespace, limit: eventsMax }, signal }),
  });

type UploadEvent = Schemas['Event'];

/** Returns a plugin's rejected or expired uploads. Only an upload's first event has its name. */
export function unpublishedUploads(events: readonly UploadEvent[], name: string): UploadEvent[] {
  const own = new Set(
    events.filter(({ type, data }) => type === 'upload.created' && data.name === name).map((event) => event.subject_id),
  );
  return events.filter(
    ({ type, subject_id }) => own.has(subject_id) && (type === 'upload.rejected' || type === 'upload.expired'),
  );
}

/**
 * Returns the version that a rollback offers first, like the command: during a release the stable one, which ends the release.
 * Undefined if no earlier version served well.
 */
export function useRollbackTarget(namespace: string, plugin: Schemas['PluginVersions']): string | undefined {
  const { data: overview } = useQuery(pluginOverviewQuery(namespace, plugin.name));
  if (overview?.release && plugin.serving_version !== null) return plugin.serving_version;
  return plugin.rollback_targets[0];
}

/** Says why no rollback is offered, and how to choose a version that is left out. */
export function withoutTarget({
  name,
  rollback_skipped,
}: Pick<Schemas['PluginVersions'], 'name' | 'rollback_skipped'>): string {
  if (rollback_skipped.length === 0) return `No other version of ${name} was live.`;
  return `No earlier version of ${name} served well: ${skippedText(rollback_skipped)}. To choose one, open it under Versions.`;
}

/** Returns whether the version had the name before the live one, whether or not a rollback skips it. */
export function isEarlier(
  version: string,
  { rollback_skipped, rollback_targets }: Pick<Schemas['PluginVersions'], 'rollback_skipped' | 'rollback_targets'>,
): boolean {
  return rollback_targets.includes(version) || rollback_skipped.some((one) => one.version === version);
}

/** The same request promotes a version that was never live, and ends a release if the version is its stable one. */
export function rollbackAction(version: string, plugin: Schemas['PluginVersions']): string {
  return version === plugin.serving_version || isEarlier(version, plugin)
    ? `Roll back to ${version}`
    : `Make ${version} live`;
}
