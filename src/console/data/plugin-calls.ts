// Reads each plugin's live version in a namespace, its calls of the last 24 hours, and who changed it last.
import { queryOptions } from '@tanstack/react-query';
import { idleMs } from '../../contract/limits/requests.ts';
import { api, type Schemas } from './api.ts';

const pluginsMax = 1000;

export type PluginOverview = Schemas['PluginOverview'];

/** Excludes agent plugins, which are never called. */
export const pluginOverviewsQuery = (namespace_id: string) =>
  queryOptions({
    queryKey: ['namespace', namespace_id, 'plugin-overviews'],
    refetchInterval: idleMs,
    queryFn: async ({ signal }) => {
      const { results } = await api.get('/v1/namespaces/{namespace_id}/plugins/by-name', {
        path: { namespace_id },
        query: { limit: pluginsMax },
        signal,
      });
      return results;
    },
  });

/** Reads one overview. */
export const pluginOverviewQuery = (
  namespace_id: string,
  name: string,
  kind: PluginOverview['kind'] = 'extractor',
) => ({
  ...pluginOverviewsQuery(namespace_id),
  select: (overviews: PluginOverview[]) => overviews.find((one) => one.kind === kind && one.name === name),
});

/** Returns the calls keyed by `kind name`. */
export function callsByPlugin(overviews: readonly PluginOverview[]): Map<string, PluginOverview> {
  return new Map(overviews.map((plugin) => [`${plugin.kind} ${plugin.name}`, plugin]));
}
