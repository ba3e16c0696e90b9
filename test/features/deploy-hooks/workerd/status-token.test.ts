// Tests attempts to have a deploy hook's token sent to a host other than its own.
import { eq } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { DeployHookId } from '../../../../src/core/ids.ts';
import { reportPush } from '../../../../src/features/deploy-hooks/report-status.ts';
import { deployHooks, pushes } from '../../../../src/features/deploy-hooks/tables.ts';
import type { Client } from '../../../support/client.ts';
import { clockAt, testApp } from '../../../support/deps.ts';
import { eventsOf } from '../../../support/events.ts';
import { fakeReceiver } from '../../../support/fake-receiver.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { clientWithKey, type Organization, organization } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';
import { deployHook, pushOf, sendTo, type TestHook } from '../scenes/deploy-hooks.ts';

const repository = 'https://git.example.com/acme/plugins.git';
const token = 'ghp_of_an_admin';
const api = 'https://api.git.example.com/v3/';
const evil = 'https://collector.example.net/';

const github = fakeReceiver();
const logged: unknown[] = [];
const clock = clockAt(Date.now());
const app = testApp({
  ...{ clock, queues: losingQueues().queues, fetch: github.fetch, allowLoopback: true },
  log: { info: () => {}, warn: (...all: unknown[]) => logged.push(all), error: () => {} },
});
const { db } = app.deps;
let org: Organization;
let publisher: Client;

beforeAll(async () => {
  org = await organization({ fetch: app.fetch });
  publisher = await clientWithKey(org, { scopes: ['plugins:read', 'plugins:write', 'plugins:deploy'] });
  await publish(org, plugin());
});

beforeEach(() => {
  logged.length = 0;
  github.respondWith(() => new Response('{}', { status: 201 }));
});

const fieldsWith = (given: object = {}) => ({
  ...{ kind: 'extractor', plugin: 'hello_ext', namespace_id: org.namespaceId, provider: 'github', repository },
  ...{ branches: ['main'], status_token: token, status_api_url: api, ...given },
});

/** Sends a push and reports its success. Returns the hosts that the token was sent to. */
async function reported(hook: TestHook) {
  github.calls.length = 0;
  clock.advance(1);
  await sendTo(org, hook, { body: pushOf('github', repository, 'refs/heads/main') });
  const due = { status: 'live' as const, commitHash: '1'.repeat(40), reportAt: clock.now(), endedAt: clock.now() };
  const ended = await db.update(pushes).set(due).where(eq(pushes.hookId, hook.id)).returning({ id: pushes.id });
  for (const { id } of ended) await reportPush(app.deps, id);
  return github.calls.map(({ url, headers }) => [new URL(url).origin, headers.authorization]);
}

async function rowOf(id: DeployHookId) {
  const [row] = await db.select().from(deployHooks).where(eq(deployHooks.id, id));
  if (!row) throw new Error('there is no such hook');
  return row;
}

/** Creates a hook with a token as an admin. */
async function adminHook(given: object = {}) {
  const hook = await deployHook(org, fieldsWith(given));
  return { hook, path: `/v1/deploy-hooks/${hook.id}` };
}

const sentTo = (origin: string, sent = token) => [[origin, `Bearer ${sent}`]];

describe('a key that publishes and deploys', () => {
  test.each<[string, object]>([
    ['the URL', { status_api_url: evil }],
    ['the URL to the default', { status_api_url: null }],
    ['the URL with a token of its own', { status_api_url: evil, status_token: 'ghp_own' }],
    ['the token', { status_token: 'ghp_own' }],
    ['whether there is a token', { status_token: null }],
    ['the URL and other fields', { status_api_url: evil, description: 'x', action: 'redeploy' }],
  ])("a key that publishes and deploys can't change %s of an admin's hook", async (_, change) => {
    const { hook, path } = await adminHook();
    const refused = await publisher.patch(path, change);
    expect([refused.status, refused.body]).toMatchObject([
      403,
      { error: { details: { required_scope: 'webhooks:admin' } } },
    ]);
    expect((await org.get(path)).body).toMatchObject({ status_api_url: api, description: null, action: 'update' });
    const { body } = await publisher.post(`${path}/rotate`, { overlap_seconds: 0 });
    const { secret } = z.object({ secret: z.string() }).parse(body);
    expect(await reported({ ...hook, secret })).toEqual(sentTo('https://api.git.example.com'));
  });

  test("a key that publishes and deploys can change other fields of an admin's hook, which keeps its token", async () => {
    const { hook, path } = await adminHook();
    expect((await publisher.patch(path, { description: 'mine', branches: ['main', 'next'] })).status).toBe(200);
    expect(await reported(hook)).toEqual(sentTo('https://api.git.example.com'));
  });

  test('a key that publishes and deploys can change both fields of its own hook, which then needs a new token', async () => {
    const own = await deployHook(publisher, fieldsWith());
    expect((await publisher.patch(`/v1/deploy-hooks/${own.id}`, { status_api_url: evil })).status).toBe(200);
    expect((await rowOf(own.id)).statusToken).toBeNull();
    expect(await reported(own)).toEqual([]);
  });
});

describe('an admin who changes the URL', () => {
  test.each<[string, string | null]>([
    ['another host', evil],
    ['the default', null],
    ['another port', 'http://127.0.0.1:4001/'],
    ['another path', 'https://api.git.example.com/v4'],
    ['a name that only begins like it', 'https://api.git.example.com.evil.example.net/v3'],
  ])('an admin who changes the URL to %s drops the token', async (_, url) => {
    const { hook, path } = await adminHook();
    const { status, body } = await org.patch(path, { status_api_url: url });
    expect([status, body]).toMatchObject([200, { reports_status: false }]);
    expect(await reported(hook)).toEqual([]);
    const [changed] = (await eventsOf(org)).filter(
      ({ subjectId, type }) => subjectId === hook.id && type === 'deploy_hook.updated',
    );
    expect(changed?.data).toEqual({ fields: ['statusUrl', 'statusToken'] });
  });

  test('an admin who changes the URL from the default drops the token', async () => {
    const { hook, path } = await adminHook({ status_api_url: null });
    expect(await reported(hook)).toEqual(sentTo('https://api.github.com'));
    await org.patch(path, { status_api_url: api });
    expect(await reported(hook)).toEqual([]);
  });

  test.each<[string, string | null, string | null]>([
    ['the same', api, api],
    ['one that differs by its last slash', api, 'https://api.git.example.com/v3'],
    ['the default in words', null, 'https://api.github.com'],
  ])('an admin who changes the URL to %s keeps the token', async (_, from, to) => {
    const { hook, path } = await adminHook({ status_api_url: from });
    expect((await org.patch(path, { status_api_url: to })).body).toMatchObject({ reports_status: true });
    expect(await reported(hook)).toEqual(sentTo(new URL(to ?? '').origin));
  });

  test('an admin who changes the URL with a token in the same request gets the new token sent there', async () => {
    const { hook, path } = await adminHook();
    await org.patch(path, { status_api_url: 'https://ghe.example.org/api/v3', status_token: 'ghp_second' });
    expect(await reported(hook)).toEqual(sentTo('https://ghe.example.org', 'ghp_second'));
  });

  test.each<[string, string]>([
    ['with credentials', 'https://api.git.example.com@collector.example.net/'],
    ['without https', 'http://api.git.example.com/v3/'],
    ['with another port', 'https://api.git.example.com:8443/v3/'],
    ['of a private name', 'https://ghe.internal/api/v3'],
    ['with a query', 'https://collector.example.net/?to='],
    ['with an empty query', 'https://collector.example.net/?'],
    ['with a fragment', 'https://collector.example.net/#'],
  ])('an admin is refused a URL %s, both alone and with a token', async (_, url) => {
    const { hook, path } = await adminHook();
    const answers = [
      await org.patch(path, { status_api_url: url }),
      await org.patch(path, { status_api_url: url, status_token: token }),
      await org.post('/v1/deploy-hooks', { ...fieldsWith(), status_api_url: url }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([422, 422, 422]);
    expect(await reported(hook)).toEqual(sentTo('https://api.git.example.com'));
  });
});

test("a hook can't be moved to another repository, provider or plugin", async () => {
  const { hook, path } = await adminHook();
  const before = await rowOf(hook.id);
  const moved = {
    repository: 'https://github.com/evil/plugins',
    provider: 'gitlab',
    plugin: 'other',
    path: 'x',
    url: evil,
  };
  await org.patch(path, moved);
  expect((await org.put(path, moved)).status).toBe(405);
  expect(await rowOf(hook.id)).toEqual({ ...before, updatedAt: expect.any(Number) });
  expect(await reported(hook)).toEqual(sentTo('https://api.git.example.com'));
});

test('a row moved to another URL or hook makes its token undecryptable', async () => {
  const { hook } = await adminHook();
  const { statusToken } = await rowOf(hook.id);
  const other = await deployHook(org, { ...fieldsWith(), status_token: null });
  const move = (id: DeployHookId, set: object) => db.update(deployHooks).set(set).where(eq(deployHooks.id, id));
  await move(hook.id, { statusUrl: evil });
  await move(other.id, { statusToken });
  expect([...(await reported(hook)), ...(await reported(other))]).toEqual([]);
  expect(JSON.stringify(logged)).toContain('the token was set for another URL');
});

test('a state that a push reaches while the previous state is being reported is reported next', async () => {
  const { hook } = await adminHook();
  await sendTo(org, hook, { body: pushOf('github', repository, 'refs/heads/main') });
  const isPush = eq(pushes.hookId, hook.id);
  const change = (set: Partial<typeof pushes.$inferSelect>) =>
    db
      .update(pushes)
      .set({ ...set, reportAt: clock.now() })
      .where(isPush)
      .returning({ id: pushes.id });
  const [push] = await change({ status: 'deploying', commitHash: '1'.repeat(40) });
  if (!push) throw new Error('there is no push');
  github.calls.length = 0;
  github.respondWith(async (_, nth) => {
    if (nth === 1) await change({ status: 'live', endedAt: clock.now() });
    return new Response('{}', { status: 201 });
  });
  for (let times = 0; times < 3; times++) await reportPush(app.deps, push.id);
  expect(github.calls.map(({ body }) => JSON.parse(body).state)).toEqual(['pending', 'success']);
});

test('a redirect response does not receive the token', async () => {
  const { hook } = await adminHook();
  github.respondWith(() => new Response(null, { status: 307, headers: { location: evil } }));
  expect(await reported(hook)).toEqual(sentTo('https://api.git.example.com'));
  expect(github.calls.map(({ redirect }) => redirect)).toEqual(['manual']);
  expect(JSON.stringify(logged)).toContain('responded with 307');
});

test('a deleted hook has no token, and does not report a deployment that ends later', async () => {
  const { hook, path } = await adminHook();
  await reported(hook);
  await org.del(path);
  expect((await rowOf(hook.id)).statusToken).toBeNull();
  expect(await reported(hook)).toEqual([]);
});

test('responses, events and log lines never contain the token', async () => {
  const { hook, path } = await adminHook();
  github.respondWith(() => new Response('no', { status: 500 }));
  await reported(hook);
  const texts = [
    await org.patch(path, { description: 'x' }),
    await org.get(path),
    await org.get('/v1/deploy-hooks'),
    await org.post(`${path}/rotate`, {}),
  ].map(({ text }) => text);
  expect([...texts, JSON.stringify(logged), JSON.stringify(await eventsOf(org))].join('\n')).not.toContain(token);
});

test.each([
  'https://git.example.com/acme/...git',
  'https://git.example.com/acme/..git',
  'https://git.example.com/acme/.git',
])("the repository name can't lead to another API path: %s", async (named) => {
  const { hook } = await adminHook();
  await db.update(deployHooks).set({ repository: named }).where(eq(deployHooks.id, hook.id));
  expect(await reported(hook)).toEqual([]);
});
