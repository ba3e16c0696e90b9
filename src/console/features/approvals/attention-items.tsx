// Counts the versions that wait for approval in a namespace.
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { counted } from '../../data/counted.ts';
import { Status } from '../../parts/status.tsx';
import { approvalsQuery } from './queries.ts';

export function useApprovals(namespace: string): ReactNode[] {
  const { data, hasNextPage } = useInfiniteQuery(approvalsQuery);
  const staged = data?.pages.flatMap(({ results }) => results) ?? [];
  const here = staged.filter(({ namespace_id }) => namespace_id === namespace || namespace_id === null).length;
  if (here === 0) return [];
  return [
    <li key="approvals">
      <Link to="/approvals" search={{}}>
        <Status tone="warning">
          {`${counted(here, 'version', hasNextPage)} ${here === 1 ? 'waits' : 'wait'} for approval`}
        </Status>
      </Link>
    </li>,
  ];
}
