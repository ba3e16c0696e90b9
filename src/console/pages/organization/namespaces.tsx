// The namespaces that the key can see. With one namespace, its overview is the start page.
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, Navigate, useSearch } from '@tanstack/react-router';
import { namespacesQuery } from '../../data/queries.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { PageHead } from '../../parts/page-head.tsx';

export function NamespacesPage() {
  const { data } = useSuspenseQuery(namespacesQuery);
  const { all } = useSearch({ from: '/signed-in/' });
  const [first, ...others] = data.results;
  if (first !== undefined && others.length === 0 && !all)
    return <Navigate to="/n/$namespace" params={{ namespace: first.namespace_id }} search={{}} replace />;
  return (
    <>
      <PageHead title="Namespaces" />
      <ul className="rows">
        {data.results.map(({ namespace_id, namespace_name, description }) => (
          <li key={namespace_id}>
            <Link to="/n/$namespace" params={{ namespace: namespace_id }} search={{}}>
              {namespace_name}
            </Link>{' '}
            <span className="quiet">{description ?? namespace_id}</span>
          </li>
        ))}
      </ul>
      <AsCommand cli="slipway namespaces list" path="/v1/namespaces/list" method="POST" />
    </>
  );
}
