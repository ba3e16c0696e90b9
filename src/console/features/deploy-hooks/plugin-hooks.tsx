// A plugin's deploy hooks.
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { type Column, Table } from '../../parts/table.tsx';
import { actionTexts, describeRefs, HookStatus } from './hooks.tsx';
import { hooksQuery } from './queries.ts';

type Hook = Schemas['DeployHook'];

export default function PluginHooks({ namespace, plugin }: { namespace: string; plugin: string }) {
  const { data } = useInfiniteQuery(hooksQuery);
  const hooks = data?.pages
    .flatMap(({ results }) => results)
    .filter((hook) => hook.plugin === plugin && hook.kind === 'extractor' && hook.namespace_id === namespace);
  return (
    <section aria-labelledby="hooks">
      <div className="head">
        <h2 id="hooks" className="inline">
          Deploy hooks
        </h2>
        <div className="actions">
          <Link to="/deploy-hooks" className="button small" search={{}}>
            All hooks
          </Link>
        </div>
      </div>
      {hooks?.length === 0 ? (
        <p className="quiet">No push deploys {plugin}.</p>
      ) : (
        <Table caption={`Deploy hooks of ${plugin}`} columns={columns} rows={hooks} keyOf={({ hook_id }) => hook_id} />
      )}
    </section>
  );
}

const columns: Column<Hook>[] = [
  {
    id: 'repository',
    title: 'Repository',
    kind: 'varies',
    cell: ({ hook_id, repository }) => (
      <Link to="/deploy-hooks/$hook" params={{ hook: hook_id }} search={{}}>
        {repository}
      </Link>
    ),
  },
  { id: 'refs', title: 'Branches and tags', hidden: 'below-900', cell: describeRefs },
  { id: 'action', title: 'A push', hidden: 'below-900', cell: ({ action }) => actionTexts[action] },
  { id: 'status', title: 'Status', cell: ({ status }) => <HookStatus status={status} /> },
];
