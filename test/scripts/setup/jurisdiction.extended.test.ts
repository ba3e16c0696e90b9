// Tests `npm run setup -- --jurisdiction eu`: everything that stores data is created in the jurisdiction, and no existing resources
// elsewhere are used.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unstable_readConfig } from 'wrangler';
import { z } from 'zod';
import { productionFaults } from '../../../scripts/deploy/production-faults.ts';
import { newScene, type Scene, setUpWith } from './scene.ts';

const domain = ['--domain', 'slipway.example.com'];
const images = [
  ...['--instances-image', 'registry.cloudflare.com/acme/instances:1'],
  ...['--builds-image', 'registry.cloudflare.com/acme/builds:1'],
];
const given = [...domain, ...images];
const inEurope = [...given, '--jurisdiction', 'eu'];

function configurationOf({ folder }: Scene) {
  return unstable_readConfig({ config: join(folder, 'wrangler.production.toml'), env: 'production' });
}

test('the database, bucket and queues are created in the jurisdiction, and the keys belong to the bucket there', async () => {
  const scene = await newScene();
  expect((await setUpWith(scene, inEurope)).at(-1)).toBe('  … deployment: deploy the Worker slipway');
  const { databases, buckets, queues, tokens } = scene.account.summary();
  expect(databases).toMatchObject([{ name: 'slipway', jurisdiction: 'eu', location: null }]);
  expect(buckets.map(([key]) => key)).toEqual(['eu/slipway-archives']);
  expect(scene.account.buckets.get('eu/slipway-archives')).toMatchObject({
    lifecycle: [{ id: 'slipway-uploads' }],
    cors: [{ exposeHeaders: ['ETag'] }],
  });
  expect(queues).toHaveLength(16);
  expect(new Set(queues.map(({ jurisdiction }) => jurisdiction))).toEqual(new Set(['eu']));
  const resource = 'com.cloudflare.edge.r2.bucket.0123456789abcdef0123456789abcdef_eu_slipway-archives';
  expect(tokens).toMatchObject([{ policies: [{ resources: { [resource]: '*' } }] }]);
});

test('the Worker, its bucket, its store and all containers are configured for the jurisdiction', async () => {
  const scene = await newScene();
  await setUpWith(scene, inEurope);
  const config = configurationOf(scene);
  expect(config.vars).toMatchObject({
    JURISDICTION: 'eu',
    S3_ENDPOINT: 'https://0123456789abcdef0123456789abcdef.eu.r2.cloudflarestorage.com',
  });
  expect(config.r2_buckets).toMatchObject([{ bucket_name: 'slipway-archives', jurisdiction: 'eu' }]);
  const constraints = (config.containers ?? []).map((container: { constraints?: object }) => container.constraints);
  expect(constraints).toEqual(Array.from({ length: 7 }, () => ({ jurisdiction: 'eu' })));
  expect(productionFaults(config, null)).toEqual([]);
});

test('a part that lost its jurisdiction is reported before a deployment', async () => {
  const scene = await newScene();
  await setUpWith(scene, inEurope);
  const config = configurationOf(scene);
  const [first, ...others] = config.containers ?? [];
  const [bucket] = config.r2_buckets;
  const { JURISDICTION: _, ...vars } = config.vars;
  const fault = "JURISDICTION, the bucket's jurisdiction, S3_ENDPOINT and the container constraints have to agree";
  for (const changed of [
    { ...config, vars },
    { ...config, containers: [{ ...first, constraints: {} }, ...others] },
    { ...config, r2_buckets: [{ binding: bucket?.binding ?? '' }] },
  ])
    expect(productionFaults(changed, null)).toEqual([fault]);
});

test('setup stopped after any request and repeated leaves the same resources in the jurisdiction', {
  tags: 'long',
}, async () => {
  const whole = await newScene();
  await setUpWith(whole, inEurope);
  for (let stopAfter = 1; stopAfter <= whole.api.received.length; stopAfter += 1) {
    const scene = await newScene();
    scene.api.stopAfter = stopAfter;
    await setUpWith(scene, inEurope);
    scene.api.stopAfter = Number.POSITIVE_INFINITY;
    await setUpWith(scene, inEurope);
    const { workers: _, ...left } = scene.account.summary();
    const { workers: __, ...expected } = whole.account.summary();
    expect(left, `stopped after ${stopAfter}`).toEqual(expected);
  }
});

test('a repeated run keeps the jurisdiction and changes nothing', async () => {
  const scene = await newScene();
  await setUpWith(scene, inEurope);
  const before = scene.account.summary();
  expect(await setUpWith(scene, given)).toContain('  ✓ queues');
  expect(scene.account.summary()).toEqual(before);
  const saved = z.object({ jurisdiction: z.string() });
  expect(saved.parse(JSON.parse(await readFile(join(scene.folder, 'production.json'), 'utf8')))).toEqual({
    jurisdiction: 'eu',
  });
});

test("an installation in another jurisdiction, or in none, can't be moved to a new one", async () => {
  const scene = await newScene();
  await setUpWith(scene, given);
  expect((await setUpWith(scene, inEurope)).at(-1)).toBe(
    "✗ This installation was set up without a jurisdiction, which can't be changed. Set up another one, in another account.",
  );
});

test.each([
  ['--jurisdiction mars', 'mars is not a jurisdiction. Use one of eu, fedramp.'],
  ['--jurisdiction eu --location weur', '--location and --jurisdiction exclude each other. Leave one of them out.'],
])('setup refuses %s', async (options, reason) => {
  const scene = await newScene();
  expect(await setUpWith(scene, [...given, ...options.split(' ')])).toEqual([`✗ ${reason}`]);
});

const advice =
  'exists, but nothing shows that it was created in eu. Delete it if nothing needs it, or use another account. Then run setup again.';

test('a database created elsewhere is not used', async () => {
  const scene = await newScene();
  scene.account.newDatabase('slipway', null, null);
  expect((await setUpWith(scene, inEurope)).at(-1)).toBe(`✗ The database slipway ${advice}`);
});

test('a queue that may have been created elsewhere is not used', async () => {
  const scene = await newScene();
  scene.account.queues.set('1', { id: '1', name: 'slipway-scans', jurisdiction: null, consumers: [] });
  expect((await setUpWith(scene, inEurope)).at(-1)).toBe(`✗ The queue slipway-scans ${advice}`);
});
