// Shows the version that serves a plugin's name, the active version, and how its calls of the last day went.
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../data/api.ts';
import { trafficQuery } from '../../data/plugin-history.ts';
import { Fact } from '../../parts/fact.tsx';
import { Loading, PageError } from '../../parts/page-states.tsx';
import { Status } from '../../parts/status.tsx';
import { latency, TrafficChart, TrafficTable } from '../../parts/traffic-chart.tsx';
import { InstanceOf } from '../deployments/instance.tsx';

interface Props {
  namespace: string;
  plugin: Schemas['PluginVersions'];
}

/** Serving and active are two things: a version is active when it was chosen, and serves when it answers calls to the name. */
export function PluginOverview({ namespace, plugin }: Props) {
  const { active_version, name, previous_version, serving_version } = plugin;
  const { data: traffic } = useQuery(trafficQuery(namespace, name));
  const serving = plugin.results.find(({ serves_name }) => serves_name);
  const served = traffic?.by_version.find(({ version }) => version === serving_version);
  return (
    <dl className="facts">
      <Fact name="Serving">
        {serving_version === null ? (
          <Status tone="warning">nothing answers calls to the name</Status>
        ) : (
          <Status tone="good">{serving_version}</Status>
        )}
      </Fact>
      {serving && (
        <Fact name="Its instance">
          <InstanceOf namespace={namespace} pluginId={serving.plugin_id} />
        </Fact>
      )}
      <Fact name="Active">
        {active_version}
        {serving_version !== null && serving_version !== active_version && ' (chosen, but does not serve)'}
      </Fact>
      <Fact name="A rollback goes to">{previous_version ?? 'nothing: no other version served'}</Fact>
      <Fact name="Calls in 24 hours">{served?.calls ?? 0}</Fact>
      <Fact name="Failed">{served ? `${((100 * served.errors) / served.calls).toFixed(1)} %` : 'no calls'}</Fact>
      <Fact name="Latency">
        {served ? `p50 ${latency(served.p50_ms)} · p95 ${latency(served.p95_ms)}` : 'no calls'}
      </Fact>
    </dl>
  );
}

export function PluginTraffic({ namespace, name }: { namespace: string; name: string }) {
  const { data, error, refetch } = useQuery(trafficQuery(namespace, name));
  return (
    <section aria-labelledby="traffic">
      <h2 id="traffic">Traffic</h2>
      {error ? <PageError error={error} retry={() => void refetch()} /> : null}
      {!data && !error && <Loading what="the traffic" />}
      {data && data.total.calls > 0 && <TrafficChart traffic={data} />}
      {data && <TrafficTable traffic={data} />}
    </section>
  );
}
