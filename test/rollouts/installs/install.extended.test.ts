// Tests installs and updates of Go plugins over HTTP that fail, wait or are repeated, and the order of their steps.
// @module-tag git
// @module-tag go
import { eq } from 'drizzle-orm';
import { describe, expect, test, vi } from 'vitest';
import type { BuildEvent, BuildSpec } from '../../../src/contract/builder/builds.ts';
import { BuilderError } from '../../../src/contract/builder/errors.ts';
import { deployments } from '../../../src/db/schema/deploy.ts';
import { uploads } from '../../../src/db/schema/registry.ts';
import { advanceUpload } from '../../../src/pipeline.ts';
import { testApp } from '../../support/deps.ts';
import { committed, pipelineSource, returning, storageSource } from '../../support/plugins/go-sources.ts';
import { give } from '../../support/scenes/granted.ts';
import { waitFor } from '../../support/waiting.ts';
import { watchedBuilder } from '../../support/workers/watched-builder.ts';
import { analyze, called, first, installation, plugins, refusal, second, typesOf, versionsOf } from './installation.ts';

/** The first build on a machine compiles Go's standard library. */
vi.setConfig({ testTimeout: 900_000 });

const panicking = pipelineSource({
  more: 'func init() {\n\tprintln("no license")\n\tpanic("cannot start")\n}\n',
});

describe('an install', () => {
  test('an install that lacks a grant is refused but kept, so that the deployment can be retried once the grant is given', {
    tags: 'long',
  }, async () => {
    const source = pipelineSource({ body: returning('granted') });
    const asking = `${source['plugin.yaml']}permissions:\n  timeout_s: 60\n`;
    const i = await installation({ ...source, 'plugin.yaml': asking });
    const answer = await i.install();
    expect([answer.status, Object(answer.body).error.message]).toEqual([
      422,
      expect.stringContaining(`\`slipway grants give ${i.name} --kind pipeline --timeout-s 60\``),
    ]);
    expect((await i.org.get(`${plugins}/${i.name}`)).body).toMatchObject({ status: 'error', loaded: false });
    await give(i.org, { plugin: i.name, kind: 'pipeline', permissions: { timeout_s: 60 } });
    const [failed] = await i.deps.db.select().from(deployments).where(eq(deployments.namespaceId, i.org.namespaceId));
    const retry = `/v1/namespaces/${i.org.namespaceId}/deployments/${failed?.id}/retry`;
    expect((await i.org.post(retry)).status).toBe(200);
    await waitFor(async () => expect(await called(i.org, i.name)).toBe('granted'), {
      interval: 100,
    });
  });

  test('an install asks the builder to build and start only after the scan', async () => {
    const order: string[] = [];
    const real = testApp().deps;
    const { builder } = watchedBuilder(real.builder, {
      analyze,
      build: (spec: BuildSpec) => {
        order.push('build');
        return real.builder.build(spec);
      },
      start: (id, spec) => {
        order.push('start');
        return real.builder.start(id, spec);
      },
    });
    const parsers = {
      ...real.parsers,
      go: () => {
        order.push('scan');
        return real.parsers.go();
      },
    };
    const i = await installation(pipelineSource({ more: '// scanned first\n' }), { builder, parsers });
    expect((await i.install()).status).toBe(201);
    expect([...new Set(order)]).toEqual(['scan', 'build']);
  });

  test.each([
    ['does not compile', 'return undefinedOnPurpose, nil', 'compile-failed', /plugin\.go:12:\d+: .*undefinedOnPurpose/],
    ['has no plugin.yaml that can be read', '', 'definition', /^plugin\.yaml/],
  ])(
    'an install from a source that %s is rejected with the reason, and can be repeated after a fix',
    { tags: 'long' },
    async (_what, body, code, message) => {
      const broken = body === '' ? { ...pipelineSource(), 'plugin.yaml': 'name: [' } : pipelineSource({ body });
      const i = await installation(broken);
      expect(refusal(await i.install())).toEqual([422, code, expect.stringMatching(message)]);
      expect([(await i.org.get(`${plugins}/${i.name}`)).status, await versionsOf(i)]).toEqual([404, []]);
      await committed(i.name, 'v2', second);
      expect((await i.install('v2')).status).toBe(201);
      expect(await called(i.org, i.name)).toBe('second');
    },
  );

  test.each([
    ['is remembered if the same source always fails', true, 1],
    ['is not remembered if it may pass: the next install builds again', false, 2],
  ])('an install whose build fails reports the failure %s', { tags: 'long' }, async (_what, deterministic, builds) => {
    const real = testApp().deps.builder;
    const failure: BuildEvent = {
      type: 'failed',
      key: '',
      error: { code: 'modules-unavailable', message: 'the module proxy does not respond' },
      deterministic,
    };
    let built = 0;
    const builder = watchedBuilder(real, {
      analyze,
      build: async function* (spec) {
        built += 1;
        for await (const event of real.build(spec)) {
          if (event.type !== 'built') yield event;
          else if (built === 1) yield { ...failure, key: event.build.key };
          else yield event;
        }
      },
    }).builder;
    const i = await installation(pipelineSource({ more: `// ${crypto.randomUUID()}\n` }), { builder });
    const failed = [422, 'modules-unavailable', 'the module proxy does not respond'];
    expect(refusal(await i.install())).toEqual(failed);
    const again = await i.install();
    expect(deterministic ? refusal(again) : again.status).toEqual(deterministic ? failed : 201);
    expect(built).toBe(builds);
  });

  test('an install whose build fails because of the builder is released, its attempt is counted, and the next message completes it', {
    tags: 'long',
  }, async () => {
    const error = { code: 'build-failed' as const, message: 'The builder failed. See its log for the cause.' };
    const { builder } = watchedBuilder(testApp().deps.builder, {
      analyze,
      build: async function* (): AsyncGenerator<BuildEvent> {
        yield { type: 'failed', key: 'a'.repeat(64), error, deterministic: false };
      },
    });
    const i = await installation(pipelineSource({ more: `// ${crypto.randomUUID()}\n` }), { builder });
    const answer = await i.install();
    const { id, status } = Object(answer.body);
    expect([answer.status, status]).toEqual([201, 'building']);
    const [waiting] = await i.deps.db.select().from(uploads).where(eq(uploads.id, id)).limit(1);
    expect(waiting).toMatchObject({ status: 'confirming', leaseToken: null, leaseUntil: null, attempts: 1 });
    const { builder: again } = watchedBuilder(testApp().deps.builder, { analyze });
    await advanceUpload(testApp({ builder: again }).deps, id);
    expect((await versionsOf(i)).length).toBe(1);
  });

  test('an install that finds no builder is released, its attempt is counted, and the next message completes it', {
    tags: 'long',
  }, async () => {
    const { builder, called: requests } = watchedBuilder(testApp().deps.builder, {
      fetchSource: () => Promise.reject(new BuilderError('unreachable', 'The builder does not answer')),
    });
    const i = await installation(pipelineSource(), { builder });
    const answer = await i.install();
    const { id, status } = Object(answer.body);
    expect([answer.status, status, requests]).toEqual([201, 'building', ['capabilities', 'fetchSource']]);
    const [waiting] = await i.deps.db.select().from(uploads).where(eq(uploads.id, id)).limit(1);
    expect(waiting).toMatchObject({ status: 'confirming', leaseToken: null, leaseUntil: null, attempts: 1 });
    await advanceUpload(testApp().deps, id);
    expect((await versionsOf(i)).length).toBe(1);
  });

  test.each(['fetchSource', 'build'] as const)(
    "an install that another organization's builder refuses (%s) is rejected with the builder's message, and never retried",
    { tags: 'long' },
    async (method) => {
      const message = 'This builder works for another organization (BUILDER_ORGANIZATION).';
      const refused = () => {
        throw new BuilderError('other-organization', message);
      };
      const { builder } = watchedBuilder(testApp().deps.builder, { analyze, [method]: refused });
      const i = await installation(pipelineSource({ more: `// ${crypto.randomUUID()}\n` }), { builder });
      expect(refusal(await i.install())).toEqual([422, 'other-organization', message]);
      expect((await typesOf(i.org)).filter((type) => type === 'upload.rejected')).toEqual(['upload.rejected']);
      expect(await versionsOf(i)).toEqual([]);
    },
  );

  test("an install of a plugin that can't start is refused with its output, and leaves no version", async () => {
    const i = await installation(panicking, { builder: watchedBuilder(testApp().deps.builder, { analyze }).builder });
    const answer = await i.install();
    expect(refusal(answer)).toEqual([422, 'start-failed', 'The process exited: exit code 2.']);
    const printed: { line: string }[] = Object(answer.body).error.details.log;
    expect(printed.map(({ line }) => line)).toEqual(expect.arrayContaining(['no license', 'panic: cannot start']));
    expect((await versionsOf(i)).map(({ deletedAt }) => deletedAt !== null)).toEqual([true]);
    expect((await i.org.get(`${plugins}/${i.name}`)).status).toBe(404);
  });

  test('an install is refused if its name is already installed, and each kind has its own names', {
    tags: 'long',
  }, async () => {
    const i = await installation(first);
    expect((await i.install()).status).toBe(201);
    expect([(await i.install()).status, (await versionsOf(i)).length]).toEqual([409, 1]);
    const store = await committed(`${i.name}-store`, 'v1', storageSource('storage'));
    const stored = await i.org.post('/api/storage-plugins', {
      name: i.name,
      repository: store.repository,
      version: 'v1',
    });
    expect(stored.status).toBe(201);
    const metadata = await i.org.post(`/api/storage-plugins/${i.name}/call`, { method: 'metadata', params: {} });
    expect(Object(metadata.body).result).toMatchObject({ storage_type: 'storage' });
    expect(await called(i.org, i.name)).toBe('first');
    expect((await i.org.del(`${plugins}/${i.name}`)).status).toBe(204);
    expect(await called(i.org, i.name)).toBe(404);
    const after = await i.org.post(`/api/storage-plugins/${i.name}/call`, { method: 'metadata', params: {} });
    expect(after.status).toBe(200);
  });
});

describe('an update', () => {
  test("an update that the scan rejects, that does not compile or that can't start leaves the live version", {
    tags: 'long',
  }, async () => {
    const i = await installation(first);
    await i.install();
    const sources: [string, ReturnType<typeof pipelineSource>][] = [
      ['policy-rejected', pipelineSource({ imports: ['os/exec'], body: 'return nil, exec.Command("id").Run()' })],
      ['compile-failed', pipelineSource({ body: 'return undefinedOnPurpose, nil' })],
      ['start-failed', panicking],
    ];
    for (const [code, source] of sources) {
      await committed(i.name, code, source);
      const answer = await i.org.put(`${plugins}/${i.name}`, { version: code });
      expect(refusal(answer).slice(0, 2)).toEqual([422, code]);
      expect(await called(i.org, i.name)).toBe('first');
      expect((await i.org.get(`${plugins}/${i.name}`)).body).toMatchObject({ version: 'v1', status: 'active' });
      expect((await versionsOf(i)).filter(({ deletedAt }) => deletedAt === null)).toHaveLength(1);
    }
  });

  test('an update to the installed commit creates no version', { tags: 'long' }, async () => {
    const i = await installation();
    await i.install();
    const before = await typesOf(i.org);
    const again = await i.org.put(`${plugins}/${i.name}`, { version: i.commit });
    expect([again.status, (await versionsOf(i)).length]).toEqual([200, 1]);
    expect((await typesOf(i.org)).slice(before.length)).toEqual([
      'upload.created',
      'upload.confirming',
      'upload.fetched',
      'upload.expired',
    ]);
  });
});
