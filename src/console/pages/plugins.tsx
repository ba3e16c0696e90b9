// The plugins of a namespace: the newest version of each, whether it serves, and its verdict.
import { useSuspenseInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useRouteContext, useSearch } from '@tanstack/react-router';
import { useDeferredValue } from 'react';
import type { Schemas } from '../data/api.ts';
import { pluginsQuery } from '../data/queries.ts';
import { AsCommand } from '../parts/copyable.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { KindLinks } from '../parts/kind-links.tsx';
import { MoreRows } from '../parts/more-rows.tsx';
import { Empty } from '../parts/page-states.tsx';
import { DeploymentStatus, Status, Verdict } from '../parts/status.tsx';
import { Time } from '../parts/time.tsx';
import { useTitle } from '../parts/title.ts';
import { PublishDialog } from './publish-dialog.tsx';

const route = '/signed-in/n/$namespace/plugins';

export function PluginsPage() {
  const { namespace } = useParams({ from: route });
  const { name } = useSearch({ from: route });
  const { key } = useRouteContext({ from: '/signed-in' });
  const navigate = useNavigate({ from: '/n/$namespace/plugins' });
  const query = useSuspenseInfiniteQuery(pluginsQuery(namespace, useDeferredValue(name)));
  const plugins = query.data.pages.flatMap((page) => page.plugins);
  useTitle('Plugins');
  const search = (text: string) => void navigate({ search: text === '' ? {} : { name: text }, replace: true });
  return (
    <>
      <h1>Plugins</h1>
      <KindLinks namespace={namespace} />
      {key.scopes.includes('plugins:write') && <PublishDialog namespace={namespace} />}
      <search>
        <label htmlFor="search">Search by name</label>
        <input id="search" type="search" value={name ?? ''} onChange={(event) => search(event.target.value)} />
      </search>
      {plugins.length === 0 ? <NoPlugins name={name} /> : <PluginTable namespace={namespace} plugins={plugins} />}
      <MoreRows query={query} />
      <AsCommand
        cli={name ? `slipway list --search ${name}` : 'slipway list'}
        path={`/v1/namespaces/${namespace}/plugins${name ? `?search=${encodeURIComponent(name)}` : ''}`}
      />
    </>
  );
}

function NoPlugins({ name }: { name: string | undefined }) {
  if (name) return <p role="status">No plugin's name begins with “{name}”.</p>;
  return (
    <Empty command="slipway init my_plugin && slipway publish my_plugin">
      This namespace has no plugins yet. A plugin is a folder of Python with a manifest: make one and publish it.
    </Empty>
  );
}

interface TableProps {
  namespace: string;
  plugins: Schemas['PluginListItem'][];
}

function PluginTable({ namespace, plugins }: TableProps) {
  return (
    <DataTable caption="Versions of plugins, by name" columns={['Plugin', 'Version', 'State', 'Scan', 'Changed']}>
      {plugins.map(({ plugin_id, name, version, deployed, deployment_state, scan_verdict, updated_at }) => (
        <tr key={plugin_id}>
          <th scope="row">
            <Link to="/n/$namespace/plugins/$name" params={{ namespace, name }}>
              {name}
            </Link>
          </th>
          <td>
            <Link to="/n/$namespace/plugins/$name/versions/$version" params={{ namespace, name, version }}>
              {version}
            </Link>
          </td>
          <td>
            <PluginState deployed={deployed} state={deployment_state} />
          </td>
          <td>
            <Verdict verdict={scan_verdict} />
          </td>
          <td>
            <Time at={updated_at} />
          </td>
        </tr>
      ))}
    </DataTable>
  );
}

function PluginState({ deployed, state }: { deployed: boolean; state: string | null }) {
  if (deployed) return <Status tone="good">live</Status>;
  return state === null ? <Status tone="quiet">not deployed</Status> : <DeploymentStatus state={state} />;
}
