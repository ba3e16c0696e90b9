// Deploy hooks: which repositories deploy by a push, and which plugin each one updates.
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { hooksQuery } from '../../data/source/source-queries.ts';
import { timeColumn } from '../../parts/columns.tsx';
import { ResourcePage } from '../../parts/resource-page.tsx';
import { Status } from '../../parts/status.tsx';
import type { Column } from '../../parts/table.tsx';
import { NewHook } from './new-hook.tsx';

type Hook = Schemas['DeployHook'];

export function HooksPage() {
  return (
    <ResourcePage
      title="Deploy hooks"
      actions={<NewHook />}
      query={useInfiniteQuery(hooksQuery)}
      empty={{
        text: 'No deploy hooks yet. A hook is a URL: a repository that sends its pushes there deploys by a push.',
        command: 'slipway hooks create my_plugin --provider github --branch main',
      }}
      caption="Deploy hooks"
      columns={columns}
      keyOf={({ hook_id }) => hook_id}
      command={{ cli: 'slipway hooks list', path: '/v1/deploy-hooks' }}
    />
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
  timeColumn('changed', 'Changed', ({ updated_at }) => updated_at, 'below-900'),
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
