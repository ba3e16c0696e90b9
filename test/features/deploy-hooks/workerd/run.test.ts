// Tests pushes that become live versions, with real Git repositories and the real builder.
// @module-tag git
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { deployHooks as deployHookLimits } from '../../../../src/contract/features/deploy-hooks/limits.ts';
import { Problem } from '../../../../src/core/problem.ts';
import { deployments } from '../../../../src/db/schema/deploy.ts';
import { pluginVersions, uploads } from '../../../../src/db/schema/registry.ts';
import type { Deps } from '../../../../src/deps.ts';
import { runHook } from '../../../../src/features/deploy-hooks/run.ts';
import { deployHooks, pushes } from '../../../../src/features/deploy-hooks/tables.ts';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { sweep } from '../../../../src/sweep.ts';
import { testApp } from '../../../support/deps.ts';
import { eventsOf } from '../../../support/events.ts';
import { fakeReceiver } from '../../../support/fake-receiver.ts';
import { committed } from '../../../support/plugins/go-sources.ts';
import { personIn } from '../../../support/scenes/people.ts';
import { pushOf, sendTo } from '../scenes/deploy-hooks.ts';
import { type PushScene, pushScene, serving } from '../scenes/push-scene.ts';

const pushEvents = async ({ org }: PushScene, id: string) =>
  (await eventsOf(org)).filter(({ subjectId }) => subjectId === id).map(({ type }) => type);

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

  test('a tag push that is repeated changes nothing, and ends as live', async () => {
    const all = await pushScene();
    await all.tag('v1.1.0', '1.1.0');
    await all.push('refs/tags/v1.1.0');
    await all.drain();
    await all.push('refs/heads/main');
    await all.drain();
    expect((await all.rows()).map(({ status }) => status)).toEqual(['live', 'live']);
    const made = await all.deps.db.select().from(deployments).where(eq(deployments.organizationId, all.org.id));
    expect(made).toHaveLength(1);
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

  test('a tag push is only published if the hook does not deploy', { tags: 'long' }, async () => {
    const all = await pushScene({ action: 'publish' });
    await all.tag('v1.1.0', '1.1.0');
    await all.push('refs/tags/v1.1.0');
    await all.drain();
    expect(await all.rows()).toMatchObject([{ status: 'published', deploymentId: null }]);
    expect(await serving(all)).toBeNull();
  });

  test('a tag push to a hook that redeploys redeploys the active version, without Git', {
    tags: 'long',
  }, async () => {
    const all = await pushScene({ action: 'redeploy' });
    for (const ref of ['refs/heads/main', 'refs/tags/v2']) {
      await all.push(ref);
      await all.drain();
    }
    expect(await all.rows()).toMatchObject([
      { status: 'live', uploadId: null },
      { status: 'live', uploadId: null },
    ]);
    const made = await all.deps.db.select().from(deployments).where(eq(deployments.organizationId, all.org.id));
    expect(made.map(({ generation }) => generation)).toEqual([1, 2]);
  });

  test('a tag push whose tag has the same name as a branch is resolved to the tag', async () => {
    const all = await pushScene({ branches: ['both'], tags: ['long'] });
    await all.tag('both', '1.1.0');
    await all.push('refs/heads/both');
    await all.drain();
    expect(await all.rows()).toMatchObject([{ status: 'failed', reason: 'ref-not-found' }]);
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

  test('several pushes in a row that arrive while another push runs become one more run', async () => {
    const all = await pushScene();
    await all.tag('v1.1.0', '1.1.0');
    await all.tag('v1.2.0', '1.2.0');
    const first = await all.push('refs/tags/v1.1.0');
    const { builder } = all.deps;
    let newest = '';
    const fetchSource: typeof builder.fetchSource = async (request) => {
      if (newest === '') {
        await Promise.all(Array.from({ length: 50 }, () => all.push('refs/tags/v1.1.0')));
        newest = await all.push('refs/tags/v1.2.0');
      }
      return builder.fetchSource(request);
    };
    await all.drain({ ...all.deps, builder: { ...builder, fetchSource } });
    const rows = await all.rows();
    const live = rows.filter(({ status }) => status === 'live').map(({ id }) => id);
    expect([live, rows.filter(({ status }) => status === 'superseded').length]).toEqual([[first, newest], 50]);
    expect(rows.filter(({ uploadId }) => uploadId !== null)).toHaveLength(2);
    expect(await serving(all)).toBe('1.2.0');
  });

  test("several pushes in a row wait, like an earlier push's run, for another install of their plugin", {
    tags: 'long',
  }, async () => {
    const all = await pushScene();
    await all.push('refs/tags/v1.1.0');
    await all.push('refs/tags/v1.2.0');
    await all.deps.db
      .update(pushes)
      .set({ status: 'running' })
      .where(eq(pushes.id, (await all.rows())[0]?.id ?? 'psh_'));
    const delays: (number | undefined)[] = [];
    const send = async (_: unknown, options?: { delaySeconds?: number }) => {
      delays.push(options?.delaySeconds);
    };
    const capabilities = async () => {
      throw new Problem('plugin-building', 'Another install is in progress');
    };
    const { builder, queues } = all.deps;
    const busy = {
      ...all.deps,
      builder: { ...builder, capabilities },
      queues: { ...queues, scans: { ...queues.scans, send } },
    };
    await runHook(busy, all.hook.id);
    expect(delays).toEqual([deployHookLimits.lookAgainSeconds]);
  });
});

describe('a failing push', () => {
  test.each<[string, (all: PushScene) => Promise<unknown>, string, RegExp]>([
    ['without its ref', async () => {}, 'ref-not-found', /no tag or branch/],
    [
      'if the plugin was deleted',
      async ({ org, name, tag }) => [await tag('v1.1.0', '1.1.0'), await org.del(`${org.plugins}/${name}_1_0_0`)],
      'not-found',
      /no longer exists/,
    ],
    [
      'if its version is published with other content',
      ({ name }) =>
        committed(name, 'v1.1.0', {
          'plugins/ocr/manifest.py': `feature_extractor_name = "${name}"\nversion = "1.0.0"\nfeatures = []\n`,
          'plugins/ocr/pipeline.py':
            'def build_steps(extractor_request, **kwargs):\n    return {"steps": []}  # changed\n',
        }),
      'version-exists',
      /1\.0\.0 is already published with different content/,
    ],
    [
      'if its manifest names another plugin',
      ({ name }) =>
        committed(name, 'v1.1.0', {
          'plugins/ocr/manifest.py': 'feature_extractor_name = "other"\nversion = "2.0.0"\n',
        }),
      'name-mismatch',
      /names the plugin "other"/,
    ],
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
    const id = await all.push('refs/tags/v1.1.0');
    await all.drain();
    expect(await all.rows()).toMatchObject([{ status: 'failed', reason, message: expect.stringMatching(message) }]);
    expect((await pushEvents(all, id)).at(-1)).toBe('push.failed');
  });

  test('a push fails if its repository stays unreachable, after several attempts', { tags: 'long' }, async () => {
    const all = await pushScene();
    const refused = { refused: { code: 'repository-unreachable' as const, message: 'It does not respond.' } };
    const builder = { ...all.deps.builder, fetchSource: async () => refused };
    const deps = { ...all.deps, builder };
    await all.push('refs/tags/v1.1.0');
    for (const waitMs of [0, 10_000, 60_000, 300_000]) {
      expect((await all.rows())[0]?.status).toBe('queued');
      all.clock.advance(waitMs);
      await sweep(deps);
      all.clock.advance(16_000);
      await sweep(deps);
      await all.drain(deps);
    }
    expect(await all.rows()).toMatchObject([{ status: 'failed', reason: 'repository-unreachable', attempts: 3 }]);
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

test('a scheduled push gets no message from the sweep until it is due', { tags: 'long' }, async () => {
  const all = await pushScene({ action: 'redeploy' });
  await all.push('refs/heads/main');
  await all.deps.db
    .update(pushes)
    .set({ nextAt: all.clock.now() + 300_000 })
    .where(eq(pushes.hookId, all.hook.id));
  const messages = async (afterMs: number) => {
    all.sent.length = 0;
    all.clock.advance(afterMs);
    await sweep(all.deps);
    return all.sent.filter(({ id, type }) => type === 'run-hook' && id === all.hook.id).length;
  };
  expect([await messages(299_999), await messages(1)]).toEqual([0, 1]);
});

test('a push with a deployment in progress is kept after its hook is deleted, until the deployment ends', {
  tags: 'long',
}, async () => {
  const all = await pushScene({ action: 'redeploy' });
  const id = await all.push('refs/heads/main');
  await runHook(all.deps, all.hook.id);
  await all.org.del(`/v1/deploy-hooks/${all.hook.id}`);
  await sweep(all.deps);
  const [push] = await all.rows();
  if (!push?.deploymentId) throw new Error('its deployment is not in progress');
  await advanceDeployment(all.deps, push.deploymentId);
  all.clock.advance(16_000);
  await sweep(all.deps);
  expect([(await pushEvents(all, id)).at(-1), await all.rows()]).toEqual(['push.live', []]);
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
