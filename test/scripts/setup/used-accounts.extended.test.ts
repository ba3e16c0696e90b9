// Tests `npm run setup` with a stateful fake Cloudflare API: refused, stopped at any point, and in an account
// that has parts already.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Permission, permissions } from './cloudflare/account.ts';
import { complete, stateOf } from './complete.ts';
import { newScene, setUp } from './scene.ts';

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
