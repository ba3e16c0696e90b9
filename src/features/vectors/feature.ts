// Declares vector features: a namespace's vector indexes follow the features that its deployed plugins declare.
import { sql } from 'drizzle-orm';
import type { OrganizationId } from '../../core/ids.ts';
import { namespaces } from '../../db/schema/access.ts';
import { defineFeature } from '../../feature.ts';
import { reconfigureRoutes } from './routes/reconfigure.ts';
import { dueFeatures, sweepFeatures } from './sync-features.ts';
import { vectors as storedVectors, vectorCollections, vectorFeatures } from './tables.ts';

function featuresOf(id: OrganizationId) {
  const spaces = sql`select ${namespaces.id} from ${namespaces} where ${namespaces.organizationId} = ${id}`;
  return sql`(select ${vectorFeatures.id} from ${vectorFeatures} where ${vectorFeatures.namespaceId} in (${spaces}))`;
}

export const vectors = defineFeature({
  name: 'vectors',
  routes: { '/v1/namespaces/:namespace_id/plugins': reconfigureRoutes },
  fields: { examples: { added: ['text_profile'] } },
  due: [{ step: sweepFeatures, due: dueFeatures }],
  swept: [
    {
      table: storedVectors,
      holder: featuresOf,
      column: storedVectors.featureId,
      order: [storedVectors.id],
      after: 'vector_collections',
    },
    {
      table: vectorCollections,
      holder: featuresOf,
      column: vectorCollections.featureId,
      order: [vectorCollections.collection],
      after: 'vector_features',
    },
    {
      table: vectorFeatures,
      holder: 'namespace',
      column: vectorFeatures.namespaceId,
      order: [vectorFeatures.id],
      after: 'call_counts',
    },
  ],
});
