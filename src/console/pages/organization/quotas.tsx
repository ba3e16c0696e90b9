// Shows the organization's usage and quotas, and the live plugins that can be undeployed to free up space.
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type QuotaResource, quotaResources, quotaTable } from '../../../contract/limits/quotas.ts';
import { quotasQuery } from '../../data/account-queries.ts';
import { api, type Schemas } from '../../data/api.ts';
import { everyVersionQuery, namespacesQuery } from '../../data/queries.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { say } from '../../parts/toasts/toasts.tsx';
import { TypedConfirmation } from '../../parts/typed-confirmation.tsx';
import { InstancesOf, type LiveVersion } from '../deployments/instance.tsx';

const warnPercent = 80;
const refreshMs = 15_000;

export function QuotasPage() {
  const { data } = useSuspenseQuery(quotasQuery);
  return (
    <>
      <PageHead title="Usage" />
      <p>
        A request that exceeds a quota is refused with 403, and lines of logs beyond the budget of a day are dropped.
        Nothing that exists is removed.
      </p>
      <ul className="quotas">
        {quotaResources.map((resource) => (
          <Quota key={resource} resource={resource} usage={data.quotas[resource]} />
        ))}
      </ul>
      <LiveInstances />
      <AsCommand cli="slipway quotas list" path="/v1/quotas" />
    </>
  );
}

interface Usage {
  used: number;
  max_allowed: number;
}

function Quota({ resource, usage: { used, max_allowed } }: { resource: QuotaResource; usage: Usage }) {
  const { isBytes, remedy, what } = quotaTable[resource];
  const percent = max_allowed === 0 ? 100 : Math.min(100, Math.floor((100 * used) / max_allowed));
  const tone = percent === 100 ? 'bad' : percent >= warnPercent ? 'warning' : 'good';
  const show = isBytes ? bytes : (amount: number) => amount.toLocaleString('en');
  const id = `quota-${resource}`;
  return (
    <li>
      <h2 id={id}>
        {what.charAt(0).toUpperCase() + what.slice(1)}
        {resource === 'plugins_per_namespace' && ' in the fullest namespace'}
      </h2>
      <meter min={0} max={Math.max(1, max_allowed)} value={used} aria-labelledby={id} className={tone} />
      <p>
        <Status tone={tone}>{stateOf(tone)}</Status> {show(used)} of {show(max_allowed)}
      </p>
      <details open={percent === 100}>
        <summary>Free up space</summary>
        <p>{remedy}.</p>
      </details>
    </li>
  );
}

function stateOf(tone: Tone): string {
  if (tone === 'bad') return 'Full';
  return tone === 'warning' ? 'Nearly full' : 'Space left';
}

/** `850 B`, `1.5 MiB`. */
function bytes(amount: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = amount === 0 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(amount) / 10));
  const value = amount / 2 ** (10 * power);
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`;
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
        A plugin counts once per namespace, however many of its versions are live, and also while its instances sleep.
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
  const { data } = useSuspenseQuery({ ...everyVersionQuery(namespace), refetchInterval: refreshMs });
  const live = byName(data.plugins);
  if (live.length === 0) return <Empty command="slipway deploy NAME">No plugin of this namespace is live.</Empty>;
  return (
    <>
      <Table
        caption="Live plugins, the one that changed longest ago first"
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
      title: 'Live versions',
      kind: 'varies',
      hidden: 'below-600',
      cell: ({ versions }) => versions.map(({ version }) => version).join(', '),
    },
    {
      id: 'instances',
      title: 'Instances',
      cell: ({ versions }) => <InstancesOf namespace={namespace} versions={versions} />,
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
  /** Time when one of them last changed. */
  at: string;
}

/** Groups live versions by plugin, the one that changed longest ago first. Versions come newest first. */
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

function Undeploy({ namespace, name, versions }: { namespace: string; name: string; versions: string[] }) {
  const queries = useQueryClient();
  const undeploy = async () => {
    const request = { path: { namespace_id: namespace, slug: name }, body: { keep: 0 } };
    // The server undeploys some at a time.
    for (let remaining = 1; remaining > 0; )
      ({ remaining } = await api.post('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/undeploy', request));
    await queries.invalidateQueries({ queryKey: ['namespace', namespace] });
    await queries.invalidateQueries({ queryKey: quotasQuery.queryKey });
    say(`${name} is undeployed.`, {
      to: { to: '/n/$namespace/plugins/$name', params: { namespace, name } },
      text: `Open ${name}`,
    });
  };
  return (
    <TypedConfirmation
      label={`Undeploy ${name}`}
      title={`Undeploy every version of ${name}`}
      name={name}
      act={undeploy}
    >
      <p>
        {versions.join(', ')} {versions.length === 1 ? 'stops' : 'stop'}. Calls to {name} are refused from then on.
      </p>
      <p>
        No version is deleted. To undo it, deploy a version again: <code>slipway deploy {name}</code>. It takes as long
        as its build, unless that is cached.
      </p>
    </TypedConfirmation>
  );
}
