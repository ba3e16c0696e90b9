// Queries for the scan policy.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, type Schemas } from './api.ts';

export type Level = Schemas['ScanPolicy']['level'];

export const policyQuery = queryOptions({
  queryKey: ['policy'],
  queryFn: ({ signal }) => api.get('/v1/scan-policy', { signal }),
});

/** Scans published versions at the level, a few per page. Stores nothing. */
export const previewQuery = (level: Level) =>
  infiniteQueryOptions({
    queryKey: ['policy', 'preview', level],
    staleTime: Number.POSITIVE_INFINITY,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api.post('/v1/scan-policy/preview', {
        query: pageParam ? { cursor: pageParam } : {},
        body: { level },
        signal,
      }),
    getNextPageParam: ({ pagination }) => pagination.next_cursor ?? undefined,
  });
