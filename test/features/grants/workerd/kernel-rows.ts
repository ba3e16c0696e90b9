// Tells the kernel's tests what they need to know about grants.
import type { Row } from '../../../api/access/authorization-matrix.ts';
import type { FeatureRows } from '../../../support/feature-rows.ts';
import { goPlugin } from '../../../support/plugins/go-plugins.ts';

const policyAdmin = { scope: 'policy:admin', of: 'organization' } as const;
const granted = { plugin: 'granted-pipeline', kind: 'pipeline' };

const authorization: Record<string, Row> = {
  'GET /v1/grants': policyAdmin,
  'PUT /v1/grants': {
    ...policyAdmin,
    sent: { body: { plugin: 'absent', permissions: {} } },
    ready: async ({ org }, fresh) => {
      await goPlugin(org, 'pipeline', fresh);
      return { sent: { body: { plugin: fresh, kind: 'pipeline', permissions: { timeout_s: 60 } } } };
    },
  },
  'DELETE /v1/grants': {
    ...policyAdmin,
    query: '?plugin=granted-pipeline&kind=pipeline',
    ready: async ({ org }) => {
      await org.send('PUT', '/v1/grants', { body: { ...granted, permissions: { timeout_s: 60 } } });
      return {};
    },
  },
};

export const rows: FeatureRows = {
  authorization,
  operationEvents: {
    'DELETE /v1/grants': ['grant.revoked'],
    'PUT /v1/grants': ['grant.given'],
  },
};
