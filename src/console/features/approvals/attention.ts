// Adds versions that wait for approval to what someone should look at.
import type { AttentionItems } from '../../points/attention-items.ts';
import { useApprovals } from './attention-items.tsx';
import { approvalsQuery } from './queries.ts';

export const attention: readonly AttentionItems[] = [
  {
    name: 'approvals',
    load: (queries) => void queries.prefetchInfiniteQuery(approvalsQuery),
    useItems: useApprovals,
  },
];
