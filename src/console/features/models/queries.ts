// Queries for a namespace's models.
import { api } from '../../data/api.ts';
import { pagedQuery } from '../../data/paged-query.ts';

export const modelsQuery = (namespace_id: string) =>
  pagedQuery(['namespace', namespace_id, 'models'], {
    load: (page, signal) =>
      api.get('/v1/namespaces/{namespace_id}/models', { path: { namespace_id }, query: page, signal }),
  });
