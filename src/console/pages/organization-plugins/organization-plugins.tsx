// The organization's plugins: which versions a namespace has enabled, with which parameters, and actions to enable and disable them.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useParams, useRouteContext } from '@tanstack/react-router';
import { compactJson, readJsonTree } from '../../../core/json/tree.ts';
import type { Schemas } from '../../data/api.ts';
import { type AvailablePlugin, availableQuery, organizationVerdictsQuery } from '../../data/organization-plugins.ts';
import { withoutData } from '../../data/paged-query.ts';
import { timeColumn } from '../../parts/columns.tsx';
import { AsCommand } from '../../parts/copyable.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { WithdrawalStatus } from '../../parts/plugins/withdrawals.tsx';
import { Status, Verdict, VersionStatus } from '../../parts/status.tsx';
import { type Column, MoreRows, Table } from '../../parts/table.tsx';
import { StagedLinks } from '../../parts/version/staged-links.tsx';
import { isDeployable } from '../../parts/version/version-stage.tsx';
import { visible } from '../../parts/visible-text.ts';
import { Disable, Enable } from './enabling.tsx';

export function OrganizationPluginsPage() {
  const { namespace } = useParams({ from: '/signed-in/n/$namespace/organization-plugins' });
  const { key } = useRouteContext({ from: '/signed-in' });
  const query = useInfiniteQuery({ ...availableQuery(namespace), ...withoutData });
  const isUnbound = key.namespace_ids === null;
  const { data: verdicts } = useQuery({ ...organizationVerdictsQuery, enabled: isUnbound });
  const plugins = query.data?.pages.flatMap((page) => page.plugins);
  const columns = [
    isUnbound ? linkedColumn(namespace) : nameColumn,
    ...stateColumns,
    ...(isUnbound ? [findingsColumn(verdicts)] : []),
    publishedColumn,
    ...(key.scopes.includes('plugins:deploy') ? [actionsIn(namespace)] : []),
  ];
  return (
    <>
      <PageHead title="Organization plugins" />
      {plugins?.length === 0 ? (
        <Empty command="slipway publish my_plugin --org">
          The organization has no plugins of its own yet. It publishes a plugin once, and each namespace enables the
          versions it uses.
        </Empty>
      ) : (
        <Table
          caption="Versions of the organization's plugins"
          columns={columns}
          rows={plugins}
          keyOf={({ plugin_id }) => plugin_id}
        />
      )}
      <MoreRows query={query} />
      <AsCommand cli="slipway list --source community" path={`/v1/namespaces/${namespace}/plugins/available`} />
    </>
  );
}

const nameColumn: Column<AvailablePlugin> = {
  id: 'plugin',
  title: 'Plugin',
  kind: 'varies',
  sortBy: ({ name }) => name,
  cell: (plugin) => <Named plugin={plugin} />,
};

/** Links to the version's page only for keys of the whole organization, which can read it. */
function linkedColumn(namespace: string): Column<AvailablePlugin> {
  return {
    ...nameColumn,
    cell: (plugin) => (
      <Link
        to="/n/$namespace/organization-plugins/$plugin"
        params={{ namespace, plugin: plugin.plugin_id }}
        search={{}}
      >
        <Named plugin={plugin} />
      </Link>
    ),
  };
}

function Named({ plugin: { name, version } }: { plugin: AvailablePlugin }) {
  return (
    <>
      {name} <code>{visible(version)}</code>
    </>
  );
}

const stateColumns: Column<AvailablePlugin>[] = [
  {
    id: 'state',
    title: 'In this namespace',
    sortBy: ({ enabled_in_namespace }) => Number(enabled_in_namespace),
    cell: ({ enabled_in_namespace, shadowed, stage, ...withdrawn }) => (
      <>
        {stage === 'staged' || stage === 'rejected' ? (
          <VersionStatus word={stage} />
        ) : (
          <Status tone={enabled_in_namespace ? 'good' : 'quiet'}>
            {enabled_in_namespace ? 'Enabled' : 'Not enabled'}
          </Status>
        )}
        <WithdrawalStatus {...withdrawn} />
        {shadowed && <p className="quiet">The namespace has its own plugin with this name, which takes precedence.</p>}
      </>
    ),
  },
  {
    id: 'parameters',
    title: 'Parameters',
    hidden: 'below-900',
    cell: ({ parameters }) => parameters !== null && <code>{visible(compactJson(readJsonTree(parameters.text)))}</code>,
  },
  {
    id: 'description',
    title: 'Description',
    kind: 'varies',
    hidden: 'below-900',
    cell: ({ description }) => visible(description ?? ''),
  },
];

function findingsColumn(
  verdicts: ReadonlyMap<string, Schemas['PluginListItem']['scan_verdict']> | undefined,
): Column<AvailablePlugin> {
  return {
    id: 'findings',
    title: 'Findings',
    hidden: 'below-900',
    sortBy: ({ plugin_id }) => verdicts?.get(plugin_id) ?? null,
    cell: ({ plugin_id }) => {
      const verdict = verdicts?.get(plugin_id);
      return verdict !== undefined && verdict !== 'pass' && <Verdict verdict={verdict} />;
    },
  };
}

const publishedColumn = timeColumn<AvailablePlugin>(
  'published',
  'Published',
  ({ created_at }) => created_at,
  'below-600',
);

function actionsIn(namespace: string): Column<AvailablePlugin> {
  return {
    id: 'actions',
    title: 'Actions',
    cell: (plugin) => (
      <span className="actions">
        {plugin.stage === 'staged' && <StagedLinks id={plugin.plugin_id} className="button small" />}
        {isDeployable(plugin) && <Enable namespace={namespace} plugin={plugin} />}
        {plugin.enabled_in_namespace && <Disable namespace={namespace} plugin={plugin} />}
      </span>
    ),
  };
}
