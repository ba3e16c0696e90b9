// Queries for a namespace's secrets.
import { api } from '../../data/api.ts';
import { pagedQuery } from '../../data/paged-query.ts';

export const secretsQuery = (namespace_id: string) =>
  pagedQuery(['namespace', namespace_id, 'secrets'], {
    load: (page, signal) =>
      api.get('/v1/namespaces/{namespace_id}/secrets', { path: { namespace_id }, query: page, signal }),
    isBusy: ({ results }) => results.some(({ restarting }) => restarting),
  });
