// From a push to what serves: real Git repositories, the real builder, and workers that die.
// @module-tag git
import { asc, eq } from 'drizzle-orm';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { deployments } from '../../src/db/schema/deploy.ts';
import { deployHooks, pushes } from '../../src/db/schema/hooks.ts';
import { pluginVersions, uploads } from '../../src/db/schema/registry.ts';
import type { Deps } from '../../src/deps.ts';
import { settleDeployment } from '../../src/hooks/push-deployment.ts';
import { reportPush } from '../../src/hooks/report-status.ts';
import { runHook } from '../../src/hooks/run.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { sweep } from '../../src/sweep.ts';
import { deployHook, pushOf, sendTo, type TestHook } from '../support/deploy-hooks.ts';
import { clockAt, type TestApp, type TestClock, testApp } from '../support/deps.ts';
import { eventsOf } from '../support/events.ts';
import { fakeReceiver } from '../support/fake-receiver.ts';
import { committed, freshGoName } from '../support/go-sources.ts';
import { losingQueues } from '../support/losing-queues.ts';
import { type Organization, organization } from '../support/organization.ts';
import { plugin } from '../support/plugin.ts';
import { publish } from '../support/publish.ts';

vi.setConfig({ testTimeout: 90_000 });

interface Scene extends TestApp {
  org: Organization;
  clock: TestClock;
  name: string;
  repository: string;
  hook: TestHook;
  sent: ReturnType<typeof losingQueues>['sent'];
  /** Commits the version under the tag, and returns the commit. */
  tag(tag: string, version: string): Promise<string>;
  push(ref: string): Promise<string>;
  /** Does what the queues would do, until nothing is left. */
  drain(deps?: Deps): Promise<void>;
  rows(): Promise<(typeof pushes.$inferSelect)[]>;
}

/** A published extractor, a repository with its next version at v1.1.0, and a hook. Every message is lost, so that the test does the work. */
async function scene(fields: object = {}, replacements: Partial<Deps> = {}): Promise<Scene> {
  const clock = clockAt(Date.now());
  const { queues, sent } = losingQueues();
  const app = testApp({ clock, queues, allowLoopback: true, ...replacements });
  const { deps } = app;
  const org = await organization({ fetch: app.fetch });
  const name = `ext_${freshGoName().replaceAll('-', '_')}`;
  await publish(org, plugin({ name, version: '1.0.0', realtime: true }));
  const tag = async (label: string, version: string) => {
    const files = plugin({ name, version, realtime: true }).files;
    const inFolder = Object.entries(files).map(([path, text]) => [`plugins/ocr/${path}`, String(text)]);
    return (await committed(name, label, Object.fromEntries(inFolder))).commit;
  };
  const { repository } = await committed(name, 'v0', { 'README.md': 'x' });
  const target = { kind: 'extractor', plugin: name, namespace_id: org.namespaceId, provider: 'github' };
  const source = { repository, path: 'plugins/ocr', tags: ['v*'], branches: ['main'] };
  const hook = await deployHook(org, { ...target, ...source, ...fields });
  const push = async (ref: string) => {
    clock.advance(5);
    const { body } = await sendTo(org, hook, { body: pushOf('github', repository, ref) });
    return z.object({ delivery_id: z.string() }).parse(body).delivery_id;
  };
  const drain = async (by = deps) => {
    while (sent.length > 0) {
      for (let next = sent.shift(); next; next = sent.shift()) {
        if (next.type === 'run-hook') await runHook(by, next.id);
        if (next.type === 'report-push') await reportPush(by, next.id);
        if (next.type !== 'advance-deployment') continue;
        await advanceDeployment(by, next.id);
        await settleDeployment(by, next.id);
      }
      await app.settled();
    }
  };
  const rows = () => deps.db.select().from(pushes).where(eq(pushes.hookId, hook.id)).orderBy(asc(pushes.id));
  return { ...app, org, clock, name, repository, hook, sent, tag, push, drain, rows };
}

async function serving({ org, name }: Scene): Promise<unknown> {
  const { body } = await org.get(`${org.plugins}/by-name/${name}/versions`);
  return z.object({ serving_version: z.string().nullable() }).parse(body).serving_version;
}

const pushEvents = async ({ org }: Scene, id: string) =>
  (await eventsOf(org)).filter(({ subjectId }) => subjectId === id).map(({ type }) => type);

describe('a push of a tag', () => {
  test('makes its version live, and reports each step', async () => {
    const all = await scene();
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

  test('again changes nothing, and ends as live', async () => {
    const all = await scene();
    await all.tag('v1.1.0', '1.1.0');
    await all.push('refs/tags/v1.1.0');
    await all.drain();
    await all.push('refs/heads/main');
    await all.drain();
    expect((await all.rows()).map(({ status }) => status)).toEqual(['live', 'live']);
    const made = await all.deps.db.select().from(deployments).where(eq(deployments.organizationId, all.org.id));
    expect(made).toHaveLength(1);
  });

  test('is only published if the hook does not deploy', async () => {
    const all = await scene({ action: 'publish' });
    await all.tag('v1.1.0', '1.1.0');
    await all.push('refs/tags/v1.1.0');
    await all.drain();
    expect(await all.rows()).toMatchObject([{ status: 'published', deploymentId: null }]);
    expect(await serving(all)).toBeNull();
  });

  test('deploys the active version again if the hook redeploys, without Git', async () => {
    const all = await scene({ action: 'redeploy' });
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

  test('that is on no branch of this name is resolved as the tag that was pushed', async () => {
    const all = await scene({ branches: ['both'], tags: [] });
    await all.tag('both', '1.1.0');
    await all.push('refs/heads/both');
    await all.drain();
    expect(await all.rows()).toMatchObject([{ status: 'failed', reason: 'ref-not-found' }]);
  });
});

describe('several pushes in a row', () => {
  test('become one run for the newest', async () => {
    const all = await scene();
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

describe('a push fails', () => {
  test.each<[string, (all: Scene) => Promise<unknown>, string, RegExp]>([
    ['without its ref', async () => {}, 'ref-not-found', /no tag or branch/],
    [
      'if the plugin was deleted',
      async ({ org, name, tag }) => [await tag('v1.1.0', '1.1.0'), await org.del(`${org.plugins}/${name}_1_0_0`)],
      'not-found',
      /no longer exists/,
    ],
    [
      'if its version is published with other content',
      ({ tag }) => tag('v1.1.0', '1.0.0'),
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
  ])('%s', async (_, prepare, reason, message) => {
    const all = await scene();
    await prepare(all);
    const id = await all.push('refs/tags/v1.1.0');
    await all.drain();
    expect(await all.rows()).toMatchObject([{ status: 'failed', reason, message: expect.stringMatching(message) }]);
    expect((await pushEvents(all, id)).at(-1)).toBe('push.failed');
  });

  test('when its repository stays unreachable, after some tries', async () => {
    const all = await scene();
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

describe('a worker that dies', () => {
  type Dying = (deps: Deps, die: () => never) => Deps;
  test.each<[string, Dying]>([
    ['before the source is fetched', (deps, die) => ({ ...deps, builder: { ...deps.builder, capabilities: die } })],
    ['while it is fetched', (deps, die) => ({ ...deps, builder: { ...deps.builder, fetchSource: die } })],
    ['while it is scanned', (deps, die) => ({ ...deps, parsers: { ...deps.parsers, python: die } })],
    ['before the instance starts', (deps, die) => ({ ...deps, builder: { ...deps.builder, start: die } })],
  ])('%s: the newest push is live in the end', async (_, dying) => {
    const all = await scene();
    await all.tag('v1.1.0', '1.1.0');
    const dead = dying(all.deps, () => {
      throw new Error('killed');
    });
    await all.push('refs/tags/v1.1.0');
    await all.drain(dead).catch(() => {});
    await all.tag('v1.2.0', '1.2.0');
    await all.push('refs/tags/v1.2.0');
    for (let i = 0; i < 8; i++) {
      all.clock.advance(30_000);
      await sweep(all.deps);
      await all.drain();
    }
    expect((await all.rows()).at(-1)).toMatchObject({ status: 'live' });
    expect((await all.rows()).every(({ endedAt }) => endedAt !== null)).toBe(true);
    expect(await serving(all)).toBe('1.2.0');
  });

  test('with the lease leaves the hook to another one when it expires', async () => {
    const all = await scene();
    await all.tag('v1.1.0', '1.1.0');
    await all.push('refs/tags/v1.1.0');
    await all.deps.db
      .update(deployHooks)
      .set({ leaseToken: 'dead', leaseUntil: all.clock.now() + 20_000 })
      .where(eq(deployHooks.id, all.hook.id));
    await runHook(all.deps, all.hook.id);
    expect(await all.rows()).toMatchObject([{ status: 'queued' }]);
    all.clock.advance(21_000);
    await sweep(all.deps);
    await all.drain();
    expect(await all.rows()).toMatchObject([{ status: 'live' }]);
  });

  test('after the deployment ended leaves the push to the sweep', async () => {
    const all = await scene();
    await all.tag('v1.1.0', '1.1.0');
    await all.push('refs/tags/v1.1.0');
    await runHook(all.deps, all.hook.id);
    const [push] = await all.rows();
    if (!push?.deploymentId) throw new Error('no deployment was requested');
    await advanceDeployment(all.deps, push.deploymentId);
    expect(await all.rows()).toMatchObject([{ status: 'deploying' }]);
    all.clock.advance(16_000);
    await sweep(all.deps);
    expect(await all.rows()).toMatchObject([{ status: 'live' }]);
  });
});

describe('states reported to GitHub', () => {
  const token = 'ghp_token';
  const repository = 'https://git.example.com/acme/plugins.git';
  const reporting = { repository, status_token: token, status_api_url: 'https://api.git.example.com/v3/' };

  /** A pushed tag of a repository with an owner. The builder fetches it from the test's server. */
  async function pushed(fetch: Deps['fetch']) {
    const all = await scene(reporting, { fetch });
    const { builder } = all.deps;
    const fetchSource: typeof builder.fetchSource = (request) =>
      builder.fetchSource({ ...request, repository: all.repository });
    const deps = { ...all.deps, builder: { ...builder, fetchSource } };
    const commit = await all.tag('v1.1.0', '1.1.0');
    await sendTo(all.org, all.hook, { body: pushOf('github', repository, 'refs/tags/v1.1.0') });
    await all.drain(deps);
    return { ...all, commit };
  }

  test('are those of the commit that was deployed', async () => {
    const receiver = fakeReceiver(() => new Response('{}', { status: 201 }));
    const { commit, name, rows } = await pushed(receiver.fetch);
    const url = `https://api.git.example.com/v3/repos/acme/plugins/statuses/${commit}`;
    const [last] = receiver.calls.slice(-1);
    const headers = { authorization: `Bearer ${token}` };
    expect(last).toMatchObject({ url, method: 'POST', redirect: 'manual', headers });
    expect(JSON.parse(last?.body ?? '')).toEqual({ state: 'success', context: `slipway/${name}`, description: 'Live' });
    expect(await rows()).toMatchObject([{ reported: 'success', reportAt: null }]);
  });

  test('are repeated if GitHub fails, and do not delay the push', async () => {
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

test('pushes are deleted when their retention is over, and with their hook', async () => {
  const all = await scene({ action: 'redeploy' }, { pushRetentionMs: 86_400_000 });
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
