// Tests the operators' builder routes over HTTP: what is checked before a builder is added, which builder can be drained or removed, and
// what organizations see of them.
import { env } from 'cloudflare:workers';
import { afterEach, expect, test } from 'vitest';
import { builderByContainers } from '../../../src/builders/client.ts';
import { BuilderError } from '../../../src/contract/builder/errors.ts';
import type { Health } from '../../../src/contract/builder/machine/health.ts';
import { builderListLimits } from '../../../src/contract/limits/builder.ts';
import { database } from '../../../src/db/client.ts';
import { builders } from '../../../src/db/schema/builders.ts';
import type { Deps } from '../../../src/deps.ts';
import { type Client, clientOf } from '../../support/client.ts';
import { containersAnswering } from '../../support/containers/answering-containers.ts';
import { type TestApp, testApp } from '../../support/deps.ts';
import { adminAuthorization, type Organization, organization } from '../../support/scenes/organization.ts';

const path = '/v1/admin/builders';
const east = { name: 'east', url: 'http://east.internal:8080' };
const [real] = (await testApp().deps.builder.reports()) ?? [];
const health: Health = real?.health ?? expect.fail('no builder');
const own = new URL(env.BUILDER_URL).host;

interface Scene extends TestApp {
  operator: Client;
  org: Organization;
  lines: [string, unknown][];
}

/** An installation whose added builders answer like this, and whose own builder is real. */
async function scene(
  answer: (url: string) => Partial<Health> | Error = () => ({}),
  replacements: Partial<Deps> = {},
): Promise<Scene> {
  const lines: [string, unknown][] = [];
  const log = { ...testApp().deps.log, warn: (event: string, fields?: object) => void lines.push([event, fields]) };
  const askBuilder: Deps['askBuilder'] = async (url) => {
    const answered = answer(url);
    if (answered instanceof Error) throw answered;
    return { ...health, instances: 0, ...answered };
  };
  const app = testApp({ askBuilder, log, ...replacements });
  const org = await organization({ fetch: app.fetch });
  return { ...app, org, lines, operator: clientOf(adminAuthorization, app.fetch) };
}

afterEach(async () => {
  await database(env.DIRECTORY).delete(builders);
});

test('an added builder is listed after those of the settings, with what it reports', async () => {
  const { operator, lines } = await scene(() => ({ instances: 3 }));
  const { status, body } = await operator.post(path, east);
  const added = {
    ...{ name: 'east', url: 'http://east.internal:8080', source: 'operator', mode: 'active', condition: 'ok' },
    ...{ python: health.python, sandbox: health.sandbox, capabilities: expect.any(Array), instances: 3 },
    ...{ calls_in_flight: expect.any(Number), memory_available_bytes: expect.any(Number) },
    disk_free_bytes: expect.any(Number),
    gpus: null,
  };
  expect([status, body]).toEqual([200, added]);
  const listed = await operator.get(path);
  expect(listed.body).toMatchObject({ builders: [{ name: own, source: 'settings' }, added] });
  expect(lines).toEqual([['builder.added', expect.objectContaining({ builder: 'east', url: east.url })]]);
});

test('organizations see no addresses, and no load that others cause', async () => {
  const { operator, org } = await scene();
  await operator.post(path, east);
  const { body, text } = await org.send('GET', '/v1/builders');
  expect(body).toEqual({
    builders: ['builder 1', 'east'].map((name) => ({
      ...{ name, mode: 'active', condition: 'ok', python: health.python, sandbox: health.sandbox },
      capabilities: expect.any(Array),
      gpus: null,
    })),
  });
  expect(text).not.toMatch(new RegExp(`${own}|internal`));
});

test.each<[string, Partial<Health> | Error, string]>([
  ['does not answer', new BuilderError('unreachable', 'The builder does not answer'), 'The builder does not answer'],
  ['has another token', new BuilderError('unauthorized', 'no'), 'It has another BUILDER_TOKEN than the Worker.'],
  [
    'is from another release',
    new BuilderError('contract-mismatch', 'The builder is from another release than the Worker.'),
    'The builder is from another release than the Worker.',
  ],
  ['is something else', new SyntaxError('<html>'), "It doesn't answer like a builder of this release."],
  ['is about to exit', { status: 'stopping' }, 'It is about to exit.'],
  [
    'keeps packages to itself',
    { packages: 'kept' },
    'The builder east keeps packages to itself: start it with BUILDER_PACKAGES=stored.',
  ],
])('a builder that %s is not added', async (_, answer, reason) => {
  const { operator } = await scene(() => answer);
  const { status, body } = await operator.post(path, east);
  expect([status, body]).toMatchObject([422, { error: { message: `The builder east was not added. ${reason}` } }]);
  expect((await operator.get(path)).text).not.toContain('east');
});

test('no builder is added beside one that keeps packages to itself', async () => {
  const { deps } = testApp();
  const reports = async () =>
    (await deps.builder.reports())?.map((one) => ({
      ...one,
      health: one.health && { ...one.health, packages: 'kept' as const },
    })) ?? null;
  const { operator } = await scene(() => ({}), { builder: { ...deps.builder, reports } });
  const { status, text } = await operator.post(path, east);
  expect([status, text]).toEqual([422, expect.stringContaining(`The builder ${own} keeps packages to itself`)]);
});

test.each([
  'ftp://east.internal',
  'http://east.internal/path',
  'http://user:secret@east.internal',
  'http://east.internal?token=secret',
  'east.internal:8080',
])('the URL %s is refused without a request', async (url) => {
  const { operator } = await scene(() => expect.fail('must not be asked'));
  const { status, text } = await operator.post(path, { name: 'east', url });
  expect([status, text.includes('without a path')]).toEqual([422, true]);
  expect(text).not.toContain('secret');
});

test.each([
  [{ ...east, url: 'http://west.internal' }, 'A builder named east already exists'],
  [{ ...east, name: 'west' }, 'The builder at http://east.internal:8080 is already listed as east'],
  [{ name: 'west', url: `${env.BUILDER_URL}/` }, `The builder at ${env.BUILDER_URL} is already listed as ${own}`],
])('a taken name or URL is refused: %o', async (given, message) => {
  const { operator } = await scene();
  await operator.post(path, east);
  expect(await operator.post(path, given)).toMatchObject({ status: 409, body: { error: { message } } });
});

test('one of many requests for the same name adds the builder, and the number of builders is limited', async () => {
  const { operator } = await scene();
  const urls = Array.from({ length: 4 }, (_, at) => `http://b${at}.internal`);
  const answers = await Promise.all(urls.map((url) => operator.post(path, { name: 'east', url })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
  const rest = Array.from({ length: builderListLimits.addedMax - 1 }, (_, at) => ({
    ...{ name: `more-${at}`, url: `http://more-${at}.internal` },
    ...{ source: 'operator' as const, addedAt: 1 },
  }));
  for (const row of rest) await database(env.DIRECTORY).insert(builders).values(row);
  const over = await operator.post(path, { name: 'over', url: 'http://over.internal' });
  expect([over.status, over.text]).toEqual([409, expect.stringContaining('has 32 of 32 added builders')]);
});

test('a builder is drained and resumed, but never the last one that is active', async () => {
  const { operator, lines } = await scene();
  const change = async (name: string, mode: string) => {
    const { status, body } = await operator.send('PATCH', `${path}/${encodeURIComponent(name)}`, { body: { mode } });
    return status === 200 ? Object(body).mode : status;
  };
  expect(await change(own, 'draining')).toBe(409);
  await operator.post(path, east);
  expect([await change('east', 'draining'), await change('east', 'draining')]).toEqual(['draining', 'draining']);
  expect(await change(own, 'draining')).toBe(409);
  expect(await change('east', 'active')).toBe('active');
  const both = await Promise.all([change(own, 'draining'), change('east', 'draining')]);
  expect(both.sort()).toEqual([409, 'draining']);
  expect(lines.map(([event]) => event).filter((event) => event !== 'builder.added')).toEqual([
    ...['builder.changed', 'builder.changed', 'builder.changed'],
  ]);
  expect(await change('absent', 'active')).toBe(404);
});

test('a lost builder does not count as active', async () => {
  const { operator } = await scene();
  await operator.post(path, east);
  await database(env.DIRECTORY).update(builders).set({ lostAt: 1 });
  expect((await operator.get(path)).text).toContain('"condition":"lost"');
  const drained = await operator.send('PATCH', `${path}/${encodeURIComponent(own)}`, { body: { mode: 'draining' } });
  expect(drained.status).toBe(409);
});

test.each<[string, Partial<Health> | Error, string, number]>([
  ['that has no instances', { instances: 0 }, '', 200],
  ['that has instances', { instances: 2 }, '', 409],
  ['that has instances, with force', { instances: 2 }, '?force=true', 200],
  ['that does not answer', new BuilderError('unreachable', 'gone'), '', 409],
])('a builder %s is removed, or kept: %o %s', async (_, answer, query, status) => {
  let current: Partial<Health> | Error = {};
  const { operator } = await scene(() => current);
  await operator.post(path, east);
  current = answer;
  const removed = await operator.send('DELETE', `${path}/east${query}`);
  expect(removed.status).toBe(status);
  if (status === 409) expect(removed.text).toContain('repeat this with `--force` (in the API, `?force=true`)');
  expect((await operator.get(path)).text.includes('"east"')).toBe(status !== 200);
});

test('a lost builder is removed, but none of the settings', async () => {
  let current: Partial<Health> | Error = {};
  const { operator } = await scene(() => current);
  await operator.post(path, east);
  await database(env.DIRECTORY).update(builders).set({ lostAt: 1 });
  current = new BuilderError('unreachable', 'gone');
  expect((await operator.send('DELETE', `${path}/east`)).status).toBe(200);
  const refused = await operator.send('DELETE', `${path}/${encodeURIComponent(own)}?force=true`);
  expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('remove it from BUILDER_URLS')]);
});

test('an installation with containers has no builders', async () => {
  const unasked = () => Promise.reject(new Error('no container may be asked'));
  const builder = builderByContainers(containersAnswering(unasked), unasked);
  const { operator, org } = await scene(undefined, { builder, askBuilder: null });
  expect((await operator.get(path)).body).toEqual({ builders: [] });
  expect((await org.send('GET', '/v1/builders')).body).toEqual({ builders: [] });
  expect((await operator.post(path, east)).status).toBe(409);
  expect((await operator.send('DELETE', `${path}/east`)).status).toBe(404);
});
