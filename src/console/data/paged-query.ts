// A list that is read page by page, as far as its reader asks for more.
import { infiniteQueryOptions, type QueryKey } from '@tanstack/react-query';
import { ApiError } from '../../client/errors.ts';
import { idleMs, pendingMs } from '../../contract/limits/requests.ts';

/** The error takes the place of the page, unless there is something to show: then a banner says that it is not current. */
export const withoutData = {
  throwOnError: (error: Error, { state }: { state: { data: unknown } }) =>
    state.data === undefined || (error instanceof ApiError && error.status === 401),
};

interface Answer {
  pagination: { next_cursor: string | null };
}

interface Options<Page extends Answer> {
  /** Gets the part of the query string that names the page. */
  load: (page: { limit: number; cursor?: string }, signal: AbortSignal) => Promise<Page>;
  /** Whether something on the page is under way, so that it is read often. */
  isBusy?: (page: Page) => boolean;
}

const rowsPerRead = 200;

export function pagedQuery<Page extends Answer>(queryKey: QueryKey, { load, isBusy = () => false }: Options<Page>) {
  return infiniteQueryOptions({
    queryKey,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => load({ limit: rowsPerRead, ...(pageParam && { cursor: pageParam }) }, signal),
    getNextPageParam: ({ pagination }) => pagination.next_cursor ?? undefined,
    refetchInterval: ({ state }) => (state.data?.pages.some(isBusy) ? pendingMs : idleMs),
  });
}
