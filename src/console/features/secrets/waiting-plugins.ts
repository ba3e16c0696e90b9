// Finds plugins that ask for a secret and whose deployment failed. They may be waiting for the secret, with no live version to show it.
import { useQueries, useQuery } from '@tanstack/react-query';
import { formatPluginId } from '../../../core/plugin-id.ts';
import { pluginOverviewsQuery } from '../../data/plugin-calls.ts';
import { versionQuery } from '../../data/queries.ts';

const readMax = 20;

export interface WaitingPlugin {
  name: string;
  version: string;
  /** The failed deployment. */
  deployment: string;
}

/** Returns the waiting plugins by secret name. */
export function useWaitingPlugins(namespace: string): ReadonlyMap<string, WaitingPlugin[]> {
  const { data: overviews = [] } = useQuery(pluginOverviewsQuery(namespace));
  const failed = overviews
    .flatMap(({ kind, name, newest_deployment }): WaitingPlugin[] =>
      kind === 'extractor' && newest_deployment?.status === 'failed' && newest_deployment.version !== null
        ? [{ name, version: newest_deployment.version, deployment: newest_deployment.deployment_id }]
        : [],
    )
    .slice(0, readMax);
  const asked = useQueries({
    queries: failed.map(({ name, version }) => versionQuery(namespace, formatPluginId(name, version))),
  });
  const pairs = failed.flatMap((plugin, index) => {
    const names = asked[index]?.data?.plugin.permissions.requested?.secrets ?? [];
    return names.map((secret) => ({ secret, plugin }));
  });
  const bySecret = Map.groupBy(pairs, ({ secret }) => secret);
  return new Map([...bySecret].map(([secret, found]) => [secret, found.map(({ plugin }) => plugin)]));
}
