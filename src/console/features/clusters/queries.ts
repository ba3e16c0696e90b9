// Queries for builders and clusters, which run an organization's plugins.
import { queryOptions } from '@tanstack/react-query';
import { idleMs } from '../../../contract/limits/requests.ts';
import { api } from '../../data/api.ts';
import { pagedQuery } from '../../data/paged-query.ts';

export const buildersQuery = queryOptions({
  queryKey: ['builders'],
  refetchInterval: idleMs,
  queryFn: ({ signal }) => api.get('/v1/builders', { signal }),
});

export const clustersQuery = pagedQuery(['clusters'], {
  load: (page, signal) => api.get('/v1/clusters', { query: page, signal }),
});
