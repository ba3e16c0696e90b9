// Takes 4 s: each push is fetched from a real Git repository and scanned. Tests pushes that become live versions, with the real builder.
// @module-tag git
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { pluginVersions, uploads } from '../../../../src/db/schema/registry.ts';
import type { Deps } from '../../../../src/deps.ts';
import { deployHooks } from '../../../../src/features/deploy-hooks/tables.ts';
import { sweep } from '../../../../src/sweep.ts';
import { testApp } from '../../../support/deps.ts';
import { eventsOf } from '../../../support/events.ts';
import { fakeReceiver } from '../../../support/fake-receiver.ts';
import { committed } from '../../../support/plugins/go-sources.ts';
import { personIn } from '../../../support/scenes/people.ts';
import { pushOf, sendTo } from '../scenes/deploy-hooks.ts';
import { expectFailure, type PushScene, pushEvents, pushScene, serving } from '../scenes/push-scene.ts';

describe('a tag push', () => {
  test('a tag push makes its version live and reports each step', async () => {
    const all = await pushScene();
    const commit = await all.tag('v1.1.0', '1.1.0');
    const id = await all.push('refs/tags/v1.1.0');
    await all.drain();
    expect(await serving(all)).toBe('1.1.0');
    const { body } = await all.org.get(`/v1/deploy-hooks/${all.hook.id}/deliveries`);
    const time = expect.stringMatching(/^\d{4}-/);
    expect(body).toMatchObject({
      results: [
        {
          ...{ delivery_id: id, status: 'live', commit, ref: 'refs/tags/v1.1.0', reason: null },
          ...{ fetched_at: time, scanned_at: time, built_at: null, ended_at: time },
        },
      ],
    });
    expect(await pushEvents(all, id)).toEqual([
      'push.received',
      'push.started',
      'push.published',
      'push.deploying',
      'push.live',
    ]);
    const [version] = await all.deps.db.select().from(pluginVersions).where(eq(pluginVersions.minor, 1));
    expect(version).toMatchObject({
      createdBy: { type: 'hook', id: all.hook.id },
      source: { repository: all.repository, ref: 'v1.1.0', commit, path: 'plugins/ocr' },
    });
  });

  test('a tag push is published and waits where approval is demanded, and approving it deploys it', async () => {
    const all = await pushScene();
    await all.org.patch(`/v1/namespaces/${all.org.namespaceId}?without_approvers=true`, { requires_approval: true });
    await all.tag('v1.1.0', '1.1.0');
    await all.push('refs/tags/v1.1.0');
    await all.drain();
    expect(await all.rows()).toMatchObject([{ status: 'published', deploymentId: null }]);
    const { body } = await all.org.get('/v1/approvals');
    const [staged] = Object(body).results;
    expect(staged).toMatchObject({ version: '1.1.0', deploy_when_approved: true, published_by: { type: 'hook' } });
    const ana = await personIn(all.org, 'Ana');
    await ana.post(`${all.org.plugins}/${staged.plugin_id}/approve`, { sha256: staged.code_hash });
    await all.drain();
    expect(await serving(all)).toBe('1.1.0');
  });
});

describe('several pushes in a row', () => {
  test('several pushes in a row become one run for the newest push', async () => {
    const all = await pushScene();
    await all.tag('v1.1.0', '1.1.0');
    await all.tag('v1.2.0', '1.2.0');
    for (let i = 0; i < 10; i++) await all.push('refs/tags/v1.1.0');
    const newest = await all.push('refs/tags/v1.2.0');
    await all.drain();
    const rows = await all.rows();
    expect(
      rows.slice(0, -1).every(({ status, supersededBy }) => status === 'superseded' && supersededBy === newest),
    ).toBe(true);
    expect(rows.at(-1)).toMatchObject({ id: newest, status: 'live' });
    const made = await all.deps.db.select().from(uploads).where(eq(uploads.organizationId, all.org.id));
    expect(made.filter(({ source }) => source !== null)).toHaveLength(1);
    expect((await eventsOf(all.org)).filter(({ type }) => type === 'push.superseded')).toHaveLength(10);
    expect(await serving(all)).toBe('1.2.0');
  });
});

describe('a failing push', () => {
  test.each<[string, (all: PushScene) => Promise<unknown>, string, RegExp]>([
    ['without its ref', async () => {}, 'ref-not-found', /no tag or branch/],
    [
      'if the scan rejects it',
      ({ name }) =>
        committed(name, 'v1.1.0', {
          'plugins/ocr/manifest.py': `feature_extractor_name = "${name}"\nversion = "2.0.0"\n`,
          'plugins/ocr/pipeline.py': 'import os\nos.system("x")\n',
        }),
      'policy-rejected',
      /^Rejected by the scan: /,
    ],
  ])('a push fails with the reason: %s', async (_, prepare, reason, message) => {
    const all = await pushScene();
    await prepare(all);
    await expectFailure(all, reason, message);
  });
});

describe('states reported to GitHub', () => {
  const token = 'ghp_token';

  const repository = 'https://git.example.com/acme/plugins.git';

  const reporting = { repository, status_token: token, status_api_url: 'https://api.git.example.com/v3/' };

  /** Pushes a tag to a repository named `owner/name`. The builder fetches it from the test's server. */
  async function pushed(fetch: Deps['fetch']) {
    const all = await pushScene(reporting, { fetch });
    const { builder } = all.deps;
    const fetchSource: typeof builder.fetchSource = (request) =>
      builder.fetchSource({ ...request, repository: all.repository });
    const deps = { ...all.deps, builder: { ...builder, fetchSource } };
    const commit = await all.tag('v1.1.0', '1.1.0');
    await sendTo(all.org, all.hook, { body: pushOf('github', repository, 'refs/tags/v1.1.0') });
    await all.drain(deps);
    return { ...all, commit };
  }

  test('states reported to GitHub are for the deployed commit', async () => {
    const receiver = fakeReceiver(() => new Response('{}', { status: 201 }));
    const { commit, name, rows } = await pushed(receiver.fetch);
    const url = `https://api.git.example.com/v3/repos/acme/plugins/statuses/${commit}`;
    const [last] = receiver.calls.slice(-1);
    const headers = { authorization: `Bearer ${token}` };
    expect(last).toMatchObject({ url, method: 'POST', redirect: 'manual', headers });
    expect(JSON.parse(last?.body ?? '')).toEqual({ state: 'success', context: `slipway/${name}`, description: 'Live' });
    expect(await rows()).toMatchObject([{ reported: 'success', reportAt: null }]);
  });

  test('states reported to GitHub are retried if GitHub fails, and do not delay the push', {
    tags: 'long',
  }, async () => {
    const receiver = fakeReceiver(() => new Response('', { status: 500 }));
    const { clock, deps, drain, rows } = await pushed(receiver.fetch);
    expect(await rows()).toMatchObject([{ status: 'live', reported: null }]);
    receiver.respondWith(() => new Response('{}', { status: 201 }));
    clock.advance(10_000);
    await sweep(deps);
    await drain();
    expect(await rows()).toMatchObject([{ reported: 'success', reportAt: null }]);
  });
});

test('pushes are deleted after their retention period, and with their hook', async () => {
  const all = await pushScene(
    { action: 'redeploy' },
    { settings: { ...testApp().deps.settings, PUSH_RETENTION_DAYS: 1 } },
  );
  await all.push('refs/heads/main');
  await all.drain();
  all.clock.advance(86_400_000);
  await sweep(all.deps);
  expect(await all.rows()).toHaveLength(1);
  all.clock.advance(1);
  await sweep(all.deps);
  expect(await all.rows()).toHaveLength(0);
  await all.push('refs/heads/main');
  await all.org.del(`/v1/deploy-hooks/${all.hook.id}`);
  expect(await all.rows()).toMatchObject([{ status: 'failed', reason: 'hook-deleted' }]);
  await sweep(all.deps);
  await sweep(all.deps);
  expect(await all.rows()).toHaveLength(0);
  expect(await all.deps.db.select().from(deployHooks).where(eq(deployHooks.id, all.hook.id))).toHaveLength(0);
});
