// Reads the calls of the last 24 hours of every plugin of a namespace, and who changed it last.
import { queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';
import type { PluginCalls } from './listed-plugins.ts';

const refreshMs = 15_000;
const pluginsMax = 1000;

/** Calls by `kind name`. Agent plugins are called by nobody, so that they have none. */
export const pluginCallsQuery = (namespace_id: string) =>
  queryOptions({
    queryKey: ['namespace', namespace_id, 'plugin-calls'],
    refetchInterval: refreshMs,
    queryFn: async ({ signal }) => {
      const { results } = await api.get('/v1/namespaces/{namespace_id}/plugins/by-name', {
        path: { namespace_id },
        query: { limit: pluginsMax },
        signal,
      });
      return new Map<string, PluginCalls>(results.map((plugin) => [`${plugin.kind} ${plugin.name}`, plugin]));
    },
  });
