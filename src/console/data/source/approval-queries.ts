// Queries for versions that wait for approval.
import { queryOptions } from '@tanstack/react-query';
import { api, type Schemas } from '../api.ts';
import { pagedQuery } from '../paged-query.ts';

export type Staged = Schemas['StagedVersion'];

export const approvalsQuery = pagedQuery(['approvals'], {
  load: (page, signal) => api.get('/v1/approvals', { query: page, signal }),
});

/** The differences from the active version. */
export const stagedDiffQuery = ({ active_version, code_hash, name, namespace_id, version }: Staged) => {
  const query = { v1: active_version ?? version, v2: version };
  return queryOptions({
    queryKey: ['approvals', 'diff', namespace_id ?? '', name, query, code_hash],
    queryFn: ({ signal }) =>
      namespace_id === null
        ? api.get('/v1/plugins/by-name/{slug}/diff', { path: { slug: name }, query, signal })
        : api.get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/diff', {
            path: { namespace_id, slug: name },
            query,
            signal,
          }),
  });
};
