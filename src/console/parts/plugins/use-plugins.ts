// Reads all plugins that a namespace can use, of every kind.
import { type QueryClient, useInfiniteQuery, useQueries, useQuery } from '@tanstack/react-query';
import { type ListedPlugin, listedExtractor, listedGo } from '../../data/listed-plugins.ts';
import { goPluginsQuery } from '../../data/other-kinds.ts';
import { withoutData } from '../../data/paged-query.ts';
import { callsByPlugin, pluginOverviewsQuery } from '../../data/plugin-calls.ts';
import { pluginRows } from '../../data/plugin-rows.ts';
import { pluginsQuery } from '../../data/queries.ts';
import { added } from '../../points.ts';

/** Undefined until the extractors and their live versions are loaded. Other kinds follow as they load. */
export function usePlugins(namespace: string) {
  const query = useInfiniteQuery({ ...pluginsQuery(namespace), ...withoutData });
  const pipeline = useQuery(goPluginsQuery('pipeline'));
  const storage = useQuery(goPluginsQuery('storage'));
  const others = useQueries({ queries: added('kinds').map((one) => one.query) });
  const versions = query.data?.pages.flatMap((page) => page.plugins);
  const { data: overviews } = useQuery({ ...pluginOverviewsQuery(namespace), ...withoutData });
  const calls = overviews && callsByPlugin(overviews);
  const plugins: ListedPlugin[] | undefined = calls &&
    versions && [
      ...pluginRows(versions, calls).map(listedExtractor),
      ...(pipeline.data ?? []).map((plugin) => listedGo('pipeline', plugin, calls.get(`pipeline ${plugin.name}`))),
      ...(storage.data ?? []).map((plugin) => listedGo('storage', plugin, calls.get(`storage ${plugin.name}`))),
      ...others.flatMap(({ data = [] }) => data),
    ];
  const called = plugins?.map((plugin) => ({ ...plugin, calls: calls?.get(`${plugin.kind} ${plugin.name}`) }));
  return { plugins: called, query };
}

export function prefetchPlugins(queries: QueryClient, namespace: string): void {
  void queries.prefetchInfiniteQuery(pluginsQuery(namespace));
  void queries.prefetchQuery(pluginOverviewsQuery(namespace));
  void queries.prefetchQuery(goPluginsQuery('pipeline'));
  void queries.prefetchQuery(goPluginsQuery('storage'));
  for (const one of added('kinds')) one.load(queries);
}
