// Tests `npm run deploy:check`: it finds what is missing in [env.production] before anything is deployed.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { type ProductionConfig, productionFaults, requiredSecrets } from '../../scripts/deploy/production-faults.ts';

const root = fileURLToPath(import.meta.resolve('../..'));
const folder = await mkdtemp(join(tmpdir(), 'slipway-deploy-check-'));
afterAll(() => rm(folder, { recursive: true }));

const original = (await readFile(join(root, 'wrangler.toml'), 'utf8')).replaceAll('./builder', join(root, 'builder'));

/** Runs the script on wrangler.toml with these replacements in [env.production]. */
async function check(...replacements: [string, string][]): Promise<{ exit: number; lines: string[] }> {
  const start = original.indexOf('\n[env.production]\n');
  const production = replacements.reduce((text, [from, to]) => text.replace(from, () => to), original.slice(start));
  const file = join(folder, 'wrangler.toml');
  await writeFile(file, original.slice(0, start) + production);
  const script = join(root, 'scripts/deploy-check.ts');
  return new Promise((resolve) => {
    execFile('node', [script, '--offline', '--config', file], { cwd: root }, (error, stdout) =>
      resolve({ exit: Number(error?.code ?? 0), lines: stdout.trim().split('\n') }),
    );
  });
}

const unchecked = `! Not checked whether these secrets are set: ${requiredSecrets.join(', ')}.`;
const account: [string, string] = ['//ACCOUNT_ID.', '//0f8c2f3e6f0a4a539d7b6a7b0f2a9c11.'];
const database: [string, string] = ['"DATABASE_ID"', '"0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11"'];

test('the placeholders of wrangler.toml are found', async () => {
  expect(await check()).toEqual({
    exit: 1,
    lines: [
      '✗ S3_ENDPOINT still contains the placeholder ACCOUNT_ID.',
      '✗ database_id of DB is not the ID that `wrangler d1 create` printed.',
      unchecked,
    ],
  });
});

test('complete settings pass', async () => {
  const complete = await check(account, database);
  expect(complete).toEqual({
    exit: 0,
    lines: [unchecked, '✓ The settings of [env.production] are complete.'],
  });
});

test('a setting that was removed, and a secret in the file, are found', async () => {
  const removed = await check(account, database, [
    'S3_BUCKET = "slipway-archives"',
    'ADMIN_TOKEN = "local-development-admin-token"',
  ]);
  expect(removed.lines.slice(0, 3)).toEqual([
    '✗ S3_BUCKET is missing.',
    '✗ ADMIN_TOKEN is still the development value.',
    '✗ ADMIN_TOKEN is in wrangler.toml. Remove it and set it by `wrangler secret put ADMIN_TOKEN`.',
  ]);
});

const config: ProductionConfig = {
  vars: {
    S3_MODE: 'r2',
    S3_ENDPOINT: 'https://abc.r2.cloudflarestorage.com',
    S3_BUCKET: 'slipway-archives',
    VECTOR_STORE: 'embedded',
    BUILDER_MODE: 'container',
  },
  d1_databases: [{ binding: 'DB', database_id: '0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11' }],
  r2_buckets: [{ binding: 'ARCHIVES' }],
  durable_objects: { bindings: [{ name: 'INSTANCES' }, { name: 'BUILDS' }] },
  queues: {
    producers: ['SCANS', 'DEPLOYMENTS', 'DELIVERIES', 'ARTIFACTS'].map((binding) => ({ binding })),
  },
  assets: { binding: 'ASSETS' },
};

test.each(requiredSecrets)('%s must be among the secrets that are set', (name) => {
  const others = requiredSecrets.filter((secret) => secret !== name);
  expect(productionFaults(config, others)).toEqual([`${name} is missing`]);
  expect(productionFaults(config, [...requiredSecrets])).toEqual([]);
});

test('a binding that was removed is found', () => {
  expect(productionFaults({ ...config, r2_buckets: [], assets: undefined }, null)).toEqual([
    'ARCHIVES is missing',
    'ASSETS is missing',
  ]);
});
