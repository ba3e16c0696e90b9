// The secrets that a version asks for, and whether the namespace has them. Features add what else it asks for.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { secretsQuery } from '../../../data/access-queries.ts';
import { Status } from '../../../parts/status.tsx';
import { type Column, Table } from '../../../parts/table.tsx';
import { SecretState, SetSecret } from '../../secrets/set-secret.tsx';

interface Props {
  namespace: string;
  /** As the manifest names them. */
  names: readonly string[];
}

export interface Need {
  name: string;
  state: ReactNode;
  action?: ReactNode;
}

export function NeededSecrets({ namespace, names }: Props) {
  const { key } = useRouteContext({ from: '/signed-in' });
  const { data } = useInfiniteQuery(secretsQuery(namespace));
  const known = data?.pages.flatMap(({ results }) => results) ?? [];
  const maySet = key.scopes.includes('namespaces:admin');
  const needs = names.map((name) => {
    const secret = known.find((one) => one.name === name);
    return {
      name,
      state: secret ? <SecretState namespace={namespace} secret={secret} /> : <There isThere={false} />,
      action: maySet && <SetSecret namespace={namespace} name={name} isSet={secret !== undefined} />,
    };
  });
  return (
    <section aria-labelledby="secrets">
      <h2 id="secrets">Secrets</h2>
      <Needs caption="Required secrets" needs={data && needs} none="It needs no secrets." />
    </section>
  );
}

export function There({ isThere }: { isThere: boolean }) {
  return isThere ? <Status tone="good">There</Status> : <Status tone="bad">Missing</Status>;
}

const columns: Column<Need>[] = [
  { id: 'name', title: 'Name', kind: 'varies', cell: ({ name }) => <code>{name}</code> },
  { id: 'state', title: 'State', cell: ({ state }) => state },
  { id: 'action', title: 'Action', kind: 'figure', cell: ({ action }) => action },
];

export function Needs({ caption, needs, none }: { caption: string; needs: Need[] | undefined; none: string }) {
  if (needs?.length === 0) return <p className="quiet">{none}</p>;
  return (
    <div className="panel">
      <Table caption={caption} columns={columns} rows={needs} keyOf={({ name }) => name} />
    </div>
  );
}
