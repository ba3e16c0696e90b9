// Queries for agent plugins.
import { queryOptions } from '@tanstack/react-query';
import { idleMs, pendingMs } from '../../../contract/limits/requests.ts';
import { api } from '../../data/api.ts';
import type { ListedPlugin } from '../../data/listed-plugins.ts';
import { listedAgents } from './listed-agents.ts';

/** The newest versions' plugins, for the list of plugins of every kind. */
export const agentsQuery = queryOptions<ListedPlugin[]>({
  queryKey: ['agents'],
  queryFn: async ({ signal }) =>
    listedAgents((await api.get('/api/v1/plugins', { query: { limit: 100, includeYanked: 'true' }, signal })).plugins),
});

export const agentVersionsQuery = (name: string) =>
  queryOptions({
    queryKey: ['agents', 'named', name],
    queryFn: ({ signal }) => api.get('/api/v1/plugins/by-name/{name}', { path: { name }, signal }),
    refetchInterval: ({ state }) =>
      state.data?.versions.some(({ verification }) => verification === 'pending') ? pendingMs : idleMs,
  });
