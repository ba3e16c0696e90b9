// Tells the kernel's tests what they need to know about clusters.
import { env } from 'cloudflare:workers';
import { systemClock } from '../../../../src/core/clock.ts';
import { idSource } from '../../../../src/core/ids.ts';
import { database } from '../../../../src/db/client.ts';
import { clusters } from '../../../../src/features/clusters/tables.ts';
import type { Row } from '../../../api/access/authorization-matrix.ts';
import type { FeatureRows } from '../../../support/feature-rows.ts';
import type { Organization } from '../../../support/scenes/organization.ts';

const operator = { scope: 'admin', of: 'organization' } as const;

const givenCluster = {
  ...{ name: 'made', dashboard_url: 'https://ray.example.com', serve_url: 'https://serve.example.com' },
  ...{ token: 'made-token', trusted_for: null },
};

/** Creates a cluster that runs the organization's plugins. Its token can't be decrypted. */
async function newCluster({ id: organizationId }: Organization, name: string): Promise<string> {
  const id = idSource(systemClock.now)('cluster');
  const dashboardUrl = `https://${name}.example.com`;
  const row = { id, name, dashboardUrl, serveUrl: dashboardUrl, sealed: '', trustedFor: [organizationId] };
  await database(env.DB)
    .insert(clusters)
    .values({ ...row, state: 'ready', rayVersion: '2.60.0', checkedAt: 1, createdAt: 1 });
  return name;
}

/** Tests can't reach a dashboard, so none can be added, and a check finds none that responds. */
const authorization: Record<string, Row> = {
  'GET /v1/clusters': { scope: 'plugins:read', of: 'visible' },
  'POST /v1/admin/clusters': { ...operator, status: 422, sent: { body: givenCluster } },
  'GET /v1/admin/clusters': operator,
  'GET /v1/admin/clusters/{cluster_name}': operator,
  'PATCH /v1/admin/clusters/{cluster_name}': { ...operator, sent: { body: { network: 'open' } } },
  'POST /v1/admin/clusters/{cluster_name}/check': operator,
  'DELETE /v1/admin/clusters/{cluster_name}': {
    ...operator,
    ready: async ({ org }, fresh) => ({ ids: { cluster_name: await newCluster(org, fresh.replaceAll('_', '-')) } }),
  },
};

export const rows: FeatureRows = {
  authorization,
  missingIds: { cluster_name: 'absent-cluster' },
  ids: async ({ name, org }) => ({ cluster_name: await newCluster(org, `${name}-cluster`) }),
  operationEvents: {
    'DELETE /v1/admin/clusters/{cluster_name}': ['organization.cluster_removed'],
    'PATCH /v1/admin/clusters/{cluster_name}': ['organization.cluster_changed'],
    'POST /v1/admin/clusters': [],
    'POST /v1/admin/clusters/{cluster_name}/check': [],
  },
  explanations: { clusters: ['organization.cluster_'] },
  bookkeeping: {
    clusters: {
      checked_at: 'a time of use',
      message: 'result of a check',
      ray_version: 'result of a check',
      state: 'result of a check',
    },
  },
  recordsOnly: { cluster_applications: 'what clusters are to run: deployments, whose states are events' },
  bySense: ['POST /v1/admin/clusters body#/dashboard_url', 'POST /v1/admin/clusters body#/serve_url'],
};
