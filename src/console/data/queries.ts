// Page queries, by cache key. A change invalidates its namespace.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { busyMs, idleMs } from '../../contract/limits/requests.ts';
import type { ServedKind } from '../../contract/plugin/go-kinds.ts';
import { api, type Schemas } from './api.ts';
import { pagedQuery } from './paged-query.ts';

const under = (namespace: string, ...rest: string[]) => ['namespace', namespace, ...rest];

export const namespacesQuery = queryOptions({
  queryKey: ['namespaces'],
  queryFn: ({ signal }) => api.post('/v1/namespaces/list', { query: { limit: 100 }, signal }),
});

/** Reads every version, since sorting and filtering need all of them. */
export const pluginsQuery = (namespace_id: string) =>
  infiniteQueryOptions({
    queryKey: under(namespace_id, 'plugins'),
    refetchInterval: idleMs,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api.get('/v1/namespaces/{namespace_id}/plugins', {
        path: { namespace_id },
        query: { limit: 1000, ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });

/** Finds a plugin or version by name. */
export const everyVersionQuery = (namespace_id: string) =>
  queryOptions({
    queryKey: under(namespace_id, 'every-version'),
    staleTime: idleMs,
    queryFn: ({ signal }) =>
      api.get('/v1/namespaces/{namespace_id}/plugins', { path: { namespace_id }, query: { limit: 1000 }, signal }),
  });

export const versionsQuery = (namespace_id: string, slug: string, kind: ServedKind = 'extractor') =>
  queryOptions({
    queryKey: under(namespace_id, 'versions', slug, kind),
    queryFn: ({ signal }) =>
      api.get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/versions', {
        path: { namespace_id, slug },
        query: { limit: 50, kind },
        signal,
      }),
    refetchInterval: ({ state }) => (state.data?.results.some(isBusy) ? busyMs : idleMs),
  });

function isBusy({ status }: { status: string }): boolean {
  return status === 'QUEUED' || status === 'PENDING' || status === 'IN_PROGRESS';
}

export const versionQuery = (namespace_id: string, plugin_id: string) =>
  queryOptions({
    queryKey: under(namespace_id, 'version', plugin_id),
    queryFn: ({ signal }) =>
      api.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', { path: { namespace_id, plugin_id }, signal }),
  });

export const statusQuery = (namespace_id: string, plugin_id: string) =>
  queryOptions({
    queryKey: under(namespace_id, 'status', plugin_id),
    queryFn: ({ signal }) =>
      api.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/status', {
        path: { namespace_id, plugin_id },
        signal,
      }),
    refetchInterval: ({ state }) => (state.data && isBusy(state.data) ? busyMs : idleMs),
  });

export const scanQuery = (namespace_id: string, plugin_id: string) =>
  queryOptions({
    queryKey: under(namespace_id, 'scan', plugin_id),
    queryFn: ({ signal }) =>
      api.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/scan', { path: { namespace_id, plugin_id }, signal }),
  });

/** Reads a version's dependencies and its locked packages. */
export const environmentQuery = (namespace_id: string, plugin_id: string) =>
  queryOptions({
    queryKey: under(namespace_id, 'environment', plugin_id),
    queryFn: ({ signal }) =>
      api.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/environment', {
        path: { namespace_id, plugin_id },
        signal,
      }),
  });

export const uploadQuery = (namespace_id: string, upload_id: string) =>
  queryOptions({
    queryKey: under(namespace_id, 'upload', upload_id),
    queryFn: ({ signal }) =>
      api.get('/v1/namespaces/{namespace_id}/plugins/uploads/{upload_id}', {
        path: { namespace_id, upload_id },
        signal,
      }),
  });

export const sourceQuery = (namespace_id: string, plugin_id: string) =>
  queryOptions({
    queryKey: under(namespace_id, 'source', plugin_id),
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) =>
      api.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/source', {
        path: { namespace_id, plugin_id },
        signal,
      }),
  });

interface Compared {
  slug: string;
  kind?: ServedKind;
  v1: string;
  v2: string;
}

export const diffQuery = (namespace_id: string, { slug, kind = 'extractor', v1, v2 }: Compared) =>
  queryOptions({
    queryKey: under(namespace_id, 'diff', slug, kind, v1, v2),
    queryFn: ({ signal }) =>
      api.get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/diff', {
        path: { namespace_id, slug },
        query: { kind, v1, v2 },
        signal,
      }),
  });

export const deploymentStates = ['promoted', 'failed', 'stopped', 'superseded', 'cancelled'] as const;

const endings: ReadonlySet<string> = new Set(deploymentStates);

/** Returns whether a deployment stays in this state unless another one replaces it. */
export function hasEnded(status: Schemas['DeploymentEntry']['status']): boolean {
  return endings.has(status);
}

/** Filters as in the URL. */
interface DeploymentFilter {
  name?: string | undefined;
  status?: (typeof deploymentStates)[number] | undefined;
}

export const deploymentsQuery = (namespace_id: string, { name, status }: DeploymentFilter) =>
  infiniteQueryOptions({
    queryKey: under(namespace_id, 'deployments', name ?? '', status ?? ''),
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api.get('/v1/namespaces/{namespace_id}/deployments', {
        path: { namespace_id },
        query: {
          limit: 50,
          ...(name ? { name } : {}),
          ...(status ? { status } : {}),
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        signal,
      }),
    getNextPageParam: ({ pagination }) => pagination.next_cursor ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ results }) => results.some((one) => !hasEnded(one.status))) ? busyMs : idleMs,
  });

export const deploymentQuery = (namespace_id: string, deployment_id: string) =>
  queryOptions({
    queryKey: under(namespace_id, 'deployment', deployment_id),
    queryFn: ({ signal }) =>
      api.get('/v1/namespaces/{namespace_id}/deployments/{deployment_id}', {
        path: { namespace_id, deployment_id },
        signal,
      }),
    // A live instance may crash, so poll it. Events cover a running deployment.
    refetchInterval: ({ state }) => (state.data?.serving ? idleMs : false),
  });

/** Filters as in the URL. */
export interface EventSearch {
  type?: Schemas['EventFilter'] | undefined;
  subject?: string | undefined;
  namespace?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
  order?: 'desc' | 'asc' | undefined;
}

export const eventsQuery = ({ type, subject, namespace, since, until, order }: EventSearch) =>
  pagedQuery(['events', { type, subject, namespace, since, until, order }], {
    load: (page, signal) =>
      api.get('/v1/events', {
        query: {
          ...page,
          limit: 50,
          ...(type ? { type } : {}),
          ...(subject ? { subject } : {}),
          ...(namespace ? { namespace } : {}),
          ...(since ? { since } : {}),
          ...(until ? { until } : {}),
          ...(order ? { order } : {}),
        },
        signal,
      }),
  });
