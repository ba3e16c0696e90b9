// Lists what a version asks for, and whether the namespace has it.
import type { ReactNode } from 'react';
import { Status } from '../../../parts/status.tsx';
import { type Column, Table } from '../../../parts/table.tsx';

export interface Need {
  name: string;
  state: ReactNode;
  action?: ReactNode;
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
