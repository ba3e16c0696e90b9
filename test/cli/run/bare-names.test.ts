// Tests which version a command means by a plugin's bare name: the one that serves its calls, not the newest.
import { expect, test } from 'vitest';
import { scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';

const version = (number: string, deployed: boolean) => ({
  version: number,
  deployed,
  yanked: null,
});

/** Runs the command against a plugin whose newest version is 7.0.0. Returns what it requests, the versions first. */
async function requested(args: string[], deployed: string[], serving: string | null, ...bodies: object[]) {
  const results = ['7.0.0', '2.0.0', '1.0.0'].map((number) => version(number, deployed.includes(number)));
  const answers = bodies.map((body) => ({ body }));
  const versions = { results, active_version: '7.0.0', serving_version: serving };
  await using server = await scriptedServer({ body: versions }, ...answers);
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const { exit, stderr } = await inProcess(args, environment);
  const paths = server.received.map(({ url }) => url.replace('/v1/namespaces/ns_1/plugins/', ''));
  return { exit, stderr, listed: paths[0], paths: paths.slice(1) };
}

const undeploy = ['undeploy', 'notes', '--yes'];
const message = 'Plugin notes was undeployed.';

test('undeploy takes the version that serves the name, although a newer one failed', async () => {
  const { exit, paths } = await requested(undeploy, ['1.0.0', '2.0.0'], '1.0.0', { message });
  expect([exit, paths]).toEqual(['done', ['notes_1_0_0/undeploy']]);
});

test('undeploy takes the only deployed version if none serves the name', async () => {
  const { exit, paths } = await requested(undeploy, ['2.0.0'], null, { message });
  expect([exit, paths]).toEqual(['done', ['notes_2_0_0/undeploy']]);
});

test('undeploy looks at a thousand versions, because an old one may be deployed', async () => {
  expect((await requested(undeploy, ['1.0.0'], null, { message })).listed).toBe('by-name/notes/versions?limit=1000');
});

test.each([
  [['show', 'notes', '--kind', 'extractor'], 'notes_1_0_0'],
  [['deploy', 'notes', '--no-wait'], 'notes_1_0_0/deploy'],
])('the active version may be older than the listed ones: %j', async (args, path) => {
  const body = { results: [version('7.0.0', false)], active_version: '1.0.0', serving_version: null };
  await using server = await scriptedServer({ body });
  await inProcess(args, { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' });
  expect(server.received[1]?.url).toBe(`/v1/namespaces/ns_1/plugins/${path}`);
});

test('undeploy asks for a version if several are deployed and none serves the name', async () => {
  const { exit, paths, stderr } = await requested(undeploy, ['1.0.0', '2.0.0'], null);
  expect([exit, paths]).toEqual(['usage', []]);
  expect(stderr).toContain('several are deployed: 2.0.0, 1.0.0');
});

test('undeploy changes nothing if no version is deployed', async () => {
  const { exit, paths, stderr } = await requested(undeploy, [], null);
  expect([exit, paths]).toEqual(['failed', []]);
  expect(stderr).toContain('no version of notes is deployed');
});

test.each([
  ['show', ['show', 'notes', '--kind', 'extractor'], 'notes_1_0_0'],
  ['logs', ['logs', 'notes'], 'notes_1_0_0/logs'],
  ['env show', ['env', 'show', 'notes'], 'notes_1_0_0/environment'],
  ['deploy', ['deploy', 'notes', '--no-wait'], 'notes_7_0_0/deploy'],
])(
  'a bare name means the version that serves it, except where a version comes into use: %s',
  async (_what, args, path) => {
    const { paths } = await requested(args, ['1.0.0'], '1.0.0');
    expect(paths[0]?.split('?')[0]).toBe(path);
  },
);
