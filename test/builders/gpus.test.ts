// Tests over HTTP what operators, organizations, probes and metrics see of the GPUs that builders lend, and what the status of a plugin
// shows of those that it holds.
import { expect, test } from 'vitest';
import type { Gpus } from '../../src/contract/builder/machine/gpus.ts';
import type { BuilderReport } from '../../src/contract/builder/machine/reports.ts';
import type { Deps } from '../../src/deps.ts';
import { clientOf } from '../support/client.ts';
import { testApp } from '../support/deps.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { adminAuthorization, type Organization, organization } from '../support/scenes/organization.ts';
import { waitFor } from '../support/waiting.ts';

const GiB = 1024 ** 3;
const { builder } = testApp().deps;
const [real] = (await builder.reports()) ?? [];
const report: BuilderReport = real ?? expect.fail('no builder');
const health = report.health ?? expect.fail('no health');

const card = { uuid: 'GPU-1', name: 'NVIDIA H100', index: 0 };
const memory = { memory_bytes: 80 * GiB, lent_bytes: 60 * GiB, used_bytes: 10 * GiB };

/** GPUs on which this organization and another one hold 20 and 40 GiB. */
function gpusHeldBy(organization_id: string, fields: Partial<Gpus> = {}): Gpus {
  const holders = [
    {
      instance: 'dep_own',
      organization: organization_id,
      name: 'own_plugin',
      lent_bytes: 20 * GiB,
      used_bytes: 3 * GiB,
    },
    { instance: 'dep_other', organization: 'org_other', name: 'hidden', lent_bytes: 40 * GiB, used_bytes: null },
  ].map(({ name, ...holder }) => ({ ...holder, processes: 2, plugin: { name, version: '1.0.0' } }));
  return {
    ...{ problem: null, driver: '580.95.05', cuda: '13.0', whole_cards_only: null, trusted_for: 'all', ended: 3 },
    cards: [{ ...card, ...memory, holders }],
    ...fields,
  };
}

/** An installation whose builder reports these GPUs. */
function appWith(gpus: Gpus | undefined, replacements: Partial<Deps> = {}) {
  const reports = async () => [{ ...report, health: gpus ? { ...health, gpus } : health }];
  return testApp({ builder: { ...builder, reports }, ...replacements });
}

async function ownBuilders(org: Organization, gpus: Gpus | undefined) {
  const { body, text } = await clientOf(`Bearer ${org.key}`, appWith(gpus).fetch).get('/v1/builders');
  return { gpus: Object(body).builders[0].gpus, text };
}

const free = { free_bytes: 20 * GiB };
const ownHolder = { plugin: 'own_plugin@1.0.0', processes: 2, lent_bytes: 20 * GiB, used_bytes: 3 * GiB };

test('an organization sees the cards that are lent to it, and only its own plugins on them', async () => {
  const org = await organization();
  const { gpus, text } = await ownBuilders(org, gpusHeldBy(org.id));
  expect(gpus).toEqual({
    whole_cards_only: null,
    cards: [{ ...card, memory_bytes: 80 * GiB, ...free, holders: [ownHolder] }],
  });
  expect(text).not.toMatch(/org_other|hidden|580\.95/);
});

test.each<[string, (org: string) => Gpus | undefined]>([
  ['has no GPUs', () => undefined],
  ['can lend none', (org) => gpusHeldBy(org, { problem: 'No driver.' })],
  ['trusts only others', (org) => gpusHeldBy(org, { trusted_for: ['org_other'] })],
])('an organization sees no cards of a builder that %s', async (_, gpusFor) => {
  const org = await organization();
  expect((await ownBuilders(org, gpusFor(org.id))).gpus).toBeNull();
});

test('operators see every holder, the driver, and why a builder lends none', async () => {
  const seen = async (gpus: Gpus | undefined) => {
    const { body } = await clientOf(adminAuthorization, appWith(gpus).fetch).get('/v1/admin/builders');
    return Object(body).builders[0].gpus;
  };
  expect(await seen(gpusHeldBy('org_one'))).toEqual({
    ...{ problem: null, driver: '580.95.05', cuda: '13.0', whole_cards_only: null, trusted_for: 'all', ended: 3 },
    cards: [
      {
        ...{ ...card, ...memory, ...free },
        holders: [
          { ...ownHolder, organization: 'org_one', instance: 'dep_own' },
          {
            ...{ plugin: 'hidden@1.0.0', processes: 2, lent_bytes: 40 * GiB, used_bytes: null },
            ...{ organization: 'org_other', instance: 'dep_other' },
          },
        ],
      },
    ],
  });
  expect(await seen(gpusHeldBy('org_one', { problem: 'No driver.', cards: [] }))).toMatchObject({
    ...{ problem: 'No driver.', cards: [] },
  });
  expect(await seen(undefined)).toBeNull();
});

test.each<[string, Gpus | undefined, object]>([
  ['lends GPUs', gpusHeldBy('org_one'), { gpus: { status: 'ok', cards: 1 } }],
  [
    'can lend none',
    gpusHeldBy('org_one', { problem: 'No driver.', cards: [] }),
    { gpus: { status: 'failed', cards: 0 } },
  ],
  ['was not asked to lend any', undefined, {}],
])('the readiness check says whether a builder %s, and is ready all the same', async (_, gpus, expected) => {
  const { body, status, text } = await clientOf(null, appWith(gpus).fetch).get('/readyz');
  const common = { name: 'builder 1', status: 'ok', took_ms: expect.any(Number) };
  expect([status, Object(body).builders]).toEqual([200, [{ ...common, ...expected }]]);
  expect(text).not.toMatch(/org_|driver|H100/);
});

test('metrics have the memory and the processes of each card, and what was ended on each builder', async () => {
  const gpus = gpusHeldBy('org_one');
  const mig = gpus.cards.map((one) => ({ ...one, uuid: 'MIG-2', holders: [] }));
  const { text } = await clientOf(adminAuthorization, appWith({ ...gpus, cards: [...gpus.cards, ...mig] }).fetch).get(
    '/metrics',
  );
  const at = `builder="${report.name}",card="0",uuid`;
  expect(text.split('\n').filter((line) => line.startsWith('slipway_gpu_'))).toEqual([
    ...[80, 80].map((size, i) => `slipway_gpu_memory_bytes{${at}="${i ? 'MIG-2' : 'GPU-1'}"} ${size * GiB}`),
    ...[60, 60].map((size, i) => `slipway_gpu_lent_bytes{${at}="${i ? 'MIG-2' : 'GPU-1'}"} ${size * GiB}`),
    ...[10, 10].map((size, i) => `slipway_gpu_used_bytes{${at}="${i ? 'MIG-2' : 'GPU-1'}"} ${size * GiB}`),
    ...[4, 0].map((count, i) => `slipway_gpu_processes{${at}="${i ? 'MIG-2' : 'GPU-1'}"} ${count}`),
    `slipway_gpu_ended_total{builder="${report.name}"} 3`,
  ]);
});

test("a plugin's status and its deployment show what its instances hold together, each card once", async () => {
  const held = { cards: [card], lent_bytes: 20 * GiB, used_bytes: 3 * GiB };
  const status: Deps['builder']['status'] = async (id, options) => {
    // Shows each further instance as awake as the first.
    const found = await builder.status(id.replace(/-2$/, ''), options);
    return found && { ...found, gpus: held };
  };
  const app = testApp({ builder: { ...builder, status } });
  const org = await organization({ fetch: app.fetch });
  const manifest = `${plugin().files['manifest.py']}\nserve_config = {"instances": {"max": 2}}\n`;
  await publish(org, plugin({ realtime: true, files: { 'manifest.py': manifest } }));
  const at = `${org.plugins}/hello_ext_1_0_0`;
  await org.post(`${at}/deploy`);
  const gpus = { cards: [card], lent_bytes: 40 * GiB, used_bytes: 6 * GiB };
  await waitFor(async () => {
    const { body } = await org.get(`${at}/status`);
    expect(body).toMatchObject({ serving: { instance: { gpus } } });
    const deployment = `/v1/namespaces/${org.namespaceId}/deployments/${Object(body).serving.deployment_id}`;
    expect((await org.get(deployment)).body).toMatchObject({ instance: { gpus } });
  });
});
