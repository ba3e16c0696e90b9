// Shows what the organization used, its quotas, and the live plugins that can be undeployed to use less.
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { idleMs } from '../../../contract/limits/requests.ts';
import { quotasQuery } from '../../data/account-queries.ts';
import type { Schemas } from '../../data/api.ts';
import type { PluginCalls } from '../../data/listed-plugins.ts';
import { callsByPlugin, pluginOverviewsQuery } from '../../data/plugin-calls.ts';
import { everyVersionQuery, namespacesQuery } from '../../data/queries.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { type LiveVersion, PluginInstances } from '../deployments/instance.tsx';
import { Undeploy } from '../plugin/undeploy.tsx';
import { CallLimits } from './call-limits.tsx';
import { MonthlyUsage } from './monthly-usage.tsx';
import { QuotaTable } from './quota-bars.tsx';

export function QuotasPage() {
  const { data } = useSuspenseQuery(quotasQuery);
  return (
    <>
      <PageHead title="Usage" />
      <MonthlyUsage quotas={data.quotas} />
      <h2>Quotas</h2>
      <p>Requests that would exceed a quota are rejected. Existing resources are not removed.</p>
      <QuotaTable quotas={data.quotas} />
      <CallLimits />
      <LiveInstances />
      <AsCommand cli="slipway quotas list" path="/v1/quotas" />
    </>
  );
}

function LiveInstances() {
  const { namespace: chosen } = useSearch({ from: '/signed-in/quotas' });
  const { data } = useSuspenseQuery(namespacesQuery);
  const navigate = useNavigate({ from: '/quotas' });
  const namespace = chosen ?? data.results[0]?.namespace_id;
  return (
    <section aria-labelledby="live-title">
      <h2 id="live-title">Live plugins</h2>
      <p>
        A plugin counts once per namespace, however many of its versions are deployed, and even while its instances
        sleep.
      </p>
      {data.results.length > 1 && (
        <label className="chip">
          Namespace:
          <select
            aria-label="Namespace"
            value={namespace}
            onChange={(event) => void navigate({ search: { namespace: event.target.value }, replace: true })}
          >
            {data.results.map(({ namespace_id, namespace_name }) => (
              <option key={namespace_id} value={namespace_id}>
                {namespace_name}
              </option>
            ))}
          </select>
        </label>
      )}
      {namespace !== undefined && <LiveTable namespace={namespace} />}
    </section>
  );
}

function LiveTable({ namespace }: { namespace: string }) {
  const { data } = useSuspenseQuery({ ...everyVersionQuery(namespace), refetchInterval: idleMs });
  const { data: calls } = useQuery({ ...pluginOverviewsQuery(namespace), select: callsByPlugin });
  const live = byName(data.plugins).map((plugin) => ({ ...plugin, calls: calls?.get(`extractor ${plugin.name}`) }));
  if (live.length === 0) return <Empty command="slipway deploy NAME">No plugin of this namespace is live.</Empty>;
  return (
    <>
      <Table
        caption="Live plugins, oldest change first"
        columns={columnsOf(namespace)}
        rows={live}
        keyOf={({ name }) => name}
      />
      <AsCommand of="Live plugins as a command" cli="slipway list" path={`/v1/namespaces/${namespace}/plugins`} />
    </>
  );
}

function columnsOf(namespace: string): Column<LivePlugin>[] {
  return [
    {
      id: 'plugin',
      title: 'Plugin',
      cell: ({ name }) => (
        <Link to="/n/$namespace/plugins/$name" params={{ namespace, name }}>
          {name}
        </Link>
      ),
    },
    {
      id: 'versions',
      title: 'Deployed versions',
      kind: 'varies',
      hidden: 'below-600',
      cell: ({ versions }) => versions.map(({ version }) => version).join(', '),
    },
    {
      id: 'instances',
      title: 'Instances',
      cell: ({ versions }) => <PluginInstances namespace={namespace} versions={versions} />,
    },
    {
      id: 'calls',
      title: 'Calls, 24 h',
      kind: 'figure',
      hidden: 'below-600',
      cell: ({ calls }) => calls?.calls.toLocaleString('en'),
    },
    {
      id: 'errors',
      title: 'Failed',
      kind: 'figure',
      hidden: 'below-900',
      cell: ({ calls }) => calls?.errors.toLocaleString('en'),
    },
    { id: 'changed', title: 'Changed', kind: 'time', hidden: 'below-900', cell: ({ at }) => <Time at={at} /> },
    {
      id: 'actions',
      title: 'Actions',
      cell: ({ name, versions }) => (
        <Undeploy namespace={namespace} name={name} versions={versions.map(({ version }) => version)} />
      ),
    },
  ];
}

interface LivePlugin {
  name: string;
  /** Newest first. */
  versions: LiveVersion[];
  /** Time of the last change to any of its versions. */
  at: string;
  calls?: PluginCalls | undefined;
}

/** Groups live versions by plugin, least recently changed first. Versions come newest first. */
function byName(versions: Schemas['PluginListItem'][]): LivePlugin[] {
  const plugins = new Map<string, LivePlugin>();
  for (const { name, version, plugin_id: pluginId, deployed, updated_at } of versions) {
    if (!deployed) continue;
    const known = plugins.get(name);
    if (!known) plugins.set(name, { name, versions: [{ version, pluginId }], at: updated_at });
    else {
      known.versions.push({ version, pluginId });
      if (updated_at > known.at) known.at = updated_at;
    }
  }
  return [...plugins.values()].sort((a, b) => a.at.localeCompare(b.at));
}
