// The Go plugins of one kind that the organization has installed.
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { type GoKind, goKindOf, goPluginsQuery, surfaces } from '../../data/other-kinds.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { KindLinks } from '../../parts/kind-links.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { Time } from '../../parts/time.tsx';
import { useTitle } from '../../parts/title.ts';
import { visible } from '../../parts/visible-text.ts';
import { GoState } from './go-state.tsx';

export function GoPluginsPage() {
  const { namespace, ...params } = useParams({ from: '/signed-in/n/$namespace/go/$kind' });
  const kind = goKindOf(params.kind);
  const { data: plugins } = useSuspenseQuery(goPluginsQuery(kind));
  const title = `${kind === 'pipeline' ? 'Pipeline' : 'Storage'} plugins`;
  useTitle(title);
  return (
    <>
      <h1>{title}</h1>
      <KindLinks namespace={namespace} />
      {plugins.length === 0 ? (
        <Empty command={`slipway install https://github.com/NAME/REPOSITORY --kind ${kind}`}>
          No {kind} plugin is installed. It is a Go module in a Git repository, which Slipway fetches, scans and builds.
        </Empty>
      ) : (
        <GoTable namespace={namespace} kind={kind} plugins={plugins} />
      )}
      <AsCommand cli={`slipway list --kind ${kind}`} path={surfaces[kind]} />
    </>
  );
}

function GoTable({ namespace, kind, plugins }: { namespace: string; kind: GoKind; plugins: Schemas['GoPlugin'][] }) {
  return (
    <DataTable caption={`Installed ${kind} plugins, by name`} columns={['Plugin', 'Ref', 'State', 'Changed']}>
      {plugins.map((plugin) => (
        <tr key={plugin.id} data-row>
          <th scope="row">
            <Link to="/n/$namespace/go/$kind/$name" params={{ namespace, kind, name: plugin.name }}>
              {plugin.name}
            </Link>
          </th>
          <td>{visible(plugin.git_ref)}</td>
          <td>
            <GoState plugin={plugin} />
          </td>
          <td>
            <Time at={plugin.updated_at} />
          </td>
        </tr>
      ))}
    </DataTable>
  );
}
