// Queries for versions that wait for approval.
import { queryOptions } from '@tanstack/react-query';
import { api, type Schemas } from '../../data/api.ts';
import { pagedQuery } from '../../data/paged-query.ts';

export type Staged = Schemas['StagedVersion'];

export const approvalsQuery = pagedQuery(['approvals'], {
  load: (page, signal) => api.get('/v1/approvals', { query: page, signal }),
});

/** The differences from the active version. */
export const stagedDiffQuery = ({ code_hash, diff_url, kind, name, namespace_id, version }: Staged) => {
  const { searchParams } = new URL(diff_url ?? '', location.origin);
  const query = {
    ...(kind !== 'agent' && { kind }),
    v1: searchParams.get('v1') ?? version,
    v2: searchParams.get('v2') ?? version,
  };
  return queryOptions({
    queryKey: ['approvals', 'diff', kind, namespace_id ?? '', name, query, code_hash],
    queryFn: ({ signal }) => {
      return namespace_id === null
        ? api.get('/v1/plugins/by-name/{slug}/diff', { path: { slug: name }, query, signal })
        : api.get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/diff', {
            path: { namespace_id, slug: name },
            query,
            signal,
          });
    },
  });
};
