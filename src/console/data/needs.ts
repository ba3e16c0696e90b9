// Reads what needs the user: a namespace's needs and the organization's, so that the sidebar's number is the list's.
import { queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';

const pollMs = 60_000;

export const needsKey = ['needs'] as const;

export const needsQuery = (namespace: string) =>
  queryOptions({
    queryKey: [...needsKey, namespace],
    refetchInterval: pollMs,
    queryFn: ({ signal }) => api.get('/v1/attention', { query: { namespace_id: namespace }, signal }),
  });
