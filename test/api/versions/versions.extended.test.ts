// Tests plugins by name over HTTP: requests that are refused, the scopes they need, and their round trips.
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { database } from '../../../src/db/client.ts';
import { countedD1 } from '../../support/database/round-trips.ts';
import { testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { clientWithKey, organization } from '../../support/scenes/organization.ts';
import { time, two } from './two-versions.ts';

/** For requests that are refused, or only read. Rolling it back is the only change. */
const shared = await two();

describe('GET …/versions', () => {
  test("a plugin's version list shows when an undeployed version was last deployed", async () => {
    const org = await two();
    await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);
    await org.post(`${org.plugins}/hello_ext_1_0_0/undeploy`);
    const { body } = await org.get(`${org.byName}/versions`);
    expect(Object(body).results[1]).toMatchObject({ deployed: false, deployed_at: null, last_deployed_at: time });
  });
});

describe('POST …/rollback', () => {
  test.each([undefined, null, {}, { version: null }])(
    'a rollback with body %j restores the previously active version while none was promoted',
    async (body) => {
      const org = await two();
      expect((await org.post(`${org.byName}/rollback`, body)).body).toMatchObject({ version: '1.0.0' });
    },
  );

  test('a rollback of a plugin with a live version moves traffic', async () => {
    const org = await two();
    await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);
    await org.post(`${org.plugins}/hello_ext_1_0_1/deploy`);
    const { body } = await org.post(`${org.byName}/rollback`, { version: 'v1.0' });
    expect(body).toMatchObject({
      version: '1.0.0',
      traffic: 'serving',
      message: 'hello_ext@1.0.0 is the active version; it serves the name',
    });
  });

  test.each<[path: string, body: unknown, status: number, detail: unknown]>([
    ['hello_ext', { version: '9.9.9' }, 404, 'Plugin not found: hello_ext_9_9_9'],
    ['nobody', { version: '1.0.0' }, 404, 'Plugin not found: nobody'],
    ['nobody', undefined, 404, 'Plugin not found: nobody'],
    [
      'hello_ext',
      { version: 'latest' },
      422,
      [{ loc: ['body', 'version'], msg: 'must be three numbers, such as 1.0.0', type: 'custom' }],
    ],
    ['hello_ext', { message: 'x'.repeat(2001) }, 422, [expect.objectContaining({ loc: ['body', 'message'] })]],
  ])('a rollback rejects %s %j', async (name, body, status, detail) => {
    const org = shared;
    expect(await org.post(`${org.plugins}/by-name/${name}/rollback`, body)).toMatchObject({ status, body: { detail } });
  });
});

describe('GET …/diff', () => {
  test.each<[query: string, status: number, detail: unknown]>([
    ['?v1=1.0.0', 422, [{ loc: ['query', 'v2'], msg: 'Field required', type: 'missing' }]],
    ['?v1=1.0.0&v2=two', 422, [expect.objectContaining({ loc: ['query', 'v2'] })]],
    ['?v1=1.0.0&v2=9.9.9', 404, 'Plugin not found: hello_ext_9_9_9'],
  ])('a diff rejects %s', async (query, status, detail) => {
    const org = shared;
    expect(await org.get(`${org.byName}/diff${query}`)).toMatchObject({ status, body: { detail } });
  });
});

describe('scopes', () => {
  test.each<[method: string, path: string, scope: 'plugins:read' | 'plugins:deploy' | 'plugins:invoke']>([
    ['GET', '/by-name/hello_ext/versions', 'plugins:read'],
    ['GET', '/by-name/hello_ext/diff?v1=1.0.0&v2=1.0.1', 'plugins:read'],
    ['POST', '/by-name/hello_ext/rollback', 'plugins:deploy'],
    ['POST', '/by-name/hello_ext/realtime', 'plugins:invoke'],
    ['POST', '/by-name/hello_ext/realtime/test', 'plugins:invoke'],
    ['GET', '/hello_ext_1_0_0/source', 'plugins:read'],
    ['GET', '/hello_ext_1_0_0/download', 'plugins:read'],
  ])('the request %s %s needs %s', async (method, path, scope) => {
    const org = shared;
    const others = (['plugins:read', 'plugins:write', 'plugins:deploy', 'plugins:invoke'] as const).filter(
      (s) => s !== scope,
    );
    const without = await clientWithKey(org, { scopes: others });
    expect(await without.send(method, org.plugins + path)).toMatchObject({
      status: 403,
      body: { error: { details: { required_scope: scope } } },
    });
    const having = await clientWithKey(org, { scopes: [scope] });
    const allowed = path.includes('realtime') ? 400 : 200;
    expect((await having.send(method, org.plugins + path)).status).toBe(allowed);
  });
});

describe('D1 round trips with a cached key', async () => {
  const counted = countedD1(env.DB);
  const { fetch, settled } = testApp({ db: database(counted.db) });
  const org = await organization({ fetch });
  for (const version of ['1.0.0', '1.0.1']) await publish(org, plugin({ version }));
  await settled();

  test.each<[method: string, path: string, trips: number]>([
    ['GET', '/by-name/hello_ext/versions', 1],
    ['GET', '/by-name/hello_ext/diff?v1=1.0.0&v2=1.0.1', 1],
    ['GET', '/hello_ext_1_0_0/source', 1],
    ['GET', '/hello_ext_1_0_0/download', 1],
    ['GET', '/hello_ext_1_0_0?return_presigned_urls=true', 1],
    ['POST', '/by-name/hello_ext/rollback', 3],
  ])(
    'the request %s %s takes its listed number of D1 round trips with a cached key: %i',
    async (method, path, trips) => {
      await org.get(org.plugins);
      await settled();
      const made = await counted.during(() => org.send(method, org.plugins + path));
      expect(made).toBe(trips);
      await settled();
    },
  );
});
