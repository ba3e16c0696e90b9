// Tests that `npm run deploy:check` finds missing settings in [env.production] before anything is deployed.
// @module-tag long
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { limitFaults } from '../../scripts/deploy/limit-faults.ts';
import { type ProductionConfig, productionFaults, requiredSecrets } from '../../scripts/deploy/production-faults.ts';
import { bundleFaults, migrationFaults, replicationFaults } from '../../scripts/deploy/wrangler-answers.ts';
import { crons } from '../../src/contract/limits/leases.ts';

const root = fileURLToPath(import.meta.resolve('../..'));
const folder = await mkdtemp(join(tmpdir(), 'slipway-deploy-check-'));
afterAll(() => rm(folder, { recursive: true }));

const original = (await readFile(join(root, 'wrangler.toml'), 'utf8')).replaceAll('./builder', join(root, 'builder'));

/** Runs the script on wrangler.toml with these replacements in [env.production]. */
async function check(...replacements: [string, string][]): Promise<{ exit: number; lines: string[] }> {
  const start = original.indexOf('\n[env.production]\n');
  const production = replacements.reduce((text, [from, to]) => text.replaceAll(from, () => to), original.slice(start));
  const file = join(folder, 'wrangler.toml');
  await writeFile(file, original.slice(0, start) + production);
  const script = join(root, 'scripts/deploy-check.ts');
  return new Promise((resolve) => {
    execFile('node', [script, '--offline', '--config', file], { cwd: root }, (error, stdout) =>
      resolve({ exit: Number(error?.code ?? 0), lines: stdout.trim().split('\n') }),
    );
  });
}

const unchecked = [
  `! Not checked: whether these secrets are set: ${requiredSecrets.join(', ')}.`,
  '! Not checked: whether migrations are pending, because Cloudflare could not be reached.',
  '! Not checked: whether read replication matches D1_REPLICAS.',
  "! Not checked: the Worker's size.",
];
const complete: [string, string][] = [
  ['//ACCOUNT_ID.', '//0f8c2f3e6f0a4a539d7b6a7b0f2a9c11.'],
  ['"DATABASE_ID"', '"0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11"'],
  ...['PYTHON', 'NODE', 'GO'].map((name): [string, string] => [`${name}_DIGEST`, 'a1'.repeat(32)]),
];
const digestOf = (name: string, image: string) =>
  `✗ image_vars still contain the placeholder ${name}. \`docker buildx imagetools inspect ${image}\` prints the digest.`;

test('the placeholders in wrangler.toml are found', async () => {
  expect(await check()).toEqual({
    exit: 1,
    lines: [
      '✗ S3_ENDPOINT still contains the placeholder ACCOUNT_ID.',
      '✗ database_id of DB is not the ID that `wrangler d1 create` printed.',
      digestOf('PYTHON_DIGEST', 'python:3.12-slim-bookworm'),
      digestOf('NODE_DIGEST', 'node:24-bookworm-slim'),
      digestOf('GO_DIGEST', 'golang:1.26-bookworm'),
      ...unchecked,
    ],
  });
});

test('a complete set of settings passes', async () => {
  expect(await check(...complete)).toEqual({
    exit: 0,
    lines: [...unchecked, '✓ The settings in [env.production] are complete and consistent.'],
  });
});

test('a removed setting, and a secret in the file, are found', async () => {
  const removed = await check(...complete, [
    'S3_BUCKET = "slipway-archives"',
    'ADMIN_TOKEN = "local-development-admin-token"',
  ]);
  expect(removed.lines.slice(0, 3)).toEqual([
    '✗ S3_BUCKET is missing.',
    '✗ ADMIN_TOKEN is still the development value.',
    '✗ ADMIN_TOKEN is in wrangler.toml. Remove it and set it with `wrangler secret put ADMIN_TOKEN`.',
  ]);
});

test.each(['https://0f8c2f3e6f0a4a539d7b6a7b0f2a9c11.r2.cloudflarestorage.com', 'http://127.0.0.1:8080/_s3'])(
  'the local store is refused in production, with endpoint %s',
  async (endpoint) => {
    const local: [string, string][] = [
      ['S3_MODE = "r2"', 'S3_MODE = "local"'],
      ['https://0f8c2f3e6f0a4a539d7b6a7b0f2a9c11.r2.cloudflarestorage.com', endpoint],
    ];
    const { exit, lines } = await check(...complete, ...local);
    expect([exit, lines[0]]).toEqual([1, '✗ S3_MODE is "local", which is for local runs only: set "r2".']);
  },
);

test.each<[string, [string, string][], string[]]>([
  [
    'a size that its class does not stand for, and too few of the usual size',
    [
      ['instance_type = "standard-2"', 'instance_type = "lite"'],
      ['max_instances = 100', 'max_instances = 60'],
    ],
    [
      '✗ instance_type of InstanceStandard2 is "lite", but Slipway relies on "standard-2".',
      '✗ max_instances of InstanceBasic is 60, but the quota live_deployments allows an organization 50, and a redeploy takes two: set at least 100.',
    ],
  ],
  [
    'more build hosts than build containers, and less time than a drain takes',
    [
      ['BUILD_HOSTS = "4"', 'BUILD_HOSTS = "9"'],
      ['max_instances = 8\nrollout_active_grace_period = 260', 'max_instances = 8\nrollout_active_grace_period = 30'],
    ],
    [
      '✗ BUILD_HOSTS is 9, but max_instances of Builds is 8: set it to at least 9.',
      '✗ rollout_active_grace_period of Builds is 30, but its builder may drain for 260 s: set 260.',
    ],
  ],
  [
    'a bucket that the URLs do not name, and images without a digest',
    [
      ['bucket_name = "slipway-archives"', 'bucket_name = "archives"'],
      ['golang:1.26-bookworm@sha256:', 'golang:1.26-bookworm#'],
    ],
    [
      '✗ image_vars.BASE of Builds has no digest: write it as NAME:TAG@sha256:DIGEST.',
      '✗ S3_BUCKET is slipway-archives, but ARCHIVES is bound to archives: presigned uploads would not be found.',
    ],
  ],
  [
    'queues whose messages wait for each other or are lost',
    [
      ['queue = "slipway-deployments"\nmax_batch_size = 1', 'queue = "slipway-deployments"\nmax_batch_size = 5'],
      ['\ndead_letter_queue = "slipway-scans-dead"', ''],
      ['\nqueue = "slipway-artifacts-dead"', '\nqueue = "slipway-artifacts-lost"'],
    ],
    [
      '✗ queue slipway-scans has no dead_letter_queue.',
      '✗ max_batch_size of slipway-deployments is 5, but its messages must not wait for each other: set 1.',
      '✗ queue slipway-artifacts-dead has no consumer.',
    ],
  ],
  [
    'a clock that does not tick each minute, too little processor time, and another period',
    [
      ['crons = ["* * * * *", "*/1 * * * *", "0-59 * * * *"]', 'crons = ["0 * * * *"]'],
      ['cpu_ms = 120000', 'cpu_ms = 10000'],
      ['period = 60', 'period = 10'],
    ],
    [
      '✗ triggers.crons lacks "* * * * *": the sweep would never run.',
      '✗ triggers.crons lacks "*/1 * * * *": only the sweep would store the logs of a builder behind a URL.',
      '✗ triggers.crons lacks "0-59 * * * *": no database replica would be used (D1_REPLICAS).',
      '✗ limits.cpu_ms is 10000, but a confirm may work for CONFIRM_INLINE_MS (20000).',
      '✗ period of RATE_LIMITER is 10, but the API reports it as 60.',
    ],
  ],
  [
    'a Worker that runs near the database, consumers without a bound, and nobody who sees what fails',
    [
      ['mode = "off"', 'mode = "smart"'],
      ['max_concurrency = 10\n', ''],
      ['[env.production.observability]\nenabled = true', '[env.production.observability]\nenabled = false'],
    ],
    [
      '✗ queue slipway-scans has no max_concurrency: up to 250 consumers would query one database.',
      '✗ placement moves the Worker away from callers, but it must run near them: set mode = "off".',
      '✗ observability.enabled is not true: nobody would see failures.',
    ],
  ],
])('a settings error is reported: %s', async (_, replacements, faults) => {
  const { exit, lines } = await check(...complete, ...replacements);
  expect([exit, lines.filter((line) => line.startsWith('✗'))]).toEqual([1, faults]);
});

test("containers that exceed an account's memory are reported, and so are missing container classes", () => {
  const containers = [
    { class_name: 'InstanceBasic', instance_type: 'basic', max_instances: 7_000_000, rollout_active_grace_period: 260 },
  ].map((container) => ({ ...container, image_vars: { BASE: 'a@sha256:b', NODE: 'a@sha256:b' } }));
  const limits = {
    ...config,
    containers,
    queues: {},
    triggers: { crons: Object.values(crons) },
    observability: { enabled: true },
  };
  expect(limitFaults(limits)).toEqual([
    ...['InstanceLite', 'Instance', 'InstanceStandard2', 'InstanceStandard3', 'InstanceStandard4', 'Builds'].map(
      (name) => `${name} has no [[containers]]`,
    ),
    'max_instances of all classes add up to 7000000 GiB of memory, but an account may use 6144 GiB',
  ]);
  expect(limitFaults({ ...limits, vars: { ...config.vars, BUILDER_MODE: 'url' } })).toEqual([]);
});

test("a variable that contradicts the database's replication is found", () => {
  const faults = (set: string, replicated: boolean) => replicationFaults({ D1_REPLICAS: set }, replicated);
  expect([faults('1', true), faults('0', false)]).toEqual([[], []]);
  expect(faults('1', false)).toEqual([
    'D1_REPLICAS is "1", but read replication is off: run `npm run setup`, which turns it on, or set "0"',
  ]);
  expect(faults('0', true)).toEqual([
    'D1_REPLICAS is not "1", but read replication is on: no call would use a replica',
  ]);
});

const firstMigration = '0000_initial.sql';

async function migrationFaultsOf(applied: string[]): Promise<string[]> {
  const migrations = await mkdtemp(join(folder, 'migrations-'));
  for (const name of [firstMigration, '0001_more.sql', 'README.md']) await writeFile(join(migrations, name), '');
  return migrationFaults(migrations, applied);
}

test('migrations missing from a database are pending', async () => {
  const apply = 'Apply them with `npm run production -- d1 migrations apply slipway --remote`';
  expect(await migrationFaultsOf([])).toEqual([`migrations are pending: ${firstMigration}, 0001_more.sql. ${apply}`]);
  expect(await migrationFaultsOf([firstMigration])).toEqual([`migrations are pending: 0001_more.sql. ${apply}`]);
});

test('migrations from the next release are accepted, because the previous release works with them', async () => {
  expect(await migrationFaultsOf([firstMigration, '0001_more.sql', '0002_next.sql'])).toEqual([]);
});

test("a database with migrations from before 0.1.0 can't be upgraded", async () => {
  expect(await migrationFaultsOf(['0000_first.sql', '0001_archive_release.sql'])).toEqual([
    `the database was created before 0.1.0, since its migrations do not start with ${firstMigration}. It cannot be upgraded: create another one, as docs/upgrading.md describes`,
  ]);
});

test("a Worker that is too large, or can't be bundled, is reported", () => {
  expect(bundleFaults({ gzipKiB: 10_240 })).toEqual([]);
  expect(bundleFaults({ gzipKiB: 10_240.5 })).toEqual([
    'the Worker has 10241 KiB compressed, but Cloudflare accepts 10240 KiB',
  ]);
  expect(bundleFaults({ failure: 'wrangler deploy --dry-run failed' })).toEqual([
    'the Worker cannot be bundled: wrangler deploy --dry-run failed. Run it to see why',
  ]);
});

const sizes = ['LITE', 'BASIC', 'STANDARD_2', 'STANDARD_3', 'STANDARD_4'];

const config: ProductionConfig = {
  vars: {
    S3_MODE: 'r2',
    S3_ENDPOINT: 'https://abc.r2.cloudflarestorage.com',
    S3_BUCKET: 'slipway-archives',
    VECTOR_STORE: 'embedded',
    BUILDER_MODE: 'container',
    ISOLATES: 'loader',
  },
  d1_databases: [{ binding: 'DB', database_id: '0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11' }],
  r2_buckets: [{ binding: 'ARCHIVES' }],
  durable_objects: {
    bindings: ['INSTANCES', ...sizes.map((size) => `INSTANCES_${size}`), 'BUILDS', 'RELEASES', 'CALL_LIMITS'].map(
      (name) => ({ name }),
    ),
  },
  queues: {
    producers: ['SCANS', 'DEPLOYMENTS', 'DELIVERIES', 'RUNS', 'CALLS', 'LOW_CALLS', 'ARTIFACTS', 'ISOLATE_LOGS'].map(
      (binding) => ({ binding }),
    ),
  },
  assets: { binding: 'ASSETS' },
  worker_loaders: [{ binding: 'LOADER' }],
};

test.each(requiredSecrets)('%s must be among the configured secrets', (name) => {
  const others = requiredSecrets.filter((secret) => secret !== name);
  expect(productionFaults(config, others)).toEqual([`${name} is missing`]);
  expect(productionFaults(config, [...requiredSecrets])).toEqual([]);
});

test('a removed binding is found', () => {
  expect(productionFaults({ ...config, r2_buckets: [], assets: undefined }, null)).toEqual([
    'ARCHIVES is missing',
    'ASSETS is missing',
  ]);
});
