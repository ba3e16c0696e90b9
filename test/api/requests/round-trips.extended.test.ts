// Counts each request's D1 round trips with a cached key (design §9).
import { expect, test } from 'vitest';
import { type Budget, type Counting, cost } from '../../support/database/counting.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, openUpload, publish, uploaded } from '../../support/plugins/publish.ts';
import { namespaceIn, type Organization } from '../../support/scenes/organization.ts';

/** Returns a deployment's path. The deployment is finished if the version is batch-only, and queued otherwise. */
async function deployed(org: Organization, version = 'hello_ext_1_0_0'): Promise<string> {
  const { body } = await org.post(`${org.plugins}/${version}/deploy`);
  return `/v1/namespaces/${org.namespaceId}/deployments/${Object(body).deployment_id}`;
}

const getting =
  (path: string) =>
  async ({ org }: Counting) =>
  () =>
    org.get(path);

const budget: Budget[] = [
  [
    'get a version',
    1,
    async ({ org }) =>
      () =>
        org.get(`${org.plugins}/hello_ext_1_0_0`),
  ],
  [
    'get an unknown version',
    2,
    async ({ org }) =>
      () =>
        org.get(`${org.plugins}/none_ext_1_0_0`),
    404,
  ],
  [
    'list',
    1,
    async ({ org }) =>
      () =>
        org.get(org.plugins),
  ],
  [
    'status',
    1,
    async ({ org }) =>
      () =>
        org.get(`${org.plugins}/hello_ext_1_0_0/status`),
  ],
  [
    'get a namespace',
    1,
    async ({ org }) =>
      () =>
        org.get(`/v1/namespaces/${org.namespaceId}`),
  ],
  [
    'list namespaces',
    1,
    async ({ org }) =>
      () =>
        org.post('/v1/namespaces/list'),
  ],
  [
    'create a namespace',
    1,
    async ({ org }) =>
      async () => ({ status: (await namespaceIn(org, 'films')) ? 200 : 0 }),
  ],
  [
    'create an upload',
    2,
    async ({ org }) =>
      () =>
        org.post(`${org.plugins}/uploads`, { name: 'next_ext' }),
  ],
  [
    'confirm a rejected upload',
    3,
    async ({ org }) => {
      const upload = await uploaded(org, { name: 'bad_ext' }, new Uint8Array([1]));
      return () => confirm(org, upload);
    },
    400,
  ],
  [
    'confirm again',
    2,
    async ({ org }) => {
      const made = plugin({ version: '1.1.0' });
      const upload = await uploaded(org, made, made.zip);
      await confirm(org, upload);
      return () => confirm(org, upload);
    },
  ],
  [
    'confirm with nothing uploaded',
    2,
    async ({ org }) => {
      const upload = await openUpload(org, { name: 'next_ext' });
      return () => confirm(org, upload);
    },
    404,
  ],
  [
    'deploy',
    2,
    async ({ org }) =>
      () =>
        org.post(`${org.plugins}/hello_ext_1_0_0/deploy`),
  ],
  [
    'undeploy',
    2,
    async ({ org }) => {
      await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);
      return () => org.post(`${org.plugins}/hello_ext_1_0_0/undeploy`);
    },
  ],
  [
    'list plugins that can be enabled',
    1,
    async ({ org }) =>
      () =>
        org.get(`${org.plugins}/available`),
  ],
  [
    'enable without deploying',
    2,
    async ({ org }) => {
      await publish({ ...org, plugins: '/v1/plugins' }, plugin({ name: 'whole_ext' }));
      return () => org.post(`${org.plugins}/org/whole_ext_1_0_0/enable`, { deploy: false });
    },
  ],
  [
    'enable and deploy',
    2,
    async ({ org }) => {
      await publish({ ...org, plugins: '/v1/plugins' }, plugin({ name: 'whole_ext' }));
      return () => org.post(`${org.plugins}/org/whole_ext_1_0_0/enable`);
    },
  ],
  [
    'get an enabled version',
    1,
    async ({ org }) => {
      await publish({ ...org, plugins: '/v1/plugins' }, plugin({ name: 'whole_ext' }));
      await org.post(`${org.plugins}/org/whole_ext_1_0_0/enable`);
      return () => org.get(`${org.plugins}/whole_ext_1_0_0`);
    },
  ],
  [
    'disable',
    2,
    async ({ org }) => {
      await publish({ ...org, plugins: '/v1/plugins' }, plugin({ name: 'whole_ext' }));
      await org.post(`${org.plugins}/org/whole_ext_1_0_0/enable`);
      return () => org.post(`${org.plugins}/org/whole_ext_1_0_0/disable`);
    },
  ],
  [
    'list deployments',
    1,
    async ({ org }) => {
      await deployed(org);
      return () => org.get(`/v1/namespaces/${org.namespaceId}/deployments`);
    },
  ],
  [
    'get a deployment',
    1,
    async ({ org }) => {
      const at = await deployed(org);
      return () => org.get(at);
    },
  ],
  [
    'cancel a deployment',
    2,
    async ({ org }) => {
      await publish(org, plugin({ version: '1.1.0', realtime: true }));
      const at = await deployed(org, 'hello_ext_1_1_0');
      return () => org.post(`${at}/cancel`);
    },
  ],
  [
    'cancel a deployment that serves',
    2,
    async ({ org }) => {
      const at = await deployed(org);
      return () => org.post(`${at}/cancel`);
    },
    409,
  ],
  [
    'follow a finished deployment',
    2,
    async ({ org }) => {
      const at = await deployed(org);
      return () => org.get(`${at}/events`);
    },
  ],
  [
    'delete a version',
    3,
    async ({ org }) =>
      () =>
        org.del(`${org.plugins}/hello_ext_1_0_0`),
  ],
  [
    'create a key',
    1,
    async ({ org }) =>
      () =>
        org.post('/v1/keys', { name: 'ci', scopes: ['plugins:read'] }),
  ],
  [
    'rotate a key',
    2,
    async ({ org }) => {
      const { body } = await org.get('/v1/keys');
      return () => org.post(`/v1/keys/${Object(body).results[0].key_id}/rotate`);
    },
  ],
  ['list keys', 1, getting('/v1/keys')],
  [
    'get the scan of a version',
    1,
    async ({ org }) =>
      () =>
        org.get(`${org.plugins}/hello_ext_1_0_0/scan`),
  ],
  ['get the scan policy', 1, getting('/v1/scan-policy')],
  [
    'preview the scan policy',
    2,
    async ({ org }) =>
      () =>
        org.post('/v1/scan-policy/preview', { level: 'seed' }),
  ],
  [
    'set the level',
    1,
    async ({ org }) =>
      () =>
        org.put('/v1/scan-policy', { level: 'strict' }),
  ],
  [
    'a rejected body',
    0,
    async ({ org }) =>
      () =>
        org.post(`${org.plugins}/uploads`, {}),
    422,
  ],
];

test.each(budget)(
  'a request takes its budgeted number of D1 round trips: %s: %d',
  async (_what, trips, ready, status = 200) => {
    expect(await cost(ready)).toEqual([[status], trips]);
  },
);
