// Tells the kernel's tests what they need to know about private sources.
import type { Row } from '../../../api/access/authorization-matrix.ts';
import type { FeatureRows } from '../../../support/feature-rows.ts';
import type { Organization } from '../../../support/scenes/organization.ts';

const sourceAdmin = { scope: 'sources:admin', of: 'organization' } as const;

/** Adds a credential for a place that no other organization's test uses. */
async function madeSource(org: Organization, fresh: string) {
  const body = { source: `git.example.com/${fresh}`, token: 'made-token' };
  await org.post('/v1/sources', body);
  return { sent: { body } };
}

const authorization: Record<string, Row> = {
  'GET /v1/sources': sourceAdmin,
  'POST /v1/sources': {
    ...sourceAdmin,
    sent: { body: { source: 'git.example.com/added', token: 'made-token' } },
    ready: async (_, fresh) => ({ sent: { body: { source: `git.example.com/${fresh}`, token: 'made-token' } } }),
  },
  'PUT /v1/sources': {
    ...sourceAdmin,
    sent: { body: { source: 'git.example.com/absent', token: 'made-token' } },
    ready: ({ org }, fresh) => madeSource(org, fresh),
  },
  'DELETE /v1/sources': {
    ...sourceAdmin,
    query: '?source=git.example.com/removed',
    ready: async ({ org }) => {
      await madeSource(org, 'removed');
      return {};
    },
  },
};

export const rows: FeatureRows = {
  authorization,
  operationEvents: {
    'DELETE /v1/sources': ['source.removed'],
    'POST /v1/sources': ['source.added'],
    'PUT /v1/sources': ['source.rotated'],
  },
  explanations: { source_credentials: ['source.'] },
  bookkeeping: { source_credentials: { last_used_at: 'a time of use' } },
};
