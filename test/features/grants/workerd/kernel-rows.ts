// Tells the kernel's tests what they need to know about grants.

import type { WayToLower } from '../../../access/way-to-lower.ts';
import type { Row } from '../../../api/access/authorization-matrix.ts';
import type { FeatureRows } from '../../../support/feature-rows.ts';
import { goPlugin } from '../../../support/plugins/go-plugins.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';

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

const waysToLower: readonly WayToLower[] = [
  {
    lowers: 'grant',
    way: 'grant them',
    needs: [],
    make: async (org) => {
      await publish(org, plugin({ name: 'asking' }));
      return '/v1/grants';
    },
    lower: (client, path, { namespaceId }) =>
      client.put(path, { plugin: 'asking', namespace: namespaceId, permissions: { timeout_s: 60 } }),
  },
];

export const rows: FeatureRows = {
  waysToLower,
  settings: { putGrant: { plugin: null, kind: null, namespace: null, add: null, permissions: 'grant' } },
  authorization,
  operationEvents: {
    'DELETE /v1/grants': ['grant.revoked'],
    'PUT /v1/grants': ['grant.given'],
  },
};
