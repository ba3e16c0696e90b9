// Reads a list page by page, as the user asks for more.
import { infiniteQueryOptions, type QueryKey } from '@tanstack/react-query';
import { ApiError } from '../../client/errors.ts';
import { idleMs, pendingMs } from '../../contract/limits/requests.ts';

/** Shows the error instead of the page, unless there is data to show; then a banner says that the data is outdated. */
export const withoutData = {
  throwOnError: (error: Error, { state }: { state: { data: unknown } }) =>
    state.data === undefined || (error instanceof ApiError && error.status === 401),
};

interface Answer {
  pagination: { next_cursor: string | null };
}

interface Options<Page extends Answer> {
  /** Loads the page that these query parameters select. */
  load: (page: { limit: number; cursor?: string }, signal: AbortSignal) => Promise<Page>;
  /** Returns whether something on the page is in progress, so it is refreshed often. */
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
