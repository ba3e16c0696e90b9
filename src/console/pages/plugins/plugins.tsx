// The plugins of a namespace: the live or newest version of each, its state and its verdict.
import { useSuspenseInfiniteQuery } from '@tanstack/react-query';
import { Link, useParams, useRouteContext, useSearch } from '@tanstack/react-router';
import { useDeferredValue } from 'react';
import { matchingRows, type PluginRow, type PluginState, pluginRows } from '../../data/plugin-rows.ts';
import { pluginsQuery } from '../../data/queries.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { KindLinks } from '../../parts/kind-links.tsx';
import { MoreRows } from '../../parts/more-rows.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { Status, type Tone, Verdict } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { useTitle } from '../../parts/title.ts';
import { PluginFilters } from './plugin-filters.tsx';
import { PublishDialog } from './publish-dialog.tsx';

const route = '/signed-in/n/$namespace/plugins';

export function PluginsPage() {
  const { namespace } = useParams({ from: route });
  const { name, state, verdict } = useSearch({ from: route });
  const { key } = useRouteContext({ from: '/signed-in' });
  const query = useSuspenseInfiniteQuery(pluginsQuery(namespace, useDeferredValue(name)));
  const versions = query.data.pages.flatMap((page) => page.plugins);
  const loaded = pluginRows(versions, query.hasNextPage);
  const rows = matchingRows(loaded, { state, verdict });
  const isFiltered = state !== undefined || verdict !== undefined;
  useTitle('Plugins');
  return (
    <>
      <h1>Plugins</h1>
      <KindLinks namespace={namespace} />
      {key.scopes.includes('plugins:write') && <PublishDialog namespace={namespace} />}
      <PluginFilters />
      {rows.length > 0 && <PluginTable namespace={namespace} rows={rows} />}
      {loaded.length === 0 && <NoPlugins name={name} />}
      {loaded.length > 0 && rows.length === 0 && <NoMatch namespace={namespace} name={name} />}
      {isFiltered && query.hasNextPage && (
        <p>
          Filters apply to the {loaded.length} {loaded.length === 1 ? 'plugin' : 'plugins'} loaded so far.
        </p>
      )}
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

function NoMatch({ namespace, name }: { namespace: string; name: string | undefined }) {
  return (
    <p role="status">
      No plugin matches these filters.{' '}
      <Link to="/n/$namespace/plugins" params={{ namespace }} search={{ name }}>
        Clear the filters
      </Link>
    </p>
  );
}

function PluginTable({ namespace, rows }: { namespace: string; rows: PluginRow[] }) {
  return (
    <DataTable caption="Plugins, by name" columns={['Plugin', 'Version', 'State', 'Scan', 'Changed', 'Versions']}>
      {rows.map((row) => (
        <PluginTableRow key={row.name} namespace={namespace} row={row} />
      ))}
    </DataTable>
  );
}

function PluginTableRow({ namespace, row }: { namespace: string; row: PluginRow }) {
  const { name, changedAt } = row;
  const { version, scan_verdict } = row.version;
  return (
    <tr>
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
        <State row={row} />
      </td>
      <td>
        <Verdict verdict={scan_verdict} />
      </td>
      <td>
        <Time at={changedAt} />
      </td>
      <td>
        <Link to="/n/$namespace/plugins/$name" params={{ namespace, name }}>
          {versionCount(row)}
        </Link>
      </td>
    </tr>
  );
}

const tones: Record<PluginState, Tone> = {
  live: 'good',
  failed: 'bad',
  'not deployed': 'quiet',
  'in progress': 'busy',
};

function State({ row: { state, version } }: { row: PluginRow }) {
  const step = state === 'in progress' ? `: ${version.deployment_state}` : '';
  return <Status tone={tones[state]}>{`${state}${step}`}</Status>;
}

function versionCount({ versions, isPartial }: PluginRow): string {
  if (isPartial) return `${versions} or more versions`;
  return versions === 1 ? '1 version' : `${versions} versions`;
}
