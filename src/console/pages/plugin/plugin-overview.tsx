// Shows the live version, its health, and the latest changes.
import { keepPreviousData, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { Suspense } from 'react';
import { lazyPart } from '../../connection/load-code.ts';
import type { Schemas } from '../../data/api.ts';
import { trafficQuery } from '../../data/plugin-history.ts';
import { versionsQuery } from '../../data/queries.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { PluginInstance } from '../deployments/instance.tsx';
import { PluginTimeline } from './plugin-timeline.tsx';
import { PluginTraffic, periodNames, TrafficFigures } from './plugin-traffic.tsx';

const PluginVersionsTraffic = lazyPart(() => import('./traffic-by-version.tsx'));
const PluginPermissions = lazyPart(() => import('./plugin-permissions.tsx'));
const PluginNotices = lazyPart(() => import('./plugin-notices.tsx'));

const versionsShown = 4;

export function PluginOverviewPage() {
  const { namespace, name } = useParams({ from: '/signed-in/n/$namespace/plugins/$name/' });
  const { data: plugin } = useSuspenseQuery(versionsQuery(namespace, name));
  const serving = plugin.results.find(({ serves_name }) => serves_name);
  return (
    <>
      <Suspense>
        <PluginNotices namespace={namespace} name={name} live={serving?.plugin_id} />
      </Suspense>
      <PluginFigures namespace={namespace} plugin={plugin} />
      <PluginTraffic namespace={namespace} name={name} />
      <div className="pair">
        <section aria-labelledby="versions">
          <h2 id="versions">Versions</h2>
          <PluginTimeline namespace={namespace} plugin={plugin} shownMax={versionsShown} />
          <Link to="/n/$namespace/plugins/$name/versions" className="button small" params={{ namespace, name }}>
            All versions
          </Link>
        </section>
        <Suspense>
          {serving && <PluginPermissions namespace={namespace} name={name} version={serving.version} />}
        </Suspense>
      </div>
      <Suspense>
        <PluginVersionsTraffic namespace={namespace} name={name} />
      </Suspense>
      <AsCommand cli={`slipway log ${name}`} path={`/v1/namespaces/${namespace}/plugins/by-name/${name}/versions`} />
      <AsCommand
        of="The traffic as a command"
        cli={`slipway traffic ${name}`}
        path={`/v1/namespaces/${namespace}/plugins/by-name/${name}/traffic`}
      />
    </>
  );
}

function PluginFigures({ namespace, plugin }: { namespace: string; plugin: Schemas['PluginVersions'] }) {
  const { name, results, serving_version } = plugin;
  const { hours } = useSearch({ from: '/signed-in/n/$namespace/plugins/$name/' });
  const { data: traffic } = useQuery({
    ...trafficQuery(namespace, name, hours),
    placeholderData: keepPreviousData,
  });
  const serving = results.find(({ serves_name }) => serves_name);
  return (
    <TrafficFigures
      traffic={traffic}
      period={periodNames[hours ?? 24]}
      live={serving_version}
      log={
        <Link
          to="/n/$namespace/plugins/$name/logs"
          className="button small"
          params={{ namespace, name }}
          search={{ level: 'error' }}
          aria-label={`Error log of ${name}`}
        >
          Error log
        </Link>
      }
    >
      {serving ? <PluginInstance namespace={namespace} pluginId={serving.plugin_id} /> : 'none'}
    </TrafficFigures>
  );
}
