// Reads the organization's own plugins, which namespaces enable, and their versions. Keys bound to namespaces see only plugins that
// they can enable.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { WithTexts } from '../../client/answer-texts.ts';
import { idleMs } from '../../contract/limits/requests.ts';
import { api, type Schemas } from './api.ts';

export type AvailablePlugin = WithTexts<Schemas['AvailablePlugin'], 'parameters'>;

const rowsPerRead = 1000;

/** Keyed below the namespace, since enabling changes it. */
export const availableQuery = (namespace_id: string) =>
  infiniteQueryOptions({
    queryKey: ['namespace', namespace_id, 'available'],
    refetchInterval: idleMs,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api.exact('get', '/v1/namespaces/{namespace_id}/plugins/available', 'plugins.*.parameters', {
        path: { namespace_id },
        query: { limit: rowsPerRead, ...(pageParam && { cursor: pageParam }) },
        signal,
      }),
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });

/** Reads each version's verdict by its ID. */
export const organizationVerdictsQuery = queryOptions({
  queryKey: ['organization-plugins', 'verdicts'],
  queryFn: async ({ signal }) => {
    const { plugins } = await api.get('/v1/plugins', { query: { limit: rowsPerRead }, signal });
    return new Map(plugins.map(({ plugin_id, scan_verdict }) => [plugin_id, scan_verdict]));
  },
});

const of = (plugin_id: string, ...rest: string[]) => ['organization-plugins', plugin_id, ...rest];

export const organizationVersionQuery = (plugin_id: string) =>
  queryOptions({
    queryKey: of(plugin_id),
    queryFn: ({ signal }) => api.get('/v1/plugins/{plugin_id}', { path: { plugin_id }, signal }),
  });

export const organizationScanQuery = (plugin_id: string) =>
  queryOptions({
    queryKey: of(plugin_id, 'scan'),
    queryFn: ({ signal }) => api.get('/v1/plugins/{plugin_id}/scan', { path: { plugin_id }, signal }),
  });

export const organizationSourceQuery = (plugin_id: string) =>
  queryOptions({
    queryKey: of(plugin_id, 'source'),
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => api.get('/v1/plugins/{plugin_id}/source', { path: { plugin_id }, signal }),
  });

export const organizationEnvironmentQuery = (plugin_id: string) =>
  queryOptions({
    queryKey: of(plugin_id, 'environment'),
    queryFn: ({ signal }) => api.get('/v1/plugins/{plugin_id}/environment', { path: { plugin_id }, signal }),
  });

export const organizationDeploymentsQuery = (plugin_id: string) =>
  queryOptions({
    queryKey: of(plugin_id, 'deployments'),
    refetchInterval: idleMs,
    queryFn: ({ signal }) =>
      api.get('/v1/plugins/{plugin_id}/deployments', { path: { plugin_id }, query: { limit: 50 }, signal }),
  });
