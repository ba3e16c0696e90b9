// Columns shared by many tables.
import { useSuspenseQuery } from '@tanstack/react-query';
import { namespacesQuery } from '../data/queries.ts';
import { Actor } from './actor.tsx';
import { Status, type Tone } from './status.tsx';
import type { Column } from './table.tsx';
import { Time } from './time.tsx';
import { visible } from './visible-text.ts';

/** Returns a time column. Null means never. */
export function timeColumn<Row>(
  id: string,
  title: string,
  at: (row: Row) => string | null,
  hidden?: Column<Row>['hidden'],
): Column<Row> {
  const cell = (row: Row) => {
    const time = at(row);
    return time === null ? 'never' : <Time at={time} />;
  };
  return { id, title, kind: 'time', ...(hidden && { hidden }), sortBy: at, cell };
}

/** Returns a column with the actor. */
export function actorColumn<Row>(
  title: string,
  actor: (row: Row) => Parameters<typeof Actor>[0]['actor'],
): Column<Row> {
  return { id: 'by', title, hidden: 'below-900', cell: (row) => <Actor actor={actor(row)} /> };
}

export function statusColumn<State extends string>(tones: Record<State, Tone>): Column<{ status: State }> {
  return {
    id: 'status',
    title: 'Status',
    sortBy: ({ status }) => status,
    cell: ({ status }) => <Status tone={tones[status]}>{status}</Status>,
  };
}

/** Returns namespace names by ID. */
export function useNamespaceNames(): ReadonlyMap<string, string> {
  const { data } = useSuspenseQuery(namespacesQuery);
  return new Map(data.results.map(({ namespace_id, namespace_name }) => [namespace_id, namespace_name]));
}

/** Names the namespaces that someone's access is limited to. */
export function NamespacesText({ ids }: { ids: readonly string[] | null }) {
  const names = useNamespaceNames();
  return ids === null ? 'all' : ids.map((id) => visible(names.get(id) ?? id)).join(', ');
}

export const namespacesColumn: Column<{ namespace_ids: string[] | null }> = {
  id: 'namespaces',
  title: 'Namespaces',
  hidden: 'below-900',
  cell: ({ namespace_ids }) => <NamespacesText ids={namespace_ids} />,
};
