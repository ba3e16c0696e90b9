// The agent plugins of this installation, with what the verification of each artifact found.
import { useSuspenseInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useDeferredValue } from 'react';
import type { Schemas } from '../../data/api.ts';
import { agentsQuery } from '../../data/other-kinds.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { KindLinks } from '../../parts/kind-links.tsx';
import { MoreRows } from '../../parts/more-rows.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { Time } from '../../parts/time.tsx';
import { useTitle } from '../../parts/title.ts';
import { visible } from '../../parts/visible-text.ts';
import { Verification } from './verification.tsx';

const route = '/signed-in/n/$namespace/agents';
const path = '/api/v1/plugins';

export function AgentsPage() {
  const { namespace } = useParams({ from: route });
  const { q } = useSearch({ from: route });
  const navigate = useNavigate({ from: '/n/$namespace/agents' });
  const query = useSuspenseInfiniteQuery(agentsQuery(useDeferredValue(q)));
  const plugins = query.data.pages.flatMap((page) => page.plugins);
  useTitle('Agent plugins');
  const search = (text: string) => void navigate({ search: text === '' ? {} : { q: text }, replace: true });
  const asked = q ? `${path}?q=${encodeURIComponent(q)}` : path;
  return (
    <>
      <h1>Agent plugins</h1>
      <KindLinks namespace={namespace} />
      <search>
        <label htmlFor="search">Search by name</label>
        <input id="search" type="search" value={q ?? ''} onChange={(event) => search(event.target.value)} />
      </search>
      {plugins.length > 0 && <AgentTable namespace={namespace} plugins={plugins} />}
      {plugins.length === 0 && q && <p role="status">No agent plugin is named like “{q}”.</p>}
      {plugins.length === 0 && !q && (
        <Empty command={`curl -X POST ${location.origin}${path} -d '{"name": …}'`}>
          No agent plugin is registered. Agents register an artifact with its checksum; Slipway fetches and verifies it.
        </Empty>
      )}
      <MoreRows query={query} />
      <AsCommand cli={`curl ${location.origin}${asked}`} path={asked} />
    </>
  );
}

function AgentTable({ namespace, plugins }: { namespace: string; plugins: Schemas['AgentPlugin'][] }) {
  return (
    <DataTable
      caption="Versions of agent plugins, newest first"
      columns={['Plugin', 'Version', 'Type', 'Artifact', 'Registered']}
    >
      {plugins.map((plugin) => (
        <tr key={plugin.id} data-row>
          <th scope="row">
            <Link to="/n/$namespace/agents/$name" params={{ namespace, name: plugin.name }}>
              {visible(plugin.name)}
            </Link>
          </th>
          <td>{visible(plugin.version)}</td>
          <td>
            {plugin.pluginType}, {visible(plugin.pluginRuntime)}
          </td>
          <td>
            <Verification plugin={plugin} />
          </td>
          <td>
            <Time at={plugin.registeredAt} />
          </td>
        </tr>
      ))}
    </DataTable>
  );
}
