// Tests pushes to repositories of installed Go plugins, which the queues and the real builder fetch, scan, build and start.
// @module-tag git
// @module-tag go
// @module-tag long
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { testApp } from '../../../support/deps.ts';
import {
  committed,
  freshGoName,
  pipelineSource,
  returning,
  storageSource,
} from '../../../support/plugins/go-sources.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { waitFor } from '../../../support/waiting.ts';
import { deployHook, pushOf, sendTo } from '../scenes/deploy-hooks.ts';

/** The first build on a machine compiles Go's standard library. */
vi.setConfig({ testTimeout: 900_000 });

const deliveriesModel = z.object({ results: z.array(z.looseObject({ ended_at: z.string().nullable() })) });

const kinds = {
  pipeline: {
    surface: '/api/plugins',
    sourceOf: (text: string) => pipelineSource({ body: returning(text) }),
    broken: pipelineSource({ body: 'return nil' }),
    call: { method: 'execute', params: { action: 'report', params: {} } },
    answerOf: (text: string) => ({ result: { output: { text } } }),
  },
  storage: {
    surface: '/api/storage-plugins',
    sourceOf: storageSource,
    broken: { ...storageSource('x'), 'more.go': 'package main\n\nvar broken int = "text"\n' },
    call: { method: 'metadata', params: {} },
    answerOf: (text: string) => ({ result: { storage_type: text } }),
  },
};

/** Installs a plugin that answers `one`, and returns the outcomes of pushes to its repository. */
async function installed(kind: keyof typeof kinds) {
  const { surface, sourceOf, call } = kinds[kind];
  const app = testApp({ allowLoopback: true });
  const org: Organization = await organization({ fetch: app.fetch });
  const name = freshGoName();
  const { repository } = await committed(name, 'v1', sourceOf('one'));
  expect((await org.post(surface, { name, repository, version: 'v1' })).status).toBe(201);
  const hook = await deployHook(org, { kind, plugin: name, provider: 'gitea' });
  const pushed = async (tag: string, files: Record<string, string>) => {
    await committed(name, tag, files);
    const body = pushOf('gitea', repository, `refs/tags/${tag}`);
    expect((await sendTo(org, hook, { body })).status).toBe(202);
    return waitFor(
      async () => {
        const { body: page } = await org.get(`/v1/deploy-hooks/${hook.id}/deliveries?limit=1`);
        const [delivery] = deliveriesModel.parse(page).results;
        if (!delivery?.ended_at) throw new Error('the push has not ended');
        return delivery;
      },
      { timeout: 240_000, interval: 50 },
    );
  };
  const called = async () => (await org.post(`${surface}/${name}/call`, call)).body;
  const versions = async () =>
    z
      .object({ results: z.unknown() })
      .parse((await org.get(`${org.plugins}/by-name/${name}/versions?kind=${kind}`)).body).results;
  return { pushed, called, versions };
}

test.each(['pipeline', 'storage'] as const)(
  'a push to a %s plugin is built and goes live, or changes nothing',
  async (kind) => {
    const { answerOf, broken, sourceOf } = kinds[kind];
    const { pushed, called } = await installed(kind);
    const time = expect.stringMatching(/^\d{4}-/);
    const live = await pushed('v2', sourceOf('two'));
    expect(live).toMatchObject({ status: 'live', fetched_at: time, scanned_at: time, built_at: time });
    expect(await called()).toMatchObject(answerOf('two'));
    const failed = await pushed('v3', broken);
    expect(failed).toMatchObject({
      ...{ status: 'failed', reason: 'compile-failed', built_at: null },
      message: expect.stringContaining('.go:'),
    });
    expect(await called()).toMatchObject(answerOf('two'));
  },
);

test("a pushed version that can't start does not stay installed, and the previous version is active and live", async () => {
  const { called, pushed, versions } = await installed('pipeline');
  const panics = pipelineSource({ body: returning('two'), more: 'func init() { panic("cannot start") }\n' });
  expect(await pushed('v2', panics)).toMatchObject({ status: 'failed', reason: 'start-failed' });
  expect(await versions()).toMatchObject([{ git_ref: 'v1', active: true, serves_name: true }]);
  expect(await called()).toMatchObject({ result: { output: { text: 'one' } } });
});
