// Tests API keys that are limited to a path: what they reach, who can create them, and that no other way of using a key avoids the limit.
import { describe, expect, test } from 'vitest';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { eventsOf } from '../../support/events.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { namespaceIn } from '../../support/scenes/organization.ts';
import { acme, app, clientIn, createdModel } from './limited-keys.ts';

const echo = `class EchoInferenceService:
    async def run_inference(self, inputs, parameters):
        return inputs
`;

/** An organization with the plugin `hello_ext`, and a key that is limited to the plugin's version. */
async function limited() {
  const { create, org } = await acme();
  await publish(org, plugin({ files: { 'realtime.py': echo } }));
  const path = `${org.plugins}/hello_ext_1_0_0`;
  const answer = await create({ path });
  return { create, org, path, key: createdModel.parse(answer.body), client: clientIn(answer) };
}

/** For the requests that are refused, which change nothing. */
const shared = await limited();

const refused = (path: string) => ({
  status: 403,
  body: { detail: `This key works only for ${path} and what is below it.` },
});

describe('a key that is limited to a path', () => {
  test('reaches the path and what is below it', async () => {
    const { client, path } = shared;
    for (const reached of [path, `${path}?fields=name`, `${path}/deployments`])
      expect([reached, (await client.get(reached)).status]).toEqual([reached, 200]);
    expect(await client.get(`${path}/nothing/here`)).toMatchObject({ status: 404 });
  });

  test.each<[what: string, beside: (path: string) => string]>([
    ['a sibling with the same prefix', (path) => `${path}2`],
    ['the parent', (path) => path.replace(/\/[^/]+$/, '')],
    ['the parent, by dots', (path) => `${path}/..`],
    ['the parent, by encoded dots', (path) => `${path}/%2e%2e/hello_ext`],
    ['the parent, by an encoded slash', (path) => `${path}/..%2Fhello_ext`],
    ['an encoded letter', (path) => path.replace('hello', '%68ello')],
    ['an encoded percent sign', (path) => path.replace('hello', '%2568ello')],
    ['an encoded slash', (path) => path.replace('/hello', '%2Fhello')],
    ['an encoded letter below it', (path) => `${path}/%64eployments`],
    ['a doubled slash', (path) => path.replace('/plugins', '//plugins')],
    ['other letters', (path) => path.replace('hello', 'HELLO')],
    ['its own key', () => '/v1/keys/self'],
    ['the keys', () => '/v1/keys'],
    ['the session', () => '/v1/session'],
    ['the events', () => '/v1/events'],
    ['later calls', () => '/v1/calls'],
    ['a path that does not exist', () => '/v1/nothing/here'],
    ['another surface', () => '/api/plugins'],
  ])('is refused at %s', async (_what, beside) => {
    const { client, path } = shared;
    expect(await client.get(beside(path))).toMatchObject(refused(path));
  });

  test('reaches nothing at its path after a doubled slash, which is no path of the API', async () => {
    const { client, path } = shared;
    expect((await client.get(`/${path}`)).status).toBe(404);
  });

  test('is refused at the same path of another namespace', async () => {
    const { client, org, path } = shared;
    const elsewhere = path.replace(org.namespaceId, await namespaceIn(org, 'elsewhere'));
    expect(await client.get(elsewhere)).toMatchObject(refused(path));
  });

  test('opens neither a browser session nor a sign-in link', async () => {
    const { client, path } = shared;
    for (const way of ['/v1/session', '/v1/session/links'])
      expect(await client.send('POST', way, { body: {} })).toMatchObject(refused(path));
  });

  test('creates no keys, not even with the scope', async () => {
    const { client, create, path } = shared;
    expect(await create({ path }, client)).toMatchObject(refused(path));
  });

  test('is refused before the body is read', async () => {
    const { client, org, path } = shared;
    const headers = { 'content-type': 'application/json' };
    expect(await client.send('POST', `${org.plugins}/uploads`, { raw: '{', headers })).toMatchObject(refused(path));
  });

  test('still needs the scopes', async () => {
    const { create, path } = await limited();
    const invoker = clientIn(await create({ path, scopes: ['plugins:invoke'] }));
    expect(await invoker.get(path)).toMatchObject({
      status: 403,
      body: { detail: 'This key lacks the scope plugins:read' },
    });
  });

  test('calls only the plugin of its path, also where the key and both routes are cached', async () => {
    const { create, org, path } = await limited();
    const { body } = await org.post(`${path}/deploy`);
    await advanceDeployment(app.deps, Object(body).deployment_id);
    const named = `${org.plugins}/by-name/hello_ext`;
    const client = clientIn(await create({ path: named }));
    const call = { inputs: { n: 1 } };
    for (const _ of [1, 2]) {
      expect((await org.post(`${path}/realtime/test`, call)).status).toBe(200);
      expect((await client.post(`${named}/realtime`, call)).status).toBe(200);
      expect(await client.post(`${path}/realtime/test`, call)).toMatchObject(refused(named));
    }
  });

  test('keeps the path when it is rotated; both secrets are limited to it', async () => {
    const { client, key, org, path } = await limited();
    const rotated = await org.post(`/v1/keys/${key.key_id}/rotate`, { overlap_seconds: 60 });
    expect(rotated.body).toMatchObject({ path });
    for (const one of [client, clientIn(rotated)]) {
      expect((await one.get(path)).status).toBe(200);
      expect(await one.get('/v1/keys/self')).toMatchObject(refused(path));
    }
  });

  test('is shown with its path, and is revoked like others', async () => {
    const { client, key, org, path } = await limited();
    const own = `/v1/keys/${key.key_id}`;
    const shown = { key_id: key.key_id, path, namespace_ids: [org.namespaceId] };
    expect((await org.get(own)).body).toMatchObject(shown);
    expect(Object((await org.get('/v1/keys')).body).results).toContainEqual(expect.objectContaining(shown));
    expect((await org.del(own)).body).toMatchObject({ ...shown, status: 'revoked' });
    expect((await client.get(path)).status).toBe(401);
  });

  test('does not count as a key that can create keys', async () => {
    const { org } = await limited();
    const { key_id: id } = Object((await org.get('/v1/keys/self')).body);
    expect((await org.del(`/v1/keys/${id}`)).status).toBe(409);
  });

  test('has its path in the event of its creation', async () => {
    const { key, org, path } = await limited();
    const created = (await eventsOf(org)).find(({ subjectId }) => subjectId === key.key_id);
    expect(created).toMatchObject({ type: 'key.created', data: { path, namespace_ids: [org.namespaceId] } });
  });
});
