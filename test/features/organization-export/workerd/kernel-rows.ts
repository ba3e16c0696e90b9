// Tells the kernel's tests what they need to know about the export of an organization.
import type { FeatureRows } from '../../../support/feature-rows.ts';

const operation = 'GET /v1/organization/export';

export const rows: FeatureRows = {
  authorization: { [operation]: { scope: 'keys:admin', of: 'organization' } },
  roundTrips: {
    [operation]: [160, 'reads the sizes and then the rows of each table that has rows of the organization'],
  },
  streamed: [operation],
};
