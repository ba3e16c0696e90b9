// Declares evidence: signed statements about versions, their SBOMs, and the installation's signing keys.
import { namespaced, organizationWide } from '../../api/requests/surfaces.ts';
import { defineFeature } from '../../feature.ts';
import { ensureEvidence, requireEvidence, selectEvidenceDue, sweepEvidence } from './evidence.ts';
import { evidenceRoutes } from './routes/evidence.ts';
import { adminSigningKeys, publishedKeys } from './routes/signing-keys.ts';
import { evidence as statements } from './tables.ts';

export const evidence = defineFeature({
  name: 'evidence',
  routes: {
    '/.well-known/slipway': publishedKeys,
    '/v1/admin/signing-keys': adminSigningKeys,
    '/v1/namespaces/:namespace_id/plugins': () => evidenceRoutes(namespaced),
    '/v1/plugins': () => evidenceRoutes(organizationWide),
  },
  fields: {
    examples: {
      keyid: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      hint: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      pem: '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----\n',
      payload: 'eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEifQ==',
      sig: 'MEUCIQDKAQIhAKQB',
    },
  },
  due: [{ step: sweepEvidence, due: (deps) => [selectEvidenceDue(deps)] }],
  ofVersions: [{ column: statements.versionId, omittedBecause: 'served with its version' }],
  ofNobody: { signing_keys: "the installation's; statements signed before must stay verifiable" },
  versionChanging: requireEvidence,
  versionChanged: ensureEvidence,
});
