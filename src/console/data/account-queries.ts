// Queries for the organization's pages: quotas, keys.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { idleMs } from '../../contract/limits/requests.ts';
import { api, type Schemas } from './api.ts';

export const quotasQuery = queryOptions({
  queryKey: ['quotas'],
  refetchInterval: idleMs,
  queryFn: ({ signal }) => api.get('/v1/quotas', { signal }),
});

export const budgetQuery = queryOptions({
  queryKey: ['budget'],
  refetchInterval: idleMs,
  queryFn: ({ signal }) => api.get('/v1/budget', { signal }),
});

/** Reads the usage of the current month. */
export const usageQuery = queryOptions({
  queryKey: ['usage'],
  queryFn: ({ signal }) => api.get('/v1/usage', { signal }),
});

/** Only keys with `keys:admin` can read them. */
export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => api.get('/v1/organization/settings', { signal }),
});

export const keyStates = ['active', 'expired', 'revoked'] as const satisfies readonly Schemas['ApiKey']['status'][];

export const keysQuery = (status: (typeof keyStates)[number] | undefined) =>
  infiniteQueryOptions({
    queryKey: ['keys', status ?? ''],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api.get('/v1/keys', {
        query: { limit: 200, ...(status ? { status } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    getNextPageParam: ({ pagination }) => pagination.next_cursor ?? undefined,
  });
