// Tells the kernel's tests what they need to know about vector features.
import { env } from 'cloudflare:workers';
import { copyRow } from '../../../support/database/many-rows.ts';
import type { FeatureRows } from '../../../support/feature-rows.ts';

const reconfigure = 'POST /v1/namespaces/{namespace_id}/plugins/reconfigure';

export const rows: FeatureRows = {
  authorization: {
    [reconfigure]: { scope: 'namespaces:admin', of: 'namespace', sent: { body: { confirm: true } } },
  },
  operationEvents: { [reconfigure]: ['namespace.reconfigured'] },
  roundTrips: { [reconfigure]: [3, 'records its intent before it calls the vector store'] },
  explanations: { vector_features: ['namespace.reconfigured'] },
  bookkeeping: {
    vector_features: {
      status: 'the store has created or removed what an event announced',
      updated_at: 'follows from the others',
    },
  },
  recordsOnly: {
    vector_collections: 'stores of the vectors',
    vectors: "a namespace's data, which plugins write",
  },
  makeDue: async ({ old, org }) => {
    await env.DB.prepare(`insert into vector_features (id, organization_id, namespace_id, name, dimensions, metric, status, created_at, updated_at)
      values ('vft_00000000000000000000000001', '${org.id}', '${org.namespaceId}', 'feature', 4, 'cosine', 'adding', ${old}, ${old})`).run();
    const times = { created_at: old, updated_at: old };
    await copyRow('vector_features', { from: 10_001, times: 1000 }, { ...times, name: "'feature_' || i" });
  },
};
