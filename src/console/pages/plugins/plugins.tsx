// All plugins that a namespace can use, of every kind, in one table.
import { Link, useNavigate, useParams, useRouteContext, useSearch } from '@tanstack/react-router';
import { Suspense } from 'react';
import { matchingPlugins, type PluginFilter, type PluginKind, pluginKinds } from '../../data/listed-plugins.ts';
import { pluginStates, scanVerdicts } from '../../data/plugin-rows.ts';
import { isUnused } from '../../data/unused-plugins.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { FilterSelect } from '../../parts/filters/filter-select.tsx';
import { SearchField } from '../../parts/filters/search-field.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { usePlugins } from '../../parts/plugins/use-plugins.ts';
import { MoreRows } from '../../parts/table.tsx';
import type { ListedKind } from '../../points.ts';
import { added } from '../../points.ts';
import { PluginTable } from './plugin-table.tsx';
import { PublishDialog, PublishFromGit } from './publish-dialog.tsx';

const route = '/signed-in/n/$namespace/plugins';

export function PluginsPage() {
  const { namespace } = useParams({ from: route });
  const filter = useSearch({ from: route });
  const { key } = useRouteContext({ from: '/signed-in' });
  const { plugins, query } = usePlugins(namespace);
  const matching = plugins && matchingPlugins(plugins, filter);
  const rows = filter.use === undefined ? matching : matching?.filter(isUnused);
  const own = ownKind(filter.kind);
  return (
    <>
      <PageHead
        title="Plugins"
        actions={
          key.scopes.includes('plugins:write') && (
            <>
              <Suspense>{own && <own.Add namespace={namespace} />}</Suspense>
              <PublishFromGit namespace={namespace} />
              <PublishDialog namespace={namespace} />
            </>
          )
        }
      />
      <PluginFilters />
      {plugins?.length === 0 ? <NoPlugins /> : <PluginTable namespace={namespace} rows={rows} />}
      {plugins && plugins.length > 0 && (
        <p className="table-end" role="status">
          {rows?.length === 0
            ? 'None of these plugins matches the filters.'
            : `${rows?.length} of ${plugins.length} plugins`}
          {rows?.length === 0 && (
            <Link to="/n/$namespace/plugins" params={{ namespace }} search={{}}>
              Clear the filters
            </Link>
          )}
        </p>
      )}
      {filter.kind !== undefined && plugins && !plugins.some(({ kind }) => kind === filter.kind) && (
        <NoneOfKind kind={filter.kind} />
      )}
      {query.hasNextPage && <p>Sorting and filters apply to the rows loaded so far.</p>}
      <MoreRows query={query} />
      {filter.name && (
        <Suspense>
          {added('finders').map(({ name, Results }) => (
            <Results key={name} namespace={namespace} typed={filter.name ?? ''} />
          ))}
        </Suspense>
      )}
      <AsCommand cli="slipway list" path={`/v1/namespaces/${namespace}/plugins`} />
    </>
  );
}

function ownKind(kind: PluginKind | undefined): ListedKind | undefined {
  return added('kinds').find((one) => one.kind === kind);
}

const firstOfKind: Partial<Record<PluginKind, string>> = {
  extractor: 'slipway init my_plugin && slipway publish my_plugin',
  pipeline: 'slipway install https://github.com/NAME/REPOSITORY --kind pipeline',
  storage: 'slipway install https://github.com/NAME/REPOSITORY --kind storage',
};

function NoneOfKind({ kind }: { kind: PluginKind }) {
  return (
    <Empty command={ownKind(kind)?.command ?? firstOfKind[kind] ?? 'slipway list'}>
      No {kind} plugin is installed.
    </Empty>
  );
}

function NoPlugins() {
  return (
    <Empty command="slipway init my_plugin && slipway publish my_plugin">
      This namespace has no plugins yet. A plugin is a folder of Python with a manifest. To create and publish one:
    </Empty>
  );
}

/** The page's filters. They are in the URL, so a filtered page can be shared. */
function PluginFilters() {
  const { kind, name, state, use, verdict } = useSearch({ from: '/signed-in/n/$namespace/plugins' });
  const navigate = useNavigate({ from: '/n/$namespace/plugins' });
  const change = (changed: PluginFilter) =>
    void navigate({ search: (before) => ({ ...before, ...changed, page: undefined }), replace: true });
  return (
    <search className="filters">
      <SearchField
        label="Filter by name"
        placeholder="Name, tag or other word…"
        value={name}
        change={(name) => change({ name })}
      />
      <FilterSelect label="Kind" all="all" values={pluginKinds} value={kind} choose={(kind) => change({ kind })} />
      <FilterSelect label="State" all="all" values={pluginStates} value={state} choose={(state) => change({ state })} />
      <FilterSelect
        label="Findings"
        all="any"
        values={scanVerdicts}
        value={verdict}
        choose={(verdict) => change({ verdict })}
      />
      <FilterSelect
        label="Use"
        all="any"
        values={['unused']}
        textOf={() => 'unused for 90 days'}
        value={use}
        choose={(use) => change({ use })}
      />
    </search>
  );
}
