// The builders, their GPUs and the Ray clusters that run the organization's plugins, and where plugins run whose manifest doesn't say.
// Operators add builders and clusters.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { formatGiB } from '../../../core/quantities.ts';
import { settingsQuery } from '../../data/account-queries.ts';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { timeColumn } from '../../parts/columns.tsx';
import { SelectField } from '../../parts/fields.tsx';
import { Figure, Figures } from '../../parts/figures.tsx';
import { readText } from '../../parts/form.tsx';
import { placementChoices, placementWords } from '../../parts/plugins/placement.ts';
import { ResourcePage } from '../../parts/resource-page.tsx';
import { capitalized, Status } from '../../parts/status.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { LentGpus } from './gpus.tsx';
import { buildersQuery, clustersQuery } from './queries.ts';

type Builder = Schemas['Builder'];
type Cluster = Schemas['Cluster'];
type Settings = Schemas['OrganizationSettings'];

export function ClustersPage() {
  const { key } = useRouteContext({ from: '/signed-in' });
  const mayChange = key.scopes.includes('keys:admin') && key.namespace_ids === null;
  const clusters = useInfiniteQuery(clustersQuery);
  const { data } = useQuery(buildersQuery);
  return (
    <ResourcePage
      title="Capacity"
      actions={mayChange && <DefaultPlacement />}
      note={
        <>
          <CapacityFigures builders={data?.builders} clusters={clusters} />
          <Builders builders={data?.builders ?? []} />
          <h2>Ray clusters</h2>
        </>
      }
      query={clusters}
      empty={{
        text:
          "No Ray cluster runs this organization's plugins yet. Plugins with a GPU need one, unless a builder lends them " +
          'GPUs. An operator of this installation connects it:',
        command:
          'slipway clusters add NAME --dashboard URL --serve URL --token-env RAY_TOKEN --trusted-for ORGANIZATION',
      }}
      caption="Ray clusters, by name"
      columns={columns}
      keyOf={({ name }) => name}
      command={{ cli: 'slipway api GET /v1/clusters', path: '/v1/clusters' }}
    />
  );
}

interface FiguresProps {
  /** Undefined while loading. */
  builders: readonly Builder[] | undefined;
  clusters: { data: { pages: { results: Cluster[] }[] } | undefined; hasNextPage: boolean };
}

function CapacityFigures({ builders, clusters: { data, hasNextPage } }: FiguresProps) {
  const clusters = data?.pages.flatMap(({ results }) => results);
  const cards = builders?.flatMap(({ gpus }) => gpus?.cards ?? []) ?? [];
  const sum = (name: 'free_bytes' | 'memory_bytes') => formatGiB(cards.reduce((total, card) => total + card[name], 0));
  const more = hasNextPage ? '+' : '';
  return (
    <Figures>
      <Figure name="Builders working">
        {builders?.filter(isWorking).length ?? '–'} {builders && <small>of {builders.length}</small>}
      </Figure>
      <Figure name="GPU memory free">
        {cards.length === 0 ? '–' : sum('free_bytes')}{' '}
        <small>{cards.length === 0 ? 'no builder lends GPUs' : `of ${sum('memory_bytes')}`}</small>
      </Figure>
      <Figure name="Clusters ready">
        {clusters?.filter(({ state }) => state === 'ready').length ?? '–'}{' '}
        {clusters && <small>{`of ${clusters.length}${more}`}</small>}
      </Figure>
      <Figure name="Deployments on clusters">
        {clusters ? clusters.reduce((total, { deployments }) => total + deployments, 0) + more : '–'}
      </Figure>
    </Figures>
  );
}

function isWorking({ condition, mode }: Builder): boolean {
  return condition === 'ok' && mode === 'active';
}

function Builders({ builders }: { builders: readonly Builder[] }) {
  if (builders.length === 0) return null;
  return (
    <>
      <h2>Builders</h2>
      <Table caption="Builders" columns={builderColumns} rows={builders} keyOf={({ name }) => name} />
      <LentGpus builders={builders} />
    </>
  );
}

const builderColumns: Column<Builder>[] = [
  { id: 'builder', title: 'Builder', kind: 'varies', cell: ({ name }) => capitalized(name) },
  {
    id: 'builder-state',
    title: 'State',
    cell: (builder) => {
      const { condition, mode } = builder;
      const tone = isWorking(builder) ? 'good' : condition === 'ok' ? 'warning' : 'bad';
      return <Status tone={tone}>{condition === 'ok' && mode === 'draining' ? mode : condition}</Status>;
    },
  },
  { id: 'python', title: 'Python', hidden: 'below-600', cell: ({ python }) => python ?? 'not known' },
  { id: 'sandbox', title: 'Sandbox', hidden: 'below-600', cell: ({ sandbox }) => sandbox ?? 'not known' },
  {
    id: 'capabilities',
    title: 'Runs',
    hidden: 'below-900',
    cell: ({ capabilities }) => capabilities?.join(', ') ?? 'not known',
  },
];

const columns: Column<Cluster>[] = [
  { id: 'name', title: 'Cluster', kind: 'varies', sortBy: ({ name }) => name, cell: ({ name }) => name },
  {
    id: 'state',
    title: 'State',
    sortBy: ({ state }) => state,
    cell: ({ state }) => <Status tone={state === 'ready' ? 'good' : 'bad'}>{state.replaceAll('-', ' ')}</Status>,
  },
  {
    id: 'network',
    title: 'Network',
    sortBy: ({ network }) => network,
    cell: ({ network }) => (network === 'open' ? <Status tone="warning">open, not confined</Status> : 'none'),
  },
  {
    id: 'files',
    title: 'Files',
    sortBy: ({ files }) => files ?? '',
    cell: ({ files }) =>
      files === 'small' ? (
        <Status tone="warning">up to 8 MiB, store out of reach</Status>
      ) : (
        fileWords[files ?? 'unknown']
      ),
    hidden: 'below-900',
  },
  {
    id: 'deployments',
    title: 'Your deployments',
    kind: 'figure',
    sortBy: ({ deployments }) => deployments,
    cell: ({ deployments }) => deployments,
  },
  { id: 'version', title: 'Ray', hidden: 'below-900', cell: ({ ray_version }) => ray_version ?? 'not known' },
  timeColumn('checked', 'Checked', ({ checked_at }) => checked_at, 'below-600'),
];

const fileWords = { any: 'any size', unknown: 'not known' } as const;

function DefaultPlacement() {
  const { data } = useQuery(settingsQuery);
  if (!data) return null;
  return (
    <ActionDialog
      label="Default placement"
      title="Where plugins run by default"
      submit="Save"
      request={(form) => apiRequest('patch', '/v1/organization/settings', { body: { placement: placementIn(form) } })}
      cli={(form) => slipway(['orgs', 'set'], { placement: placementIn(form) })}
      changes={[settingsQuery.queryKey]}
      said={({ placement }) => `Plugins run ${placementWords[placement]} by default.`}
    >
      <SelectField
        name="placement"
        label="Plugins run"
        hint="Unless their manifest or their namespace says otherwise. Applies to deployments from now on."
        choices={placementChoices}
        defaultValue={data.placement}
      />
    </ActionDialog>
  );
}

function placementIn(form: FormData): Settings['placement'] {
  return readText(form, 'placement') === 'ray' ? 'ray' : 'sandbox';
}
