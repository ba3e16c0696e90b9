// Declares Ray clusters: operators connect them, and plugins that their manifest or a default places on Ray run there.
import { defineFeature } from '../../feature.ts';
import { selectUnchecked, sweepClusters } from './applications.ts';
import { endTrust, selectTrusted } from './clusters.ts';
import { gauges } from './gauges.ts';
import { missingCluster } from './missing.ts';
import { clusterNeeds } from './needs.ts';
import { rayPlace } from './ray/driver.ts';
import { adminClusters, clusterRoutes } from './routes/clusters.ts';
import { clusterApplications } from './tables.ts';

export const clusters = defineFeature({
  name: 'clusters',
  routes: { '/v1/clusters': clusterRoutes, '/v1/admin/clusters': adminClusters },
  fields: {
    ids: { cluster_id: ['clu', 'Ray cluster'] },
    examples: { cluster_name: 'gpu-pool', trusted_for: ['org_01m7wc54fherz84624ahd0kr7h'] },
  },
  pages: ['/clusters'],
  tags: [
    {
      name: 'Clusters',
      description: "See the Ray clusters that run the organization's plugins.",
      after: 'Builders',
    },
  ],
  due: [{ step: sweepClusters, due: (deps) => [selectUnchecked(deps)] }],
  ofDeployments: [clusterApplications.deploymentId],
  ofNobody: {
    cluster_applications: 'derived from the deployments',
    clusters: "the operator's: `GET /v1/clusters` lists the organization's clusters",
  },
  closing: endTrust,
  gauges,
  needs: [clusterNeeds],
  place: rayPlace,
  clusters: { select: selectTrusted, missing: missingCluster },
});
