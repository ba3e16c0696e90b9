// Queries for grants.
import { api } from '../../data/api.ts';
import { pagedQuery } from '../../data/paged-query.ts';

export const grantsQuery = pagedQuery(['grants'], {
  load: (page, signal) => api.get('/v1/grants', { query: page, signal }),
});
