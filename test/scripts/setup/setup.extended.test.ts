// Tests `npm run setup` with a stateful fake Cloudflare API: complete, as a dry run, and repeated.
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readInstallation, readSecrets } from '../../../scripts/setup/installation.ts';
import { complete, migrations, stateOf } from './complete.ts';
import { newClone, newScene, type Scene, setUp } from './scene.ts';

const changes = ({ api }: Scene) =>
  api.received.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/query'));

test('setup creates everything that an installation needs, and a second run changes nothing', async () => {
  const scene = await newScene();
  const lines = await setUp(scene);
  expect(lines.at(-1)).toBe('  … deployment: deploy the Worker slipway');
  expect(stateOf(scene)).toMatchObject(complete);
  expect(scene.account.buckets.get('slipway-archives')).toMatchObject({
    location: 'weur',
    lifecycle: [{ id: 'slipway-uploads', conditions: { prefix: 'uploads/' } }],
    cors: [{ allowed: { origins: ['https://slipway.example.com'], methods: ['PUT'] }, exposeHeaders: ['ETag'] }],
  });
  const made = changes(scene).length;
  const again = await setUp(scene);
  expect(again.slice(1)).toEqual(
    ['database', 'replicas', 'bucket', 'life cycle', 'cross origin', 'queues', 'R2 keys', 'secrets', 'base images']
      .concat('migrations', 'deployment')
      .map((name) => `  ✓ ${name}`),
  );
  expect(changes(scene)).toHaveLength(made);
});

test('a dry run names every step and changes neither the account nor the clone', async () => {
  const scene = await newScene();
  const lines = await setUp(scene, '--dry-run');
  expect(lines.slice(1).filter((line) => line.startsWith('  +'))).toEqual([
    '  + database: create the D1 database slipway in weur',
    '  + replicas: turn on read replication of the database',
    '  + bucket: create the R2 bucket slipway-archives',
    '  + life cycle: add the rule that deletes slipway-archives/uploads/ after 7 days',
    '  + cross origin: let the console at https://slipway.example.com store models in slipway-archives',
    `  + queues: create 16 queues: ${complete.queues.join(', ')}`,
    '  + R2 keys: create an API token for the bucket slipway-archives',
    '  + secrets: generate ADMIN_TOKEN and DATA_KEK',
    `  + migrations: apply ${migrations.join(', ')}`,
    '  + deployment: deploy the Worker slipway',
  ]);
  expect(changes(scene)).toEqual([]);
  expect(await readInstallation(scene.folder)).toBeUndefined();
  await expect(readFile(join(scene.folder, 'wrangler.production.toml'))).rejects.toThrow('ENOENT');
});

test('DATA_KEK is kept by repeated runs, and is not replaced in a clone that lacks it', async () => {
  const scene = await newScene();
  await setUp(scene);
  const { DATA_KEK } = await readSecrets(scene.folder);
  await setUp(scene);
  expect((await readSecrets(scene.folder)).DATA_KEK).toBe(DATA_KEK);
  const elsewhere = { ...scene, folder: newClone() };
  const lines = await setUp(elsewhere);
  expect(lines).toContain('  ✓ secrets');
  expect(lines).toContain('  ✓ R2 keys');
  expect(await readSecrets(elsewhere.folder)).toEqual({});
  expect(stateOf(elsewhere)).toMatchObject(complete);
});

test("wrangler.production.toml has the installation's values everywhere", async () => {
  const scene = await newScene();
  await setUp(scene);
  const text = await readFile(join(scene.folder, 'wrangler.production.toml'), 'utf8');
  const { database_id } = (await readInstallation(scene.folder)) ?? {};
  const production = text.slice(text.indexOf('[env.production]'));
  expect(production).not.toMatch(/ACCOUNT_ID|DATABASE_ID|_DIGEST/);
  expect(production).toContain(`database_id = "${database_id}"`);
  expect(production).toContain('routes = [{ pattern = "slipway.example.com", custom_domain = true }]');
  expect(production.match(/^image = "registry.cloudflare.com\/acme\/instances:1"$/gm)).toHaveLength(6);
  expect(production.match(/^image = "registry.cloudflare.com\/acme\/builds:1"$/gm)).toHaveLength(1);
  await rm(scene.folder, { recursive: true });
});
