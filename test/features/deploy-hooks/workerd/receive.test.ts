// Tests a deploy hook's responses to requests from providers, and from anyone else. The fixtures follow the providers' documentation.
import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { HookProvider } from '../../../../src/contract/features/deploy-hooks/states.ts';
import { deployHooks, pushes } from '../../../../src/features/deploy-hooks/tables.ts';
import { features } from '../../../../src/features.ts';
import { type Answer, clientOf } from '../../../support/client.ts';
import { clockAt, type TestApp, testApp } from '../../../support/deps.ts';
import { eventsOf } from '../../../support/events.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';
import { deployHook, type HookRequest, pushOf, sendTo, type TestHook } from '../scenes/deploy-hooks.ts';

const fixtureModel = z.object({ headers: z.record(z.string(), z.string()), body: z.unknown() });
const fixtures: Record<string, string> = import.meta.glob('../fixtures/*.json', {
  query: '?raw',
  import: 'default',
  eager: true,
});

function fixture(name: string): { headers: Record<string, string>; body: string } {
  const { headers, body } = fixtureModel.parse(JSON.parse(fixtures[`../fixtures/${name}.json`] ?? ''));
  return { headers, body: JSON.stringify(body) };
}

const repositories: Record<HookProvider, string> = {
  github: 'https://github.com/Acme/plugins',
  gitlab: 'https://gitlab.com/acme/plugins.git',
  gitea: 'https://gitea.com/acme/plugins.git/',
  generic: 'https://git.example.com/acme/plugins.git',
};

const { queues, sent } = losingQueues();
const clock = clockAt(Date.now());
/** How often features were told of new events. */
let announced = 0;
const listener = { eventsRecorded: () => void announced++ };
let app: TestApp;
let org: Organization;
const hooks: Partial<Record<HookProvider, TestHook>> = {};

function hookOf(provider: HookProvider): TestHook {
  const hook = hooks[provider];
  if (!hook) throw new Error('no hook');
  return hook;
}

function hookFields(provider: HookProvider, more: object = {}) {
  const target = { kind: 'extractor', plugin: 'hello_ext', namespace_id: org.namespaceId };
  return { ...target, provider, repository: repositories[provider], branches: ['main'], tags: ['v*'], ...more };
}

beforeAll(async () => {
  app = testApp({ queues, clock, features: [...features, listener] });
  org = await organization({ fetch: app.fetch });
  await publish(org, plugin());
  for (const provider of ['github', 'gitlab', 'gitea', 'generic'] as const)
    hooks[provider] = await deployHook(org, hookFields(provider));
});

function send(provider: HookProvider, request: HookRequest): Promise<Answer> {
  return sendTo(org, hookOf(provider), { sentAt: clock.now(), ...request });
}

function pushTo(provider: HookProvider, more: Partial<HookRequest> = {}): Promise<Answer> {
  return send(provider, { body: pushOf(provider, repositories[provider], 'refs/heads/main'), ...more });
}

function stored(hook: TestHook) {
  return app.deps.db.select().from(pushes).where(eq(pushes.hookId, hook.id));
}

describe("a provider's request", () => {
  test.each<[string, HookProvider, string, string | null, string | null]>([
    ['github-push', 'github', 'queued', null, 'refs/heads/main'],
    ['github-tag', 'github', 'queued', null, 'refs/tags/v1.2.0'],
    ['github-branch-deletion', 'github', 'ignored', 'deleted-ref', 'refs/heads/main'],
    ['github-ping', 'github', 'ignored', 'ping', null],
    ['github-pull-request', 'github', 'ignored', 'other-event', null],
    ['github-fork-push', 'github', 'ignored', 'other-repository', 'refs/heads/main'],
    ['gitlab-push', 'gitlab', 'queued', null, 'refs/heads/main'],
    ['gitlab-tag', 'gitlab', 'queued', null, 'refs/tags/v1.2.0'],
    ['gitlab-branch-deletion', 'gitlab', 'ignored', 'deleted-ref', 'refs/heads/main'],
    ['gitlab-merge-request', 'gitlab', 'ignored', 'other-event', null],
    ['gitlab-fork-push', 'gitlab', 'ignored', 'other-repository', 'refs/heads/main'],
    ['gitea-push', 'gitea', 'queued', null, 'refs/heads/main'],
    ['gitea-tag', 'gitea', 'queued', null, 'refs/tags/v1.2.0'],
    ['gitea-branch-deletion', 'gitea', 'ignored', 'other-event', null],
    ['gitea-pull-request', 'gitea', 'ignored', 'other-event', null],
    ['gitea-fork-push', 'gitea', 'ignored', 'other-repository', 'refs/heads/main'],
  ])(
    "a provider's request %s is stored, and a push is enqueued only if the hook selects it",
    async (name, provider, status, reason, ref) => {
      const ended = { status: 'superseded' as const, endedAt: clock.now() };
      await app.deps.db
        .update(pushes)
        .set(ended)
        .where(eq(pushes.hookId, hookOf(provider).id));
      const before = sent.length;
      const answer = await send(provider, fixture(name));
      expect([answer.status, answer.body]).toMatchObject([202, { status, reason }]);
      const { delivery_id } = z.object({ delivery_id: z.string() }).parse(answer.body);
      const [row] = await app.deps.db
        .select()
        .from(pushes)
        .where(eq(pushes.id, `psh_${delivery_id.slice(4)}`));
      expect(row).toMatchObject({ ref, status, reason, hookId: hookOf(provider).id });
      await app.settled();
      const messages = sent.slice(before).filter(({ type }) => type === 'run-hook');
      expect(messages.map(({ id }) => id)).toEqual(status === 'queued' ? [hookOf(provider).id] : []);
      const happened = (await eventsOf(org)).filter(({ subjectId }) => subjectId === delivery_id);
      expect(happened.map(({ type }) => type)).toEqual([status === 'queued' ? 'push.received' : 'push.ignored']);
    },
  );

  test("a provider's request in form encoding, which is a GitHub setting, is the same push", async () => {
    const { body } = fixture('github-push');
    const form = new URLSearchParams({ payload: body }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await send('github', { body: form, headers })).body).toMatchObject({ status: 'queued' });
  });

  test("a provider's request for a ref that the hook does not select is ignored", async () => {
    const body = pushOf('generic', repositories.generic, 'refs/heads/topic');
    expect((await send('generic', { body })).body).toMatchObject({ status: 'ignored', reason: 'ref-not-selected' });
  });

  test("a provider's request that was already received has no effect", async () => {
    const first = await pushTo('github', { key: 'the-same' });
    const before = { messages: sent.length, rows: (await stored(hookOf('github'))).length };
    const again = await pushTo('github', { key: 'the-same' });
    await app.settled();
    expect([first.status, again.status]).toEqual([202, 200]);
    expect(again.body).toEqual(first.body);
    expect((await stored(hookOf('github'))).length).toBe(before.rows);
    expect(sent.slice(before.messages).filter(({ type }) => type === 'run-hook')).toHaveLength(0);
  });

  test("a provider's request with another hook's delivery ID is a separate push", async () => {
    const other = await deployHook(org, hookFields('github'));
    const push = { body: pushOf('github', repositories.github, 'refs/heads/main'), key: 'of-two-hooks' };
    const answers = [await pushTo('github', push), await sendTo(org, other, { sentAt: clock.now(), ...push })];
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(await stored(other)).toMatchObject([{ deliveryKey: 'of-two-hooks', status: 'queued' }]);
  });

  test('a retried request from GitLab, with the same idempotency key and a different event ID, has no effect', async () => {
    const retried = { 'idempotency-key': 'of-the-first' };
    const first = await pushTo('gitlab', { key: 'event-1', headers: retried });
    const again = await pushTo('gitlab', { key: 'event-2', headers: retried });
    expect([first.status, again.status, again.body]).toEqual([202, 200, first.body]);
  });

  test("a provider's request sent twice concurrently is stored once", async () => {
    const answers = await Promise.all([1, 2, 3].map(() => pushTo('gitea', { key: 'at-once' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 202]);
  });
});

test('a disabled hook fails its queued pushes with the reason', async () => {
  const hook = await deployHook(org, hookFields('github'));
  const { body } = await sendTo(org, hook, { body: pushOf('github', repositories.github, 'refs/heads/main') });
  const { delivery_id: id } = z.object({ delivery_id: z.string() }).parse(body);
  await org.patch(`/v1/deploy-hooks/${hook.id}`, { status: 'disabled' });
  expect(await stored(hook)).toMatchObject([
    { status: 'failed', reason: 'hook-disabled', message: 'The hook was disabled.', endedAt: clock.now() },
  ]);
  const happened = (await eventsOf(org)).filter(({ subjectId }) => subjectId === id);
  expect(happened.map(({ type }) => type)).toEqual(['push.received', 'push.failed']);
});

describe('requests refused with the same response', () => {
  const refusal = {
    status: 401,
    message: 'There is no such hook, it is disabled, or the signature is wrong',
  };

  async function expectRefusal(answer: Answer): Promise<void> {
    const { error } = z.object({ error: z.object({ message: z.string() }) }).parse(answer.body);
    expect({ status: answer.status, message: error.message }).toEqual(refusal);
  }

  test.each(['github', 'gitlab', 'gitea', 'generic'] as const)('a wrong secret for %s is refused', async (provider) => {
    const before = (await stored(hookOf(provider))).length;
    await expectRefusal(await pushTo(provider, { secret: `whsec_${btoa('x'.repeat(32))}` }));
    expect((await stored(hookOf(provider))).length).toBe(before);
  });

  test.each(['github', 'gitlab', 'gitea', 'generic'] as const)(
    'a request without a signature is refused for %s',
    async (provider) => {
      const path = new URL(hookOf(provider).url).pathname;
      const body = pushOf(provider, repositories[provider], 'refs/heads/main');
      await expectRefusal(await clientOf(null, org.fetch).send('POST', path, { raw: body }));
    },
  );

  test('a changed body is refused', async () => {
    const { body } = fixture('github-push');
    const path = new URL(hookOf('github').url).pathname;
    const signed: Record<string, string> = {};
    const keep = {
      fetch: async (request: Request) => {
        for (const [name, value] of request.headers) signed[name] = value;
        return new Response('{}', { headers: { 'content-type': 'application/json' } });
      },
    };
    await sendTo(keep, hookOf('github'), { body });
    const changed = body.replace('refs/heads/main', 'refs/heads/evil');
    await expectRefusal(await clientOf(null, org.fetch).send('POST', path, { raw: changed, headers: signed }));
  });

  test('a Standard Webhook with an outdated or future timestamp is refused', async () => {
    for (const offset of [-301_000, 301_000])
      await expectRefusal(await pushTo('generic', { sentAt: clock.now() + offset }));
    expect((await pushTo('generic', { sentAt: clock.now() - 299_000 })).status).toBe(202);
  });

  test('a missing, deleted or disabled hook is refused like a wrong signature', async () => {
    const other = await deployHook(org, hookFields('github'));
    const push = { body: pushOf('github', repositories.github, 'refs/heads/main') };
    expect((await sendTo(org, other, push)).status).toBe(202);
    await org.patch(`/v1/deploy-hooks/${other.id}`, { status: 'disabled' });
    await expectRefusal(await sendTo(org, other, push));
    await org.patch(`/v1/deploy-hooks/${other.id}`, { status: 'enabled' });
    expect((await sendTo(org, other, push)).status).toBe(202);
    await org.del(`/v1/deploy-hooks/${other.id}`);
    await expectRefusal(await sendTo(org, other, push));
    for (const id of [`dhk_${'0'.repeat(26)}`, 'x', '..%2f', 'dhk_'])
      await expectRefusal(await sendTo(org, { ...other, url: `http://slipway.test/hooks/${id}` }, push));
  });

  test('malformed signature headers are refused like a wrong signature', async () => {
    for (const value of ['', 'sha256=', 'sha1=abc', `sha256=${'0'.repeat(64)}`, 'x'.repeat(8000)])
      await expectRefusal(await pushTo('github', { headers: { 'x-hub-signature-256': value } }));
    for (const value of ['', 'v1', 'v1,', 'v2,abc', 'v1,abc '.repeat(50)])
      await expectRefusal(await pushTo('generic', { headers: { 'webhook-signature': value } }));
  });
});

describe('a pattern that no fetched ref matches is refused when the hook is created', () => {
  test.each([
    ['v[0-9]', 'so a push of a match would always fail'],
    ['prüfen/*', 'so a push of a match would always fail'],
    ['refs/tags/v*', 'patterns match the name'],
  ])('the pattern %s is refused', async (pattern, reason) => {
    const { body, status } = await org.post('/v1/deploy-hooks', hookFields('github', { tags: [pattern] }));
    expect([status, JSON.stringify(body)]).toEqual([422, expect.stringContaining(reason)]);
  });

  test('the pattern ocr@* is accepted', async () => {
    const { body, status } = await org.post('/v1/deploy-hooks', hookFields('github', { tags: ['ocr@*', '@acme/**'] }));
    expect([status, body]).toMatchObject([200, { tags: ['ocr@*', '@acme/**'] }]);
  });
});

describe('a signed request is refused', () => {
  test.each([
    ['that is no JSON', '{'],
    ['that is empty', ''],
    ['without a ref', '{"repository":{"clone_url":"https://github.com/acme/plugins"}}'],
    ['without a repository', '{"ref":"refs/heads/main"}'],
    ['whose ref is no text', '{"ref":1,"repository":{}}'],
    ['whose ref is too long', JSON.stringify({ ref: `refs/heads/${'x'.repeat(300)}`, repository: {} })],
    ['that is nested deeply', `${'['.repeat(100_000)}`],
  ])('a signed request %s is refused', async (_, body) => {
    const { status, body: answer } = await send('github', { body });
    expect([status, answer]).toMatchObject([
      422,
      { error: { message: "The body does not match github's documented push format" } },
    ]);
  });

  test('a signed request without a delivery ID is refused', async () => {
    for (const key of ['', 'a b', 'x'.repeat(201)])
      expect((await pushTo('github', { headers: { 'x-github-delivery': key } })).status).toBe(422);
  });

  test('a signed request over 1 MiB is refused, whether its size is announced or not', async () => {
    const body = pushOf('github', repositories.github, 'refs/heads/main');
    const atLimit = body.padEnd(1024 * 1024, ' ');
    expect((await send('github', { body: atLimit })).status).toBe(202);
    expect((await send('github', { body: `${atLimit} ` })).status).toBe(413);
    expect((await send('github', { body, headers: { 'content-length': '1048577' } })).status).toBe(413);
  });
});

describe('several pushes in a row', () => {
  const runsOf = (hook: TestHook, from: number) =>
    sent.slice(from).filter(({ type, id }) => type === 'run-hook' && id === hook.id).length;
  const request = () => ({ body: pushOf('gitlab', repositories.gitlab, 'refs/heads/main') });

  test('several pushes in a row send one message', async () => {
    const hook = await deployHook(org, hookFields('gitlab'));
    const before = sent.length;
    const known = announced;
    const answers = await Promise.all(Array.from({ length: 50 }, () => sendTo(org, hook, request())));
    await app.settled();
    expect(answers.every(({ status }) => status === 202)).toBe(true);
    expect(await stored(hook)).toHaveLength(50);
    expect(runsOf(hook, before)).toBe(1);
    expect(announced - known).toBe(1);
  });

  test('several pushes in a row send no message while a worker holds the hook, and one message once its lease has expired', async () => {
    const hook = await deployHook(org, hookFields('gitlab', { action: 'redeploy' }));
    const before = sent.length;
    const lease = { leaseToken: 'other', leaseUntil: clock.now() + 20_000 };
    await app.deps.db.update(deployHooks).set(lease).where(eq(deployHooks.id, hook.id));
    await sendTo(org, hook, request());
    await app.settled();
    expect(runsOf(hook, before)).toBe(0);
    await app.deps.db.update(pushes).set({ status: 'running' }).where(eq(pushes.hookId, hook.id));
    clock.advance(20_000);
    await sendTo(org, hook, request());
    await app.settled();
    expect(runsOf(hook, before)).toBe(1);
  });

  test('several pushes in a row send one message even if an earlier push is scheduled for later', async () => {
    const hook = await deployHook(org, hookFields('gitlab'));
    const before = sent.length;
    await sendTo(org, hook, request());
    await app.deps.db
      .update(pushes)
      .set({ nextAt: clock.now() + 60_000 })
      .where(eq(pushes.hookId, hook.id));
    await sendTo(org, hook, request());
    await app.settled();
    expect(runsOf(hook, before)).toBe(2);
  });
});

test('a rotated secret is accepted until its overlap ends', async () => {
  const hook = await deployHook(org, hookFields('gitea'));
  const request = { body: pushOf('gitea', repositories.gitea, 'refs/heads/main') };
  const rotated = async (overlap_seconds: number) => {
    const { body } = await org.post(`/v1/deploy-hooks/${hook.id}/rotate`, { overlap_seconds });
    return z.object({ secret: z.string() }).parse(body).secret;
  };
  const secrets = [hook.secret, await rotated(60)];
  const statuses = () =>
    Promise.all(secrets.map(async (secret) => (await sendTo(org, { ...hook, secret }, request)).status));
  expect(await statuses()).toEqual([202, 202]);
  clock.advance(60_000);
  expect(await statuses()).toEqual([401, 202]);
  secrets.push(await rotated(60), await rotated(0));
  expect(await statuses()).toEqual([401, 401, 401, 202]);
});

test('secrets and tokens are stored encrypted, and never returned', async () => {
  const token = 'ghp_a_secret_token';
  const hook = await deployHook(org, hookFields('github', { status_token: token }));
  const [row] = await app.deps.db.select().from(deployHooks).where(eq(deployHooks.id, hook.id));
  const shown = [await org.get(`/v1/deploy-hooks/${hook.id}`), await org.get('/v1/deploy-hooks')].map(
    ({ text }) => text,
  );
  const events = JSON.stringify(await eventsOf(org));
  for (const text of [JSON.stringify(row), ...shown, events]) {
    expect(text).not.toContain(token);
    expect(text).not.toContain(hook.secret);
  }
  expect(shown[0]).toContain('"reports_status":true');
});

test('an error from pushes is in RFC 9457 format if `Accept` asks for it', async () => {
  const answers = ['application/problem+json', 'application/json'].map(async (accept) => {
    const { headers, status } = await clientOf(null).fetch(
      new Request('http://slipway.test/hooks/dhk_none', { method: 'POST', headers: { accept }, body: '{}' }),
    );
    return [status, headers.get('content-type'), headers.get('vary')];
  });
  expect(await Promise.all(answers)).toEqual([
    [401, 'application/problem+json', 'Accept'],
    [401, 'application/json', 'Accept'],
  ]);
});
