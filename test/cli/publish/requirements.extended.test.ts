// Tests how `slipway publish --dry-run` and `slipway deploy --dry-run` report requirements that a deployment would lack.
import { expect, test } from 'vitest';
import { type Scripted, scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';
import { folderOf, plugin } from '../slipway.ts';

const notFound = { status: 404, body: { error: { message: 'Not found' } } };
const forbidden = { status: 403, body: { error: { message: 'Forbidden' } } };
const asking = {
  ...plugin,
  'manifest.py': `${plugin['manifest.py']}\npermissions = {"secrets": ["TOKEN"]}\nmodels = ["weights"]\n`,
};
const missing = [
  { kind: 'secrets', names: ['TOKEN'], message: 'The secret is not set. Run `set TOKEN`.', commands: ['set TOKEN'] },
  { kind: 'models', names: ['weights'], message: 'No such model. Run `put weights`.', commands: ['put weights'] },
];

async function dryRun(args: string[], ...answers: Scripted[]) {
  await using server = await scriptedServer(...answers);
  const env = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const ended = await inProcess([...args, '--dry-run'], env);
  return { ...ended, received: server.received };
}

const publish = (...options: string[]) => ['publish', folderOf(asking), ...options];

test('slipway publish --dry-run fails with every requirement that a deployment would lack', async () => {
  const { exit, received, stderr, stdout } = await dryRun(publish(), notFound, { body: { missing } });
  expect([exit, stdout]).toEqual(['failed', '']);
  expect(stderr).toContain(
    'demo 1.0.0 cannot be deployed until it has what it asks for:\n- The secret is not set. Run `set TOKEN`.\n- No such model. Run `put weights`.\nNothing was uploaded.\n',
  );
  expect(received.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'GET /v1/namespaces/ns_1/plugins/demo_1_0_0',
    'POST /v1/namespaces/ns_1/plugins/requirements',
  ]);
  expect(JSON.parse(received[1]?.body ?? '')).toEqual({
    name: 'demo',
    shared: false,
    permissions: { secrets: ['TOKEN'] },
    models: ['weights'],
    compute_profile: null,
    gpu_steps: [],
    serve_config: null,
  });
});

test('slipway publish --dry-run asks what a plugin would lack that asks for nothing, unless its manifest keeps it off Ray', async () => {
  const free = { ...plugin };
  const sandboxed = { ...free, 'manifest.py': `${free['manifest.py']}\nserve_config = {"placement": "sandbox"}\n` };
  const lacking = [{ kind: 'cluster', names: [], message: 'No Ray cluster.', commands: [] }];
  const asked = await dryRun(['publish', folderOf(free)], notFound, { body: { missing: lacking } });
  expect([asked.exit, asked.stderr]).toEqual(['failed', expect.stringContaining('No Ray cluster.')]);
  const unasked = await dryRun(['publish', folderOf(sandboxed)], notFound);
  expect([unasked.exit, unasked.received.length]).toEqual(['done', 1]);
});

test('slipway publish --dry-run asks about pipeline steps that ask for a GPU', async () => {
  const steps = `from engine.plugins.extractors.pipeline import ResourceType, StepDefinition\nsteps = [StepDefinition(str, ResourceType.GPU)]\n`;
  const folder = folderOf({
    ...plugin,
    'pipeline.py': `${steps}\ndef build_steps(r, **kwargs):\n    return {"steps": steps}\n`,
  });
  const { received } = await dryRun(['publish', folder], notFound, { body: { missing: [] } });
  expect(JSON.parse(received[1]?.body ?? '')).toMatchObject({ gpu_steps: [{ service: 'str', at: 'pipeline.py:2' }] });
});

test('slipway publish --dry-run --json reports missing requirements as data', async () => {
  const { stderr, stdout } = await dryRun(publish('--json'), notFound, { body: { missing } });
  expect(JSON.parse(stdout || stderr)).toMatchObject({
    error: { title: 'Requirements missing', details: { missing } },
  });
});

test('slipway publish --dry-run --no-deploy only mentions the missing requirements', async () => {
  const { exit, stdout } = await dryRun(publish('--no-deploy'), notFound, { body: { missing } });
  expect([exit, stdout]).toEqual([
    'done',
    '! secrets: The secret is not set. Run `set TOKEN`.\n! models: No such model. Run `put weights`.\n✓ demo 1.0.0 would be accepted; nothing was uploaded\n',
  ]);
});

test("publish --dry-run with a key that can't read plugins names the skipped checks", async () => {
  const { exit, stdout } = await dryRun(publish(), notFound, forbidden);
  expect([exit, stdout]).toEqual([
    'done',
    '! not checked: what a deployment would lack: Forbidden\n✓ demo 1.0.0 would be accepted; nothing was uploaded\n',
  ]);
});

test.each([
  [
    'an account',
    { SLIPWAY_BASE_URL: 'http://127.0.0.1:9' },
    'no API key for http://127.0.0.1:9. Run `slipway login` or set SLIPWAY_API_KEY.',
  ],
  [
    'a server',
    { SLIPWAY_BASE_URL: 'http://127.0.0.1:9', SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' },
    'Connection to http://127.0.0.1:9 failed: ',
  ],
])('slipway publish --dry-run without %s names the skipped checks', async (_, env, reason) => {
  const { exit, stdout } = await inProcess(['publish', folderOf(asking), '--dry-run'], env);
  const [first = '', second] = stdout.split('\n');
  expect(exit).toBe('done');
  expect(first).toContain(`! not checked: whether the version is free, and what a deployment would lack: ${reason}`);
  expect(second).toBe('✓ demo 1.0.0 passes the local checks; nothing was uploaded');
});

test('slipway publish without an account is still refused', async () => {
  const env = { SLIPWAY_BASE_URL: 'http://127.0.0.1:9' };
  expect(await inProcess(['publish', folderOf(asking)], env)).toMatchObject({ exit: 'denied', stdout: '' });
});

test('slipway deploy --dry-run fails with every requirement that a deployment would lack', async () => {
  const versions = { active_version: '1.0.0', serving_version: null, results: [], pagination: { total: 0 } };
  const manifest = { permissions: { secrets: ['TOKEN'] }, models: ['weights'] };
  const answers = [versions, { plugin: { namespace_id: null, manifest } }, { missing }].map((body) => ({ body }));
  const { exit, received, stdout } = await dryRun(['deploy', 'demo@1.0.0'], ...answers);
  expect([exit, stdout]).toEqual([
    'failed',
    '✗ secrets: The secret is not set. Run `set TOKEN`.\n✗ models: No such model. Run `put weights`.\n✗ demo 1.0.0 could not be deployed\n',
  ]);
  expect(JSON.parse(received[2]?.body ?? '')).toMatchObject({ name: 'demo', shared: true });
});
