// Queries for incoming code and models: deploy hooks with their pushes, credentials of private sources, and a namespace's models.
import { queryOptions } from '@tanstack/react-query';
import { api, type Schemas } from '../api.ts';
import { pagedQuery } from '../paged-query.ts';

export const hooksQuery = pagedQuery(['hooks'], {
  load: (page, signal) => api.get('/v1/deploy-hooks', { query: page, signal }),
});

export const hookQuery = (hook_id: string) =>
  queryOptions({
    queryKey: ['hooks', hook_id],
    queryFn: ({ signal }) => api.get('/v1/deploy-hooks/{hook_id}', { path: { hook_id }, signal }),
  });

export const pushStates = [
  'queued',
  'running',
  'deploying',
  'live',
  'published',
  'failed',
  'superseded',
  'ignored',
] as const satisfies readonly Schemas['HookDelivery']['status'][];

const busyStates: ReadonlySet<string> = new Set(['queued', 'running', 'deploying']);

export const pushesQuery = (hook_id: string, status: (typeof pushStates)[number] | undefined) =>
  pagedQuery(['hooks', hook_id, 'pushes', status ?? ''], {
    load: (page, signal) =>
      api.get('/v1/deploy-hooks/{hook_id}/deliveries', {
        path: { hook_id },
        query: { ...page, ...(status && { status }) },
        signal,
      }),
    isBusy: ({ results }) => results.some((push) => busyStates.has(push.status)),
  });

export const sourcesQuery = pagedQuery(['sources'], {
  load: (page, signal) => api.get('/v1/sources', { query: page, signal }),
});

export const modelsQuery = (namespace_id: string) =>
  pagedQuery(['namespace', namespace_id, 'models'], {
    load: (page, signal) =>
      api.get('/v1/namespaces/{namespace_id}/models', { path: { namespace_id }, query: page, signal }),
  });
