// Tests access to deploy hooks, by plugin kind.
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { clientOf } from '../../../support/client.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { clientWithKey, namespaceIn, type Organization, organization } from '../../../support/scenes/organization.ts';
import { deployHook, pushOf, sendTo, type TestHook } from '../scenes/deploy-hooks.ts';

let org: Organization;
let hook: TestHook;

const fields = (given: object = {}) => ({
  ...{ kind: 'extractor', plugin: 'hello_ext', namespace_id: org.namespaceId, provider: 'github' },
  ...{ repository: 'https://github.com/acme/plugins', ...given },
});

beforeAll(async () => {
  org = await organization();
  await publish(org, plugin());
  hook = await deployHook(org, fields());
});

/** Creates a client with a new key of the organization. */
async function keyWith(scopes: string[]) {
  const { body } = await org.post('/v1/keys', { name: 'limited', scopes });
  const { api_key } = z.object({ api_key: z.string() }).parse(body);
  return clientOf(`Bearer ${api_key}`, org.fetch);
}

test("another organization can neither find nor change a hook, nor create one for a plugin that it doesn't own", async () => {
  const other = await organization();
  const path = `/v1/deploy-hooks/${hook.id}`;
  const answers = [
    await other.get(path),
    await other.patch(path, { status: 'disabled' }),
    await other.post(`${path}/rotate`, {}),
    await other.post(`${path}/test`, { ref: 'main' }),
    await other.get(`${path}/deliveries`),
    await other.del(path),
    await other.post('/v1/deploy-hooks', fields()),
  ];
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
  expect((await other.get('/v1/deploy-hooks')).body).toMatchObject({ results: [] });
  expect((await org.get(path)).body).toMatchObject({ status: 'enabled', previous_secret_until: null });
});

describe('a key without plugins:write', () => {
  test('a key without plugins:write creates hooks that redeploy, but none that publish', async () => {
    const deployer = await keyWith(['plugins:deploy']);
    expect((await deployer.post('/v1/deploy-hooks', fields())).status).toBe(403);
    expect((await deployer.post('/v1/deploy-hooks', fields({ action: 'redeploy' }))).status).toBe(200);
  });

  test('a key without plugins:write cannot make a redeploying hook publish', async () => {
    const deployer = await keyWith(['plugins:deploy']);
    const redeploying = await deployHook(org, fields({ action: 'redeploy' }));
    const path = `/v1/deploy-hooks/${redeploying.id}`;
    expect((await deployer.patch(path, { action: 'update' })).status).toBe(403);
    expect((await org.get(path)).body).toMatchObject({ action: 'redeploy' });
  });
});

test.each(['update', 'publish'])(
  'a key without plugins:write does not get the secret of a hook with %s',
  async (action) => {
    const deployer = await keyWith(['plugins:deploy']);
    const publishing = await deployHook(org, fields({ action }));
    expect((await deployer.post(`/v1/deploy-hooks/${publishing.id}/rotate`, {})).status).toBe(403);
    const push = { body: pushOf('github', 'https://github.com/acme/plugins', 'refs/heads/main') };
    expect((await sendTo(org, publishing, push)).status).toBe(202);
  },
);

test('a key without plugins:write rotates the secret of a redeploying hook', async () => {
  const deployer = await keyWith(['plugins:deploy']);
  const redeploying = await deployHook(org, fields({ action: 'redeploy' }));
  expect((await deployer.post(`/v1/deploy-hooks/${redeploying.id}/rotate`, {})).status).toBe(200);
});

test('a key of one namespace can neither create, see nor change hooks for plugins in another', async () => {
  const bound = await clientWithKey(org, { namespaceIds: [await namespaceIn(org, 'elsewhere')] });
  const path = `/v1/deploy-hooks/${hook.id}`;
  const before = (await org.get('/v1/deploy-hooks')).body;
  const answers = [
    await bound.post('/v1/deploy-hooks', fields()),
    await bound.get(path),
    await bound.patch(path, { description: 'x' }),
    await bound.post(`${path}/rotate`, {}),
    await bound.del(path),
  ];
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
  expect((await bound.get('/v1/deploy-hooks')).body).toMatchObject({ results: [] });
  expect((await bound.post('/v1/deploy-hooks', fields({ namespace_id: null, action: 'publish' }))).status).toBe(403);
  expect((await org.get('/v1/deploy-hooks')).body).toEqual(before);
});

describe('an action that a hook cannot perform is refused both when the hook is created and when it is changed:', () => {
  const ofOrganization = "An organization's plugin is deployed in the namespaces that enable it. Use `publish`.";
  const toGitHub = 'States are reported to GitHub only. Leave out `status_token`.';

  const shared = { plugin: 'shared_ext', namespace_id: null };
  beforeAll(() => publish({ ...org, plugins: '/v1/plugins' }, plugin({ name: 'shared_ext' })));

  test.each<[string, object, object, string]>([
    ['to deploy a plugin of the organization', shared, { action: 'update' }, ofOrganization],
    ['to redeploy a plugin of the organization', shared, { action: 'redeploy' }, ofOrganization],
    ['to report states to GitLab', { provider: 'gitlab' }, { status_token: 'token' }, toGitHub],
    ['to report states to Gitea', { provider: 'gitea' }, { status_token: 'token' }, toGitHub],
    ['to report states of a generic provider', { provider: 'generic' }, { status_token: 'token' }, toGitHub],
  ])('%s', async (_, target, change, message) => {
    const suitable = await deployHook(org, fields({ ...target, action: 'publish' }));
    const path = `/v1/deploy-hooks/${suitable.id}`;
    const before = (await org.get(path)).body;
    for (const answer of [
      await org.post('/v1/deploy-hooks', fields({ action: 'publish', ...target, ...change })),
      await org.patch(path, change),
    ])
      expect([answer.status, answer.text]).toEqual([422, expect.stringContaining(message)]);
    expect((await org.get(path)).body).toEqual(before);
  });
});

test('a key without plugins:deploy has no hooks', async () => {
  const writer = await keyWith(['plugins:read', 'plugins:write']);
  expect((await writer.get('/v1/deploy-hooks')).status).toBe(403);
  expect((await writer.post('/v1/deploy-hooks', fields())).status).toBe(403);
});
