// Reads what the last twelve months used.
import { queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';

export const usageGroups = ['namespace', 'plugin'] as const;

export interface HistoryChoice {
  group: (typeof usageGroups)[number];
  namespace_id?: string | undefined;
}

/** Reads the usage of the last twelve months. */
export const usageHistoryQuery = ({ group, namespace_id }: HistoryChoice) =>
  queryOptions({
    queryKey: ['usage', 'history', group, namespace_id ?? ''],
    queryFn: ({ signal }) =>
      api.get('/v1/usage/history', { query: { group, ...(namespace_id !== undefined && { namespace_id }) }, signal }),
  });
