// Tells the kernel's tests what they need to know about evidence.
import { env } from 'cloudflare:workers';
import { keysFile, publicKeysSchema } from '../../../../src/contract/features/evidence/evidence.ts';
import type { Row } from '../../../api/access/authorization-matrix.ts';
import { clientOf } from '../../../support/client.ts';
import type { FeatureRows } from '../../../support/feature-rows.ts';

const operator = { scope: 'admin', of: 'organization' } as const;
const read = { scope: 'plugins:read', of: 'namespace' } as const;
const readWhole = { scope: 'plugins:read', of: 'organization', means: { plugin_id: 'whole_plugin_id' } } as const;
const inNamespace = '/v1/namespaces/{namespace_id}/plugins';
const inOrganization = '/v1/plugins';
const keys = `/.well-known/slipway/${keysFile}`;

const authorization: Record<string, Row> = {
  'POST /v1/admin/signing-keys/rotate': operator,
  'POST /v1/admin/signing-keys/{keyid}/revoke': operator,
  [`GET ${inNamespace}/{plugin_id}/evidence`]: read,
  [`GET ${inNamespace}/{plugin_id}/sbom`]: read,
  [`GET ${inOrganization}/{plugin_id}/evidence`]: readWhole,
  [`GET ${inOrganization}/{plugin_id}/sbom`]: readWhole,
};

const signing = 'begins to sign its evidence, which the answer does not wait for';

export const rows: FeatureRows = {
  authorization,
  open: [`GET ${keys}`],
  missingIds: { keyid: 'absent-key' },
  ids: async ({ org }) => {
    const { body } = await clientOf(null, org.fetch).get(keys);
    return { keyid: publicKeysSchema.parse(body).keys[0]?.keyid ?? '' };
  },
  operationEvents: {
    'POST /v1/admin/signing-keys/rotate': [],
    'POST /v1/admin/signing-keys/{keyid}/revoke': [],
  },
  roundTrips: {
    [`POST ${inNamespace}`]: [6, `creates an upload and confirms it, and ${signing}`],
    [`POST ${inNamespace}/uploads/{upload_id}/confirm`]: [4, signing],
    [`POST ${inOrganization}/uploads/{upload_id}/confirm`]: [4, signing],
  },
  recordsOnly: {
    evidence: 'signed statements about versions, whose states are events',
    signing_keys: "the installation's, with their own times",
  },
  boundedTables: ['signing_keys'],
  makeDue: async () => {
    await env.DB.prepare('update plugin_versions set evidence_at = null where judged_policy = 1').run();
  },
};
