// Queries for credentials of private sources.
import { api } from '../../data/api.ts';
import { pagedQuery } from '../../data/paged-query.ts';

export const sourcesQuery = pagedQuery(['sources'], {
  load: (page, signal) => api.get('/v1/sources', { query: page, signal }),
});
