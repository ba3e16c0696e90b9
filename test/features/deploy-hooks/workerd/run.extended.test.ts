// Tests pushes that are repeated, arrive while another one runs, or can't be fetched at first.
// @module-tag git
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { deployHooks as deployHookLimits } from '../../../../src/contract/features/deploy-hooks/limits.ts';
import { Problem } from '../../../../src/core/problem.ts';
import { deployments } from '../../../../src/db/schema/deploy.ts';
import { runHook } from '../../../../src/features/deploy-hooks/run.ts';
import { pushes } from '../../../../src/features/deploy-hooks/tables.ts';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { sweep } from '../../../../src/sweep.ts';
import { committed } from '../../../support/plugins/go-sources.ts';
import { expectFailure, type PushScene, pushEvents, pushScene, serving } from '../scenes/push-scene.ts';

describe('a tag push', () => {
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
  ])('a push fails with the reason: %s', async (_, prepare, reason, message) => {
    const all = await pushScene();
    await prepare(all);
    await expectFailure(all, reason, message);
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
