// Tests responses for a Go plugin before its first version can take calls, and after a failed install (D64).
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { goSurfaces } from '../../../src/contract/plugin/go-kinds.ts';
import { uploads } from '../../../src/db/schema/registry.ts';
import { testApp } from '../../support/deps.ts';
import { goDeployment, goInstall, goOrigin, goPlugin } from '../../support/plugins/go-plugins.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';

const { fetch, deps } = testApp();
const { db } = deps;

const surfaces = [
  ['pipeline', '/api/plugins'],
  ['storage', '/api/storage-plugins'],
] as const;

const call = { method: 'health', params: {} };
const retryAfter = '5';

/** All requests that name a plugin, except its GET, PUT and DELETE. */
const uses = [
  ['POST', '/call'],
  ['GET', '/logs'],
  ['GET', '/artifact'],
  ['GET', '/versions'],
  ['GET', '/diff?v1=v1&v2=v2'],
  ['POST', '/rollback'],
  ['GET', '/traffic'],
] as const;

interface Use {
  kind: 'pipeline' | 'storage';
  name: string;
}

/** Sends a request to the kind's own path, or to the one that all kinds have. */
async function use(org: Organization, { kind, name }: Use, method: string, route: string) {
  if (route === '/call') return org.post(`${goSurfaces[kind]}/${name}/call`, call);
  if (route === '/logs' || route === '/artifact') return org.get(`${goSurfaces[kind]}/${name}${route}`);
  const [path = '', query = ''] = `${org.plugins}/by-name/${name}${route}`.split('?');
  return method === 'POST' ? org.post(path, { kind }) : org.get(`${path}?kind=${kind}&${query}`);
}

async function reject(org: Organization, name: string): Promise<void> {
  const refusal = { code: 'compile-failed', message: 'plugin.go:3:1: undefined: oops' };
  const ended = { status: 'rejected', leaseToken: null, leaseUntil: null, refusal } as const;
  await db.update(uploads).set(ended).where(eq(uploads.name, name));
  expect((await org.get(`/api/plugins/${name}`)).status).toBe(200);
}

describe.each(surfaces)('a %s plugin', (kind, path) => {
  test('a plugin of each kind is building while its first install is in progress', async () => {
    const org = await organization({ fetch });
    await goInstall(org, kind, 'first');
    expect((await org.get(`${path}/first`)).body).toMatchObject({ status: 'building', loaded: false });
    expect((await org.get(path)).body).toMatchObject([{ name: 'first', status: 'building' }]);
  });

  test.each(uses)(
    'a call to a plugin during its first install, %s %s, returns 409 with Retry-After',
    async (...request) => {
      const org = await organization({ fetch });
      await goInstall(org, kind, 'first');
      const answer = await use(org, { kind, name: 'first' }, ...request);
      expect([answer.status, answer.headers.get('retry-after'), Object(answer.body).error]).toEqual([
        409,
        retryAfter,
        {
          type: 'PluginBuildingError',
          message: 'Plugin first is still being installed',
          details: { resource: 'plugin', id: 'first', retry_after_seconds: 5 },
          hint: 'Retry after the number of seconds in `Retry-After`.',
        },
      ]);
    },
  );
});

test('a second install of the same name during an install returns 409 with Retry-After', {
  tags: ['git'],
}, async () => {
  const org = await organization({ fetch });
  await goInstall(org, 'pipeline', 'first');
  const request = { name: 'first', repository: 'https://git.example.com/first.git', version: 'v1' };
  const { status, headers, body } = await org.post('/api/plugins', request);
  expect([status, headers.get('retry-after'), Object(body).error.message]).toEqual([
    409,
    retryAfter,
    'Plugin first is already being installed',
  ]);
});

test('an install in progress is invisible to the other plugin kind and to other organizations', async () => {
  const org = await organization({ fetch });
  await goInstall(org, 'pipeline', 'first');
  const other = await organization({ fetch });
  expect((await org.post('/api/storage-plugins/first/call', call)).status).toBe(404);
  expect((await other.post('/api/plugins/first/call', call)).status).toBe(404);
});

test.each(uses)('a plugin whose install failed returns the cause for %s %s', async (...request) => {
  const org = await organization({ fetch });
  await goInstall(org, 'pipeline', 'broken');
  await reject(org, 'broken');
  const answer = await use(org, { kind: 'pipeline', name: 'broken' }, ...request);
  expect([answer.status, Object(answer.body).error.type, Object(answer.body).error.message]).toEqual([
    400,
    'PluginNotDeployedError',
    'Plugin broken could not be installed: plugin.go:3:1: undefined: oops',
  ]);
});

test.each(['queued', 'claimed', 'building', 'starting', 'verifying', 'ready'] as const)(
  'a published plugin whose deployment is %s is building, and a call returns 409 with Retry-After',
  async (state) => {
    const org = await organization({ fetch });
    const name = `upper-${state}`;
    await goPlugin(org, 'pipeline', name);
    await goDeployment(org, name, state);
    expect((await org.get(`/api/plugins/${name}`)).body).toMatchObject({ status: 'building', loaded: false });
    const answer = await org.post(`/api/plugins/${name}/call`, call);
    expect([answer.status, answer.headers.get('retry-after'), Object(answer.body).error.message]).toEqual([
      409,
      retryAfter,
      `Plugin ${name} is still being deployed`,
    ]);
  },
);

test('a published plugin without a requested deployment is building', async () => {
  const org = await organization({ fetch });
  await goPlugin(org, 'pipeline', 'published');
  expect((await org.get('/api/plugins/published')).body).toMatchObject({ status: 'building' });
  expect((await org.post('/api/plugins/published/call', call)).status).toBe(409);
});

test.each([
  ['failed', 'start-failed', 'exit code 2', 'Its newest deployment failed: exit code 2'],
  [
    'cancelled',
    'not-deployed',
    'The plugin has no live version: its newest deployment is cancelled. Install it again, or roll it back.',
    'Its newest deployment was cancelled.',
  ],
] as const)(
  'a plugin whose deployment is %s is in error, and calls return the error',
  async (state, code, message, cause) => {
    const org = await organization({ fetch });
    const name = `upper-${state}`;
    await goPlugin(org, 'pipeline', name);
    await goDeployment(org, name, state);
    const { body } = await org.get(`/api/plugins/${name}`);
    expect(body).toMatchObject({ status: 'error', error_code: code, error_message: message });
    const answer = await org.post(`/api/plugins/${name}/call`, call);
    expect([answer.status, Object(answer.body).error.message]).toEqual([
      400,
      `Plugin ${name} is not deployed. ${cause}`,
    ]);
  },
);

test('a plugin with a live version is active, building during an update, and active with the error after a failed update', async () => {
  const org = await organization({ fetch });
  await goPlugin(org, 'pipeline', 'served');
  await goDeployment(org, 'served', 'promoted');
  const read = async () => (await org.get('/api/plugins/served')).body;
  expect(await read()).toMatchObject({ status: 'active', version: goOrigin.ref });
  await goInstall(org, 'pipeline', 'served');
  expect(await read()).toMatchObject({ status: 'building', version: goOrigin.ref });
  await reject(org, 'served');
  expect(await read()).toMatchObject({
    status: 'active',
    version: goOrigin.ref,
    error_code: 'compile-failed',
    error_message: `The update to ${goOrigin.ref} failed: plugin.go:3:1: undefined: oops`,
  });
});

test('an update during an install waits for it; a second update returns 409 with Retry-After', {
  tags: ['git'],
}, async () => {
  const org = await organization({ fetch });
  await goInstall(org, 'pipeline', 'first');
  const update = (version: string) =>
    org.send('PUT', '/api/plugins/first', { body: { version }, headers: { prefer: 'wait=0' } });
  const waiting = await update('v1.3.0');
  expect([waiting.status, waiting.body]).toMatchObject([200, { status: 'building', version: 'v1.3.0' }]);
  const refused = await update('v1.4.0');
  expect([refused.status, refused.headers.get('retry-after'), Object(refused.body).error.message]).toEqual([
    409,
    retryAfter,
    'Plugin first is already being updated',
  ]);
  expect((await org.get('/api/plugins/first')).body).toMatchObject({ status: 'building', version: 'v1.3.0' });
});

test('an update during an install whose name depends on its source returns 409 with Retry-After', async () => {
  const org = await organization({ fetch });
  await goInstall(org, 'pipeline', 'unnamed');
  await db
    .update(uploads)
    .set({ source: { ...goOrigin, commit: null, named: false } })
    .where(eq(uploads.name, 'unnamed'));
  const { status, headers } = await org.put('/api/plugins/unnamed', { version: 'v1.3.0' });
  expect([status, headers.get('retry-after')]).toEqual([409, retryAfter]);
});

test('DELETE ends a failed install, and an install in progress together with its waiting update', async () => {
  const org = await organization({ fetch });
  await goInstall(org, 'pipeline', 'first');
  await org.send('PUT', '/api/plugins/first', { body: { version: 'v1.3.0' }, headers: { prefer: 'wait=0' } });
  expect((await org.del('/api/plugins/first')).status).toBe(204);
  expect((await org.get('/api/plugins/first')).status).toBe(404);
  await goInstall(org, 'pipeline', 'second');
  await reject(org, 'second');
  expect((await org.del('/api/plugins/second')).status).toBe(204);
  expect((await org.post('/api/plugins/second/call', call)).status).toBe(404);
});
