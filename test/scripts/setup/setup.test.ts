// Tests `npm run setup` with a stateful fake Cloudflare API: complete, stopped at any point, repeated, and refused.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readInstallation, readSecrets } from '../../../scripts/setup/installation.ts';
import { type Permission, permissions } from './cloudflare/account.ts';
import { newClone, newScene, type Scene, setUp } from './scene.ts';

const queues = ['artifacts', 'calls', 'calls-low', 'deliveries', 'deployments', 'isolate-logs', 'runs', 'scans'];
const migrations = (await readdir('migrations')).filter((name) => name.endsWith('.sql')).sort();
const complete = {
  databases: [{ name: 'slipway', location: 'weur', replication: 'auto', migrations }],
  queues: queues.flatMap((name) => [`slipway-${name}`, `slipway-${name}-dead`]),
  tokens: [
    {
      name: 'slipway-archives',
      policies: [
        {
          effect: 'allow',
          permission_groups: [{ id: 'bucket-item-write' }],
          resources: { 'com.cloudflare.edge.r2.bucket.0123456789abcdef0123456789abcdef_default_slipway-archives': '*' },
        },
      ],
    },
  ],
  secrets: ['ADMIN_TOKEN', 'DATA_KEK', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
};

function stateOf({ account }: Scene) {
  const { databases, buckets, queues: made, tokens, workers } = account.summary();
  return { databases, buckets, queues: made.map(({ name }) => name), tokens, secrets: workers[0]?.secrets };
}

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

test('setup stopped after any request or program and repeated ends like an uninterrupted run', {
  tags: 'long',
}, async () => {
  const whole = await newScene();
  await setUp(whole);
  const count = whole.api.received.length;
  expect(count).toBeGreaterThan(30);
  for (let stopAfter = 1; stopAfter <= count; stopAfter += 1) {
    const scene = await newScene();
    scene.api.stopAfter = stopAfter;
    const lines = await setUp(scene);
    expect(lines.at(-1), `stopped after ${stopAfter}`).toMatch(/^✗ /);
    scene.api.stopAfter = Number.POSITIVE_INFINITY;
    await setUp(scene);
    expect(stateOf(scene), `stopped after ${stopAfter}`).toEqual(stateOf(whole));
    await scene.api.close();
  }
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

test('a token whose value was lost gets a new value instead of a second token', { tags: 'long' }, async () => {
  const scene = await newScene();
  scene.api.stopAfter = 1 + (await indexOf('POST', '/tokens'));
  await setUp(scene);
  scene.api.stopAfter = Number.POSITIVE_INFINITY;
  expect(await setUp(scene)).toContain(
    '  … R2 keys: give the API token slipway-archives a new value, because its current one is not known here',
  );
  expect([...scene.account.tokens.values()].map(({ value }) => value)).toEqual([expect.stringMatching(/^value-2-of/)]);
});

async function indexOf(method: string, end: string): Promise<number> {
  const scene = await newScene();
  await setUp(scene);
  return scene.api.received.findIndex((request) => request.method === method && request.path.endsWith(end));
}

/** The permission Account Settings is only needed to find the account, and Containers is only needed by wrangler. */
const named: Partial<Record<Permission, string>> = {
  'Account API Tokens Edit':
    'list API tokens: Authentication error (10000). Give the API token the permission "Account API Tokens: Edit" for this account',
  'Account Settings Read':
    'list the accounts: Authentication error (10000). Give the API token the permission "Account Settings: Read" for this account',
  'D1 Edit':
    'list databases: Authentication error (10000). Give the API token the permission "D1: Edit" for this account',
  'Queues Edit':
    'list queues: Authentication error (10000). Give the API token the permission "Queues: Edit" for this account',
  'Workers R2 Storage Edit':
    'read the bucket: Authentication error (10000). Give the API token the permission "Workers R2 Storage: Edit" for this account',
  'DNS Read':
    'list the DNS records of slipway.example.com: Authentication error (10000). Give the API token the permission "DNS: Read" for this account',
  'Zone Read':
    'find the zone of the domain: Authentication error (10000). Give the API token the permission "Zone: Read" for this account',
  'Workers Scripts Edit':
    'list the Worker\'s secrets: Authentication error (10000). Give the API token the permission "Workers Scripts: Edit" for this account',
};

test.for(permissions.filter((permission) => permission in named))(
  'a token without %s is refused, and the error names the missing permission',
  async (permission) => {
    const scene = await newScene();
    scene.account.missing.add(permission);
    const lines = await setUp(scene);
    expect(lines.at(-1)).toBe(
      `✗ Cloudflare refuses to ${named[permission]}, then run setup again: it continues where it stopped.`,
    );
    scene.account.missing.clear();
    await setUp(scene);
    expect(stateOf(scene)).toMatchObject(complete);
  },
);

test.for([
  [
    'databases',
    0,
    'create the database slipway: The maximum number of databases of this account has been reached (7406)',
  ],
  ['buckets', 0, 'create the R2 bucket slipway-archives: Account bucket limit exceeded (10009)'],
  ['queues', 3, 'create the queue slipway-calls-dead: You have reached the limit of queues for this account (11002)'],
] as const)(
  'setup on an account without capacity for more %s says so, and can continue later',
  async ([kind, limit, said]) => {
    const scene = await newScene();
    const before = scene.account.limits[kind];
    scene.account.limits[kind] = limit;
    const lines = await setUp(scene);
    expect(lines.at(-1)).toBe(
      `✗ Cloudflare refuses to ${said}. The account has reached its limit. Delete unneeded resources or ask Cloudflare for a higher limit, then run setup again: it continues where it stopped.`,
    );
    scene.account.limits[kind] = before;
    await setUp(scene);
    expect(stateOf(scene)).toMatchObject(complete);
  },
);

test('a domain that another Worker uses is not taken from it', async () => {
  const scene = await newScene();
  const other = {
    secrets: [],
    versions: 1,
    bindings: [],
    crons: [],
    domains: ['slipway.example.com'],
    onSubdomain: false,
  };
  scene.account.workers.set('shop', other);
  expect((await setUp(scene)).at(-1)).toBe(
    '✗ slipway.example.com belongs to the Worker shop. Remove it there, or choose another domain with --domain. Then run setup again.',
  );
  expect(scene.account.workers.has('slipway')).toBe(false);
});

test('a domain with its own DNS records keeps them', async () => {
  const scene = await newScene();
  const records = [
    { name: 'slipway.example.com', type: 'CNAME' },
    { name: 'slipway.example.com', type: 'TXT' },
  ];
  scene.account.records.push({ name: 'www.example.com', type: 'A' }, ...records);
  expect((await setUp(scene)).at(-1)).toBe(
    '✗ slipway.example.com has DNS records already (CNAME), which would be replaced. Delete them, or choose another domain with --domain; then run setup again.',
  );
  expect(scene.account.workers.has('slipway')).toBe(false);
  scene.account.records.splice(1, 1);
  await setUp(scene);
  expect(stateOf(scene)).toMatchObject(complete);
});

test('existing life-cycle rules and CORS rules are kept', async () => {
  const scene = await newScene();
  scene.account.buckets.set('slipway-archives', {
    location: null,
    lifecycle: [{ id: 'mine' }],
    cors: [{ id: 'mine' }],
  });
  await setUp(scene);
  const bucket = scene.account.buckets.get('slipway-archives');
  expect(bucket?.lifecycle).toMatchObject([{ id: 'mine' }, { id: 'slipway-uploads' }]);
  expect(bucket?.cors).toMatchObject([{ id: 'mine' }, { exposeHeaders: ['ETag'] }]);
});

test('a damaged secrets file stops setup, because it may contain the only DATA_KEK', { tags: 'long' }, async () => {
  const scene = await newScene();
  await setUp(scene);
  await writeFile(join(scene.folder, 'production.secrets.json'), '{"DATA_KEK": ');
  expect((await setUp(scene)).at(-1)).toBe(
    `✗ ${scene.folder}/production.secrets.json can't be read. Correct it or restore it from a copy. Delete it only if nothing was set up.`,
  );
});

test('a call dataset that was named once stays bound in later runs', async () => {
  const scene = await newScene();
  const bound = '[[env.production.analytics_engine_datasets]]\nbinding = "CALL_DATASET"\ndataset = "plugin_calls"\n';
  const made = () => readFile(join(scene.folder, 'wrangler.production.toml'), 'utf8');
  await setUp(scene);
  expect(await made()).not.toContain('analytics_engine');
  await setUp(scene, '--call-dataset', 'plugin_calls');
  expect(await made()).toContain(bound);
  await setUp(scene);
  expect(await made()).toContain(bound);
  expect((await setUp(scene, '--call-dataset', 'slipway"calls')).at(-1)).toBe(
    '✗ slipway"calls is not a dataset name. Use up to 64 letters, digits and _, such as plugin_calls.',
  );
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
