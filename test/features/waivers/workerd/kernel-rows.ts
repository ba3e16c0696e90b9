// Tells the kernel's tests what they need to know about waivers.

import type { WayToLower } from '../../../access/way-to-lower.ts';
import type { Row } from '../../../api/access/authorization-matrix.ts';
import { copyRow } from '../../../support/database/many-rows.ts';
import type { FeatureRows } from '../../../support/feature-rows.ts';
import { waiverFields, waiverOf } from '../scenes/waivers.ts';

const policyAdmin = { scope: 'policy:admin', of: 'organization' } as const;

const authorization: Record<string, Row> = {
  'GET /v1/waivers': policyAdmin,
  'POST /v1/waivers': { ...policyAdmin, sent: { body: waiverFields() } },
  'DELETE /v1/waivers/{waiver_id}': policyAdmin,
};

const waysToLower: readonly WayToLower[] = [
  {
    lowers: 'scanLevel',
    way: 'waive a finding',
    needs: [],
    make: async () => '/v1/waivers',
    lower: (client, path) => client.post(path, waiverFields()),
  },
];

export const rows: FeatureRows = {
  waysToLower,
  authorization,
  missingIds: { waiver_id: 'wvr_00000000000000000000000000' },
  ids: async ({ org }) => ({ waiver_id: await waiverOf(org) }),
  operationEvents: {
    'DELETE /v1/waivers/{waiver_id}': ['waiver.revoked'],
    'POST /v1/waivers': ['waiver.granted'],
  },
  sweepEvents: { 'sweep after 1 days': ['waiver.expired'] },
  bySense: ['POST /v1/waivers body#/expires_at'],
  makeDue: async ({ old }) => copyRow('waivers', { from: 10_001, times: 1000 }, { expires_at: old }),
};
