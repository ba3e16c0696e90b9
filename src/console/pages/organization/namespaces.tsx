// The namespaces that the key can see. With one namespace, its overview is the start page.
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, Navigate, useRouteContext, useSearch } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { namespacesQuery } from '../../data/queries.ts';
import { timeColumn } from '../../parts/columns.tsx';
import { AsCommand, Copyable } from '../../parts/copyable.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { visible } from '../../parts/visible-text.ts';
import { NamespaceActions, NewNamespace } from './namespace-actions.tsx';

type Namespace = Schemas['Namespace'];

export function NamespacesPage() {
  const { data } = useSuspenseQuery(namespacesQuery);
  const { all } = useSearch({ from: '/signed-in/' });
  const { key } = useRouteContext({ from: '/signed-in' });
  const mayChange = key.scopes.includes('namespaces:admin');
  const [first, ...others] = data.results;
  if (first !== undefined && others.length === 0 && !all)
    return <Navigate to="/n/$namespace" params={{ namespace: first.namespace_id }} search={{}} replace />;
  return (
    <>
      <PageHead title="Namespaces" actions={mayChange && key.namespace_ids === null && <NewNamespace />} />
      <Table
        caption="Namespaces"
        columns={mayChange ? [...columns, actions] : columns}
        rows={data.results}
        keyOf={({ namespace_id }) => namespace_id}
      />
      <AsCommand cli="slipway namespaces list" path="/v1/namespaces/list" method="POST" />
    </>
  );
}

const columns: Column<Namespace>[] = [
  {
    id: 'name',
    title: 'Namespace',
    kind: 'varies',
    sortBy: ({ namespace_name }) => namespace_name,
    cell: ({ namespace_id, namespace_name, description }) => (
      <>
        <Link to="/n/$namespace" params={{ namespace: namespace_id }} search={{}}>
          {visible(namespace_name)}
        </Link>{' '}
        {description !== null && <span className="quiet">{visible(description)}</span>}
      </>
    ),
  },
  {
    id: 'kept',
    title: 'Live versions kept',
    hidden: 'below-900',
    cell: ({ keep_live_versions: kept }) => (kept === null ? 'all' : `${kept} of each plugin`),
  },
  {
    id: 'id',
    title: 'ID',
    hidden: 'below-900',
    cell: ({ namespace_id, namespace_name }) => (
      <>
        <code>{namespace_id}</code> <Copyable text={namespace_id} label={`of ${visible(namespace_name)}`} isShort />
      </>
    ),
  },
  timeColumn('created', 'Created', ({ created_at }) => created_at, 'below-600'),
];

const actions: Column<Namespace> = {
  id: 'actions',
  title: 'Actions',
  cell: (namespace) => <NamespaceActions namespace={namespace} />,
};
