// Deploy hooks: which repositories deploy by a push, and which plugin each one updates.
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { hooksQuery } from '../../data/source/source-queries.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { MoreRows } from '../../parts/more-rows.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { Status } from '../../parts/status.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { NewHook } from './new-hook.tsx';

type Hook = Schemas['DeployHook'];

export function HooksPage() {
  const query = useInfiniteQuery(hooksQuery);
  if (query.error && !query.data) throw query.error;
  const hooks = query.data?.pages.flatMap(({ results }) => results);
  return (
    <>
      <PageHead title="Deploy hooks" actions={<NewHook />} />
      {hooks?.length === 0 ? (
        <Empty command="slipway hooks create my_plugin --provider github --branch main">
          No deploy hooks yet. A hook is a URL: a repository that sends its pushes there deploys by a push.
        </Empty>
      ) : (
        <Table caption="Deploy hooks" columns={columns} rows={hooks} keyOf={({ hook_id }) => hook_id} />
      )}
      <MoreRows query={query} />
      <AsCommand cli="slipway hooks list" path="/v1/deploy-hooks" />
    </>
  );
}

const columns: Column<Hook>[] = [
  {
    id: 'plugin',
    title: 'Plugin',
    sortBy: ({ plugin }) => plugin,
    cell: ({ hook_id, plugin, kind }) => (
      <>
        <Link to="/deploy-hooks/$hook" params={{ hook: hook_id }} search={{}}>
          {plugin}
        </Link>{' '}
        <span className="kind">{kind}</span>
      </>
    ),
  },
  { id: 'status', title: 'Status', cell: ({ status }) => <HookStatus status={status} /> },
  {
    id: 'repository',
    title: 'Repository',
    kind: 'varies',
    hidden: 'below-600',
    sortBy: ({ repository }) => repository,
    cell: ({ repository, path }) => (path === null ? repository : `${repository} · ${path}`),
  },
  { id: 'refs', title: 'Branches and tags', hidden: 'below-900', cell: (hook) => refsOf(hook) },
  { id: 'action', title: 'A push', hidden: 'below-900', cell: ({ action }) => actionTexts[action] },
  {
    id: 'changed',
    title: 'Changed',
    kind: 'time',
    hidden: 'below-900',
    sortBy: ({ updated_at }) => updated_at,
    cell: ({ updated_at }) => <Time at={updated_at} />,
  },
];

export const actionTexts: Record<Hook['action'], string> = {
  update: 'publishes and deploys',
  publish: 'publishes',
  redeploy: 'deploys again',
};

export function refsOf({ branches, tags }: Pick<Hook, 'branches' | 'tags'>): string {
  return [...branches, ...tags.map((tag) => `tag ${tag}`)].join(', ');
}

export function HookStatus({ status }: Pick<Hook, 'status'>) {
  return status === 'enabled' ? <Status tone="good">Enabled</Status> : <Status tone="quiet">Disabled</Status>;
}
