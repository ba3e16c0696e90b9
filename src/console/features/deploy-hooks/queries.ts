// Queries for deploy hooks and their pushes.
import { queryOptions } from '@tanstack/react-query';
import type { PushState } from '../../../contract/features/deploy-hooks/states.ts';
import { api } from '../../data/api.ts';
import { pagedQuery } from '../../data/paged-query.ts';

export const hooksQuery = pagedQuery(['hooks'], {
  load: (page, signal) => api.get('/v1/deploy-hooks', { query: page, signal }),
});

export const hookQuery = (hook_id: string) =>
  queryOptions({
    queryKey: ['hooks', hook_id],
    queryFn: ({ signal }) => api.get('/v1/deploy-hooks/{hook_id}', { path: { hook_id }, signal }),
  });

const busyStates: ReadonlySet<string> = new Set(['queued', 'running', 'deploying']);

export const pushesQuery = (hook_id: string, status: PushState | undefined) =>
  pagedQuery(['hooks', hook_id, 'pushes', status ?? ''], {
    load: (page, signal) =>
      api.get('/v1/deploy-hooks/{hook_id}/deliveries', {
        path: { hook_id },
        query: { ...page, ...(status && { status }) },
        signal,
      }),
    isBusy: ({ results }) => results.some((push) => busyStates.has(push.status)),
  });
