// Tests a Go plugin's placement, which is decided at its install and shown by the API: impossible requests, and why a container is
// needed.
// @module-tag git
// @module-tag go
// @module-tag long
import { expect, test, vi } from 'vitest';
import { changeOrganization } from '../../../src/access/organizations.ts';
import type { Capabilities } from '../../../src/contract/builder/machine/capabilities.ts';
import { type Answer, clientOf } from '../../support/client.ts';
import { testApp } from '../../support/deps.ts';
import { eventsOf } from '../../support/events.ts';
import { committed, freshGoName, pipelineSource, returning, storageSource } from '../../support/plugins/go-sources.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { waitFor } from '../../support/waiting.ts';
import { watchedBuilder } from '../../support/workers/watched-builder.ts';

/** The first build on a machine compiles Go's standard library. */
vi.setConfig({ testTimeout: 900_000 });

const pipelines = '/api/plugins';
const storages = '/api/storage-plugins';

type Isolates = Capabilities['isolates'];

/** Returns an app with the real builder, which reports this state of its isolates. */
function appWith(isolates: Isolates) {
  const real = testApp().deps.builder;
  const capabilities = async () => ({ ...(await real.capabilities()), isolates });
  return testApp({ builder: watchedBuilder(real, { capabilities }).builder });
}

/** Creates an organization whose requests go to an app with these isolates. */
async function client(isolates: Isolates = { available: true }): Promise<Organization> {
  const app = appWith(isolates);
  const org = await organization({ fetch: app.fetch });
  return { ...org, ...clientOf(`Bearer ${org.key}`, app.fetch) };
}

interface Request {
  path?: string;
  files?: Record<string, string>;
  placement?: string;
}

async function install(
  org: Organization,
  { path = pipelines, files = pipelineSource({ placement: 'auto' }), placement }: Request,
) {
  const name = freshGoName();
  const { repository } = await committed(name, 'v1', files);
  const answer = await org.post(path, { name, repository, version: 'v1', ...(placement ? { placement } : {}) });
  return { name, answer: await whenBuilt(org, `${path}/${name}`, answer) };
}

/** Returns the answer once the build has ended, because a machine's first build takes longer than the request. */
async function whenBuilt(org: Organization, path: string, answer: Answer): Promise<Answer> {
  if (Object(answer.body).status !== 'building') return answer;
  const ended = async () => {
    const { body } = await org.get(path);
    expect(Object(body).status).not.toBe('building');
    return body;
  };
  return { ...answer, body: await waitFor(ended, { timeout: 800_000, interval: 500 }) };
}

function refusal({ status, body }: Answer): [number, unknown, unknown] {
  const { detail, error } = Object(body);
  return [status, detail?.[0].type, error?.message];
}

function placed({ status, body }: Answer): [number, unknown, unknown] {
  return [status, Object(body).placement, Object(body).placement_reason];
}

function asking(yaml: string): Record<string, string> {
  return { ...pipelineSource(), 'plugin.yaml': `name: plugin\nversion: "1.0.0"\nactions: [{name: report}]\n${yaml}\n` };
}

test.each<[string, Request, string]>([
  [
    'of a storage plugin',
    { path: storages, files: storageSource('rows') },
    'a storage plugin keeps files: needs a container',
  ],
  [
    'of a plugin that asks for the network',
    { files: asking('permissions: {network: [api.example.com]}') },
    'asks for grants (network api.example.com): needs a container',
  ],
  [
    'of a plugin that asks for memory and a secret',
    { files: asking('permissions: {memory_mb: 512, secrets: [TOKEN]}') },
    'asks for grants (secret TOKEN, memory 512 MiB): needs a container',
  ],
  [
    'of a plugin whose calls may last 31 s',
    { files: asking('permissions: {timeout_s: 31}') },
    'asks for a time limit of 31 s, above 30 s: needs a container',
  ],
  [
    'of a plugin whose later calls may last 31 s',
    { files: asking('permissions: {later_timeout_s: 31}') },
    'asks for a time limit of 31 s, above 30 s: needs a container',
  ],
])('an isolate %s is refused before anything is built', async (_, request, reason) => {
  const org = await client();
  const { answer } = await install(org, { ...request, placement: 'isolate' });
  expect(refusal(answer)).toEqual([422, 'needs-container', `The placement isolate is not possible: ${reason}.`]);
  const types = (await eventsOf(org)).map(({ type }) => type);
  expect(types.filter((type) => /^(?:upload\.built|version\.)/.test(type))).toEqual([]);
});

test.each([
  ['plugin.yaml asks for it like a request', 'placement: isolate'],
  ['calls of 30 s are no reason of the plugin', 'placement: isolate\npermissions: {timeout_s: 30}'],
])('an isolate is refused if none are available; %s', async (_, yaml) => {
  const org = await client({ available: false, reason: 'workerd is missing' });
  const { answer } = await install(org, { files: asking(yaml) });
  const reason = 'The placement isolate is not possible: there are no isolates here (workerd is missing).';
  expect(refusal(answer)).toEqual([422, 'needs-container', reason]);
});

test('a plugin that needs a container states the reason even if no isolates are available', async () => {
  const org = await client({ available: false, reason: 'workerd is missing' });
  const files = pipelineSource({
    placement: 'auto',
    imports: ['net/http'],
    body: returning('one'),
    more: 'var used = http.Get\n',
  });
  const reason = 'uses net/http: needs a container';
  const { name, answer } = await install(org, { files });
  expect(placed(answer)).toEqual([201, 'container', reason]);
  expect(placed(await org.get(`${pipelines}/${name}`))).toEqual([200, 'container', reason]);
});

test('an isolate is refused to an organization restricted to a region', async () => {
  const app = appWith({ available: true });
  const org = await organization({ fetch: app.fetch });
  await changeOrganization(app.deps, org.id, { type: 'admin', id: 'tests' }, { jurisdiction: 'eu' });
  const { answer } = await install(org, { placement: 'isolate' });
  const reason = 'its organization is restricted to the region eu: needs a container';
  expect(refusal(answer)).toEqual([422, 'needs-container', `The placement isolate is not possible: ${reason}.`]);
});

test('an unknown placement in plugin.yaml is refused', async () => {
  const org = await client();
  const { answer } = await install(org, { files: asking('placement: moon') });
  expect(refusal(answer)).toEqual([
    422,
    'definition',
    'plugin.yaml: placement: Invalid option: expected one of "auto"|"isolate"|"container"',
  ]);
});

test('a plugin that needs a container gets one, and the reason is shown wherever the placement is', async () => {
  const org = await client();
  const files = pipelineSource({
    placement: 'auto',
    imports: ['os/signal'],
    body: returning('one'),
    more: 'var used = signal.Notify\n',
  });
  const reason = 'uses os/signal: needs a container';
  const { name, answer } = await install(org, { files });
  expect(placed(answer)).toEqual([201, 'container', reason]);
  expect(placed(await org.get(`${pipelines}/${name}`))).toEqual([200, 'container', reason]);
  const versions = await versionsOf(org, name);
  expect(versions).toMatchObject([{ placement: 'container', placement_reason: reason, wasm_sha256: null }]);
  const published = (await eventsOf(org)).find(({ type }) => type === 'version.published');
  expect(published?.data).toMatchObject({ placement: 'container', placement_reason: reason });
  expect(await buildLog(org)).toContain(`runs in a container (${reason})`);
});

test('a plugin that fits into an isolate runs there, is called, updated and rolled back, and its placement is shown everywhere', async () => {
  const org = await organization();
  const { name, answer } = await install(org, { files: pipelineSource({ placement: 'auto', body: returning('one') }) });
  expect(placed(answer)).toEqual([201, 'isolate', null]);
  expect(Object(answer.body)).toMatchObject({ loaded: true, wasm_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(await called(org, name)).toBe('one');
  expect(await buildLog(org)).toEqual([`WebAssembly module ${Object(answer.body).wasm_sha256}`, 'runs in an isolate']);
  await committed(name, 'v2', pipelineSource({ placement: 'auto', body: returning('two') }));
  expect(placed(await org.put(`${pipelines}/${name}`, { version: 'v2' }))).toEqual([200, 'isolate', null]);
  expect(await called(org, name)).toBe('two');
  expect((await org.post(`${org.plugins}/by-name/${name}/rollback`, { kind: 'pipeline' })).status).toBe(200);
  await waitFor(async () => expect(await called(org, name)).toBe('one'));
  expect(placed(await org.get(`${pipelines}/${name}`))).toEqual([200, 'isolate', null]);
  const versions = await versionsOf(org, name);
  expect(versions).toMatchObject([{ placement: 'isolate' }, { placement: 'isolate' }]);
});

test('a plugin that panics at start is refused as an isolate, and by default is tried in a container', async () => {
  const org = await organization();
  const files = pipelineSource({ placement: 'auto', more: 'func init() { panic("not today") }\n' });
  const asked = await install(org, { files, placement: 'isolate' });
  const [status, code, message] = refusal(asked.answer);
  expect([status, code]).toEqual([422, 'needs-container']);
  expect(message).toContain('The placement isolate is not possible: does not start in an isolate (');
  expect(refusal((await install(org, { files })).answer).slice(0, 2)).toEqual([422, 'start-failed']);
});

async function versionsOf(org: Organization, name: string): Promise<unknown[]> {
  return Object((await org.get(`${org.plugins}/by-name/${name}/versions?kind=pipeline`)).body).results;
}

async function called(org: Organization, name: string): Promise<unknown> {
  const params = { action: 'report', params: {} };
  const { status, body } = await org.post(`${pipelines}/${name}/call`, { method: 'execute', params });
  return status === 200 ? (Object(body).result?.output.text ?? Object(body).error) : status;
}

/** Returns the lines of the newest deployment's build step. */
async function buildLog(org: Organization): Promise<string[]> {
  const at = `/v1/namespaces/${org.namespaceId}/deployments`;
  const [newest] = Object((await org.get(at)).body).results;
  const { steps } = Object((await org.get(`${at}/${newest.deployment_id}`)).body);
  const [build] = steps;
  return build.log.map(({ line }: { line: string }) => line);
}

test('a requested placement also applies to updates, and the same commit with another placement is another version', async () => {
  const org = await client();
  const { name, answer } = await install(org, { placement: 'container' });
  expect(placed(answer)).toEqual([201, 'container', null]);
  expect((await org.put(`${pipelines}/${name}`, {})).body).toMatchObject({ placement_reason: null });
  expect(await versionsOf(org, name)).toHaveLength(1);
  const region = { available: false as const, reason: 'for a test' };
  const elsewhere = { ...org, ...clientOf(`Bearer ${org.key}`, appWith(region).fetch) };
  expect(placed(await elsewhere.put(`${pipelines}/${name}`, { placement: 'auto' }))).toEqual([
    200,
    'container',
    'there are no isolates here (for a test)',
  ]);
  expect(await versionsOf(org, name)).toHaveLength(2);
});
