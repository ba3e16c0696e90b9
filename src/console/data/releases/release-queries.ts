// Reads releases: one in full, a plugin's list, and the one that shares its calls now.
import { queryOptions } from '@tanstack/react-query';
import { idleMs } from '../../../contract/limits/requests.ts';
import { api } from '../api.ts';
import { pagedQuery } from '../paged-query.ts';

const releasesPath = '/v1/namespaces/{namespace_id}/releases';

export const releaseQuery = (namespace_id: string, release_id: string) =>
  queryOptions({
    queryKey: ['namespace', namespace_id, 'release', release_id],
    queryFn: ({ signal }) => api.get(`${releasesPath}/{release_id}`, { path: { namespace_id, release_id }, signal }),
  });

export const releasesQuery = (namespace_id: string, plugin: string) =>
  pagedQuery(['namespace', namespace_id, 'releases', plugin], {
    load: (page, signal) => api.get(releasesPath, { path: { namespace_id }, query: { ...page, plugin }, signal }),
    isBusy: ({ results }) => results.some(({ ended_at }) => ended_at === null),
  });

/** Reads the plugin's active release. Null if there is none. */
export const activeReleaseQuery = (namespace_id: string, plugin: string) =>
  queryOptions({
    queryKey: ['namespace', namespace_id, 'active-release', plugin],
    refetchInterval: idleMs,
    queryFn: async ({ signal }) => {
      const query = { plugin, active: 'true', limit: 1 } as const;
      const { results } = await api.get(releasesPath, { path: { namespace_id }, query, signal });
      return results[0] ?? null;
    },
  });
