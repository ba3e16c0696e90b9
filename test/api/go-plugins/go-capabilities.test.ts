// Tests the capabilities of Go plugins, which are shown with a version, compared between versions, and evaluated by the policy.
// builder/analyses/analyzed-programs.test.ts tests the analysis, and rollouts/installs/capabilities.test.ts tests the end-to-end path.
import { env } from 'cloudflare:workers';
import { and, desc, eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { type ReachedCapability, unanalyzed } from '../../../src/contract/builder/analyses.ts';
import type { VersionPlacement } from '../../../src/contract/plugin/version-placement.ts';
import { sha256Hex } from '../../../src/core/digest.ts';
import { idSource } from '../../../src/core/ids.ts';
import { database } from '../../../src/db/client.ts';
import { pluginVersions } from '../../../src/db/schema/registry.ts';
import { testApp } from '../../support/deps.ts';
import { goOrigin, goPlugin } from '../../support/plugins/go-plugins.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { waive } from '../../support/scenes/waived.ts';

const { fetch } = testApp();
const db = database(env.DB);

const network: ReachedCapability = {
  name: 'NETWORK',
  path: ['plugin.rates.Execute', 'github.com/x/y.Client.Do', 'net.Dial'],
  module: 'github.com/x/y@v1.3.0',
  through: 'github.com/x/y.Client.Do',
};
const exec: ReachedCapability = {
  name: 'EXEC',
  path: ['plugin.rates.Execute', 'github.com/x/y.Convert', 'os/exec.Command'],
  module: 'github.com/x/y@v1.3.0',
  through: 'github.com/x/y.Convert',
};

/** Sets the capabilities that the organization's versions of `rates` reach, newest version first. */
async function setReached(org: Organization, ...reached: (ReachedCapability[] | null)[]): Promise<void> {
  const versions = await db
    .select({ id: pluginVersions.id })
    .from(pluginVersions)
    .where(and(eq(pluginVersions.organizationId, org.id), eq(pluginVersions.name, 'rates')))
    .orderBy(desc(pluginVersions.id));
  const recipe = await sha256Hex('recipe');
  for (const [i, { id }] of versions.entries()) {
    const known = reached[i];
    const capabilities = known ? { recipe, reached: known } : null;
    await db.update(pluginVersions).set({ capabilities }).where(eq(pluginVersions.id, id));
  }
}

/** Installs the plugin `rates` with an active version and the earlier v1.1.0. */
async function twoVersions(): Promise<Organization> {
  const org = await organization({ fetch });
  await goPlugin(org, 'pipeline', 'rates');
  const [version] = await db.select().from(pluginVersions).where(eq(pluginVersions.organizationId, org.id));
  if (!version) throw new Error('no version is installed');
  const older = { ref: 'v1.1.0', commit: 'fedcba98'.repeat(5) };
  await db.insert(pluginVersions).values({
    ...version,
    id: idSource(() => 1)('version'),
    patch: version.patch + 1,
    source: { ...goOrigin, ...older },
    activation: null,
  });
  return org;
}

/** Compares the two versions, or what is asked for instead. */
function diff(org: Organization, asked: Partial<Record<'name' | 'kind' | 'v1' | 'v2', string>> = {}) {
  const { name = 'rates', kind = 'pipeline', v1 = 'v1.1.0', v2 = 'v1.2.0' } = asked;
  return org.get(`${org.plugins}/by-name/${name}/diff?kind=${kind}&v1=${v1}&v2=${v2}`);
}

function rollBack(org: Organization) {
  return org.post(`${org.plugins}/by-name/rates/rollback`, { kind: 'pipeline', version: 'v1.1.0' });
}

test('a plugin shows its capabilities, each with a path', async () => {
  const org = await organization({ fetch });
  await goPlugin(org, 'storage', 'rates');
  expect((await org.get('/api/storage-plugins/rates')).body).toMatchObject({ capabilities: null });
  await setReached(org, [exec, network]);
  expect((await org.get('/api/storage-plugins/rates')).body).toMatchObject({
    capabilities: [
      { ...exec, reason: null },
      { ...network, reason: null },
    ],
  });
});

test('two versions differ in capabilities, and in the resulting findings', async () => {
  const org = await twoVersions();
  await setReached(org, [network], [exec]);
  const { body, status } = await diff(org);
  const finding = { file: '', line: 1, column: 1 };
  expect({ status, body }).toMatchObject({
    status: 200,
    body: {
      v1: 'v1.1.0',
      v2: 'v1.2.0',
      identical: true,
      capabilities: [
        { change: 'removed', ...exec, reason: null },
        { change: 'added', ...network, reason: null },
      ],
      findings: {
        introduced: [
          {
            ...finding,
            rule: 'SLP906',
            severity: 'warning',
            message: 'Network without a granted host: plugin.rates.Execute → github.com/x/y.Client.Do → net.Dial',
          },
        ],
        fixed: [
          {
            ...finding,
            rule: 'SLP905',
            severity: 'error',
            message:
              'Capability that needs a waiver: EXEC in github.com/x/y@v1.3.0 (plugin.rates.Execute → github.com/x/y.Convert → os/exec.Command)',
          },
        ],
      },
    },
  });
});

test('a capability reached through another version of the same module is not a change', async () => {
  const org = await twoVersions();
  await setReached(org, [network], [{ ...network, module: 'github.com/x/y@v1.0.0' }]);
  expect((await diff(org)).body).toMatchObject({ capabilities: [] });
});

test.each<[string, VersionPlacement, VersionPlacement, object]>([
  [
    'that came to need a container',
    { place: 'isolate', requested: 'auto', reason: null },
    { place: 'container', requested: 'auto', reason: 'uses net/http: needs a container' },
    {
      placement: { v1: 'isolate', v2: 'container' },
      placement_reason: { v1: null, v2: 'uses net/http: needs a container' },
    },
  ],
  [
    'that may run in an isolate now',
    { place: 'container', requested: 'container', reason: null },
    { place: 'isolate', requested: 'auto', reason: null },
    { placement: { v1: 'container', v2: 'isolate' }, placement_reason: { v1: null, v2: null } },
  ],
])('a diff shows where each version runs: one %s', async (_, before, after, expected) => {
  const org = await twoVersions();
  const placements = { 'v1.1.0': before, 'v1.2.0': after };
  for (const [ref, placement] of Object.entries(placements))
    await db
      .update(pluginVersions)
      .set({ placement })
      .where(and(eq(pluginVersions.organizationId, org.id), sql`${pluginVersions.source} ->> '$.ref' = ${ref}`));
  expect((await diff(org)).body).toMatchObject({ v1: 'v1.1.0', v2: 'v1.2.0', ...expected });
});

test('capabilities are not compared if either version was not analyzed', async () => {
  const org = await twoVersions();
  await setReached(org, [network], null);
  expect((await diff(org)).body).toMatchObject({ capabilities: null });
});

test.each([
  [{ v1: 'v9' }, 'rates has no installed version v9. Installed: v1.2.0, v1.1.0'],
  [{ v2: 'v9' }, 'rates has no installed version v9. Installed: v1.2.0, v1.1.0'],
  [{ name: 'other' }, 'Plugin not found: other'],
  [{ kind: 'storage' }, 'Plugin not found: rates'],
])('a diff with %j returns 404: %s', async (asked, message) => {
  const { status, body } = await diff(await twoVersions(), asked);
  expect([status, Object(body).error.message]).toEqual([404, message]);
});

test.each([
  ['a module that starts programs', [exec]],
  ['a failed analysis', [unanalyzed('The analysis did not finish within 120 s.')]],
])("%s blocks a version's deployment until the rule is waived", async (_, reached) => {
  const org = await twoVersions();
  await setReached(org, [], reached);
  const refused = await rollBack(org);
  expect([refused.status, Object(refused.body).error.message]).toEqual([
    400,
    "Plugin rates_1_0_1 can't be deployed. The current scan policy rejects this version (SLP905). Live deployments are not affected.",
  ]);
  await waive(org, { plugin: 'rates', rule: 'SLP905' });
  expect((await rollBack(org)).status).toBe(200);
});

test("the plugin's own use of a capability does not reject the version, and neither does a network capability with granted hosts", async () => {
  const org = await twoVersions();
  await setReached(org, [], [{ ...exec, module: null, through: 'os/exec.Command' }, network]);
  expect((await rollBack(org)).status).toBe(200);
});
