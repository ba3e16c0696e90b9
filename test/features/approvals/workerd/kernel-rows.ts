// Tells the kernel's tests what they need to know about approvals.

import { namesFreed, type WayToLower } from '../../../access/way-to-lower.ts';
import type { Row } from '../../../api/access/authorization-matrix.ts';
import type { FeatureRows } from '../../../support/feature-rows.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { namespaceIn, pluginsOf } from '../../../support/scenes/organization.ts';

const ofNamespace = { of: 'namespace' } as const;
const ofOrganization = {
  of: 'organization',
  means: { plugin_id: 'whole_plugin_id', slug: 'whole_slug' },
} as const;
const inNamespace = '/v1/namespaces/{namespace_id}/plugins';
const inOrganization = '/v1/plugins';

/** Only a person decides. The world's versions aren't staged. */
const decision = {
  scope: 'versions:approve',
  status: 403,
  asPerson: 409,
  sent: { body: { sha256: '0'.repeat(64) } },
} as const;
const setting = {
  scope: 'namespaces:admin',
  query: '?without_approvers=true',
  sent: { body: { requires_approval: true } },
} as const;

const authorization: Record<string, Row> = {
  'GET /v1/approvals': { scope: 'plugins:read', of: 'visible' },
  [`PATCH ${inNamespace}/by-name/{slug}`]: { ...ofNamespace, ...setting },
  [`POST ${inNamespace}/{plugin_id}/approve`]: { ...ofNamespace, ...decision },
  [`POST ${inNamespace}/{plugin_id}/reject`]: { ...ofNamespace, ...decision },
  [`PATCH ${inOrganization}/by-name/{slug}`]: { ...ofOrganization, ...setting },
  [`POST ${inOrganization}/{plugin_id}/approve`]: { ...ofOrganization, ...decision },
  [`POST ${inOrganization}/{plugin_id}/reject`]: { ...ofOrganization, ...decision },
};

const demandingPlugin: Pick<WayToLower, 'lowers' | 'make'> = {
  lowers: 'pluginApproval',
  make: async (org) => {
    const namespaceId = await namespaceIn(org, 'holding');
    await publish({ ...org, plugins: pluginsOf(namespaceId) }, plugin({ name: 'demanding' }));
    await org.patch(`${pluginsOf(namespaceId)}/by-name/demanding?without_approvers=true`, { requires_approval: true });
    return `/v1/namespaces/${namespaceId}`;
  },
};

const waysToLower: readonly WayToLower[] = [
  {
    ...demandingPlugin,
    way: 'switch it off',
    needs: ['namespaces:admin'],
    lower: (client, path) => client.patch(`${path}/plugins/by-name/demanding`, { requires_approval: false }),
  },
  ...namesFreed(demandingPlugin),
];

export const rows: FeatureRows = {
  waysToLower,
  settings: { patchPlugin: { requires_approval: 'pluginApproval' } },
  authorization,
  operationEvents: {
    [`PATCH ${inNamespace}/by-name/{slug}`]: ['plugin.approval_changed'],
    [`POST ${inNamespace}/{plugin_id}/approve`]: [],
    [`POST ${inNamespace}/{plugin_id}/reject`]: [],
    [`PATCH ${inOrganization}/by-name/{slug}`]: ['plugin.approval_changed'],
    [`POST ${inOrganization}/{plugin_id}/approve`]: [],
    [`POST ${inOrganization}/{plugin_id}/reject`]: [],
  },
};
