// Tests rescans that are interrupted, limited, retried or overtaken by another level, and versions that need none.
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../src/core/digest.ts';
import { pluginVersions } from '../../src/db/schema/registry.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { rescan } from '../../src/scan-host/rescan.ts';
import { testApp } from '../support/deps.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { type Organization, organization } from '../support/scenes/organization.ts';
import {
  changes,
  db,
  deploy,
  evalPlugin,
  rejected,
  scene,
  smtpPlugin,
  sweepAndRescan,
  verdictOf,
} from './rescanning.ts';

const minute = 60_000;

describe('a new policy version', () => {
  test('a new policy version scans an archive shared by several organizations only once', async () => {
    const [s, other] = [await scene(), await scene()];
    const archive = evalPlugin();
    await s.publishBefore(archive);
    await other.publishBefore(archive);
    await sweepAndRescan(s);
    await rescan(other.deps, other.org.id);
    const key = `archives/${await sha256Hex(archive.zip)}.zip`;
    expect([...s.gets, ...other.gets].filter((get) => get.key === key)).toHaveLength(1);
    expect([await verdictOf(s.org), await verdictOf(other.org)]).toEqual(['reject', 'reject']);
  });

  test('a new policy version ignores deleted versions', { tags: 'long' }, async () => {
    const s = await scene();
    await s.publishBefore(evalPlugin());
    await s.org.del(`${s.org.plugins}/hello_ext_1_0_0`);
    expect(await sweepAndRescan(s)).toBe(false);
  });

  test('a new policy version does not block publishing other versions', { tags: 'long' }, async () => {
    const s = await scene();
    await s.publishBefore(evalPlugin());
    await publish(s.org, plugin({ version: '1.0.1' }));
    await sweepAndRescan(s);
    expect([await verdictOf(s.org), await verdictOf(s.org, 'hello_ext_1_0_1')]).toEqual(['reject', 'pass']);
  });

  test('a new policy version fails a deployment in progress', async () => {
    const s = await scene();
    await s.publishBefore(
      plugin({ realtime: true, files: { 'tables.py': `rows = eval("${crypto.randomUUID()}")\n` } }),
    );
    const requested = await deploy(s.org);
    const message = s.sent.find(({ type }) => type === 'advance-deployment');
    await sweepAndRescan(s);
    expect(await deploy(s.org)).toMatchObject({ status: 200, body: requested.body });
    if (message?.type === 'advance-deployment') await advanceDeployment(s.deps, message.id);
    expect((await s.org.get(`${s.org.plugins}/hello_ext_1_0_0/status`)).body).toMatchObject({
      status: 'FAILED',
      error: 'The current scan policy rejects this version (SLP201). Live deployments are not affected.',
    });
  });

  test('a new policy version allows a rollback to a rejected version only where it is live', {
    tags: 'long',
  }, async () => {
    const s = await scene();
    await s.publishBefore(evalPlugin());
    await deploy(s.org);
    await publish(s.org, plugin({ version: '1.0.1' }));
    await deploy(s.org, 'hello_ext_1_0_1');
    await sweepAndRescan(s);
    const rollBack = () => s.org.post(`${s.org.plugins}/by-name/hello_ext/rollback`, { version: '1.0.0' });
    expect(await rollBack()).toMatchObject({ status: 200, body: { traffic: 'serving' } });
    await s.org.post(`${s.org.plugins}/by-name/hello_ext/rollback`, { version: '1.0.1' });
    await s.org.post(`${s.org.plugins}/hello_ext_1_0_0/undeploy`);
    expect(await rollBack()).toMatchObject(rejected);
    expect((await s.org.get(`${s.org.plugins}/by-name/hello_ext/versions`)).body).toMatchObject({
      active_version: '1.0.1',
    });
  });

  test('a new policy version allows an organization plugin that it rejects to be enabled, but not deployed', {
    tags: 'long',
  }, async () => {
    const s = await scene();
    await s.publishBefore(evalPlugin(), { ...s.org, plugins: '/v1/plugins' });
    await sweepAndRescan(s);
    const enable = (body?: unknown) => s.org.post(`${s.org.plugins}/org/hello_ext_1_0_0/enable`, body);
    expect(await enable()).toMatchObject(rejected);
    expect((await s.org.get(`${s.org.plugins}/hello_ext_1_0_0`)).status).toBe(404);
    expect((await enable({ deploy: false })).status).toBe(200);
  });
});

test('one message evaluates versions for five seconds, and the next sweep sends a message for the remaining versions', async () => {
  const s = await scene();
  for (const version of ['1.0.0', '1.0.1', '1.0.2']) await s.publishBefore(evalPlugin('hello_ext', version));
  const python = () => {
    s.clock.advance(3_000);
    return s.deps.parsers.python();
  };
  const slow = { ...s, deps: { ...s.deps, parsers: { ...s.deps.parsers, python } } };
  expect([await sweepAndRescan(slow), (await changes(s.org)).length]).toEqual([true, 2]);
  expect([await sweepAndRescan(slow), (await changes(s.org)).length]).toEqual([true, 3]);
  expect(await sweepAndRescan(slow)).toBe(false);
});

describe('a new level', () => {
  test("an organization's new level is evaluated immediately if another organization's scan at that level exists", {
    tags: 'long',
  }, async () => {
    const s = await scene();
    const archive = smtpPlugin();
    await s.publishBefore(archive);
    for (const level of ['strict', 'seed']) {
      s.clock.advance(minute);
      await s.org.put('/v1/scan-policy', { level });
      await rescan(s.deps, s.org.id);
    }
    const other = await organization({ fetch: s.org.fetch });
    await publish(other, archive);
    await other.put('/v1/scan-policy', { level: 'strict' });
    expect(await deploy(other)).toMatchObject({ status: 400, body: { error: { details: { rules: ['SLP111'] } } } });
  });

  test('a level set during a scan at the previous level leaves the version pending', async () => {
    let between = async () => {};
    const real = testApp().deps.blobs;
    const blobs = new Proxy(real, {
      get: (bucket, name: keyof R2Bucket) =>
        name !== 'get'
          ? bucket[name].bind(bucket)
          : async (...args: [string]) => {
              if (args[0].startsWith('archives/')) await between();
              return Reflect.apply(bucket.get, bucket, args);
            },
    });
    const s = await scene({ blobs });
    await s.publishBefore(smtpPlugin());
    between = async () => {
      between = async () => {};
      await s.org.put('/v1/scan-policy', { level: 'strict' });
    };
    await rescan(s.deps, s.org.id);
    expect(await changes(s.org)).toMatchObject([{ level: 'strict', to: 'reject' }]);
  });
});

describe('an interrupted rescan', () => {
  test('an interrupted rescan continues in another worker once its lease has expired', async () => {
    const s = await scene();
    await s.publishBefore(evalPlugin());
    const interrupted = {
      ...s.deps,
      db: new Proxy(s.deps.db, {
        get: (target, name) => (name === 'batch' ? neverResolves : Reflect.get(target, name)),
      }),
    };
    void rescan(interrupted, s.org.id);
    await expect.poll(async () => (await row(s.org))?.evaluationLeaseUntil).toBe(s.clock.now() + minute);
    expect(await sweepAndRescan(s)).toBe(false);
    s.clock.advance(minute);
    expect(await sweepAndRescan(s)).toBe(true);
    expect(await verdictOf(s.org)).toBe('reject');
  });

  test('an interrupted rescan records one event if two workers evaluate the same version', {
    tags: 'long',
  }, async () => {
    const s = await scene();
    await s.publishBefore(evalPlugin());
    const first = rescan(s.deps, s.org.id);
    s.clock.advance(minute);
    await Promise.all([first, rescan(s.deps, s.org.id)]);
    expect(await changes(s.org)).toHaveLength(1);
  });
});

test('a failing scan is retried after increasing waits, and then rejects the version, but a scan at another level starts again', async () => {
  const errors: unknown[] = [];
  const log = { info: () => {}, warn: () => {}, error: (...line: unknown[]) => errors.push(line) };
  const s = await scene({ log });
  const parsers = { ...s.deps.parsers, python: () => Promise.reject(new Error('out of memory')) };
  await s.publishBefore(plugin({ files: { 'notes.py': `import pickle  # ${crypto.randomUUID()}\n` } }));
  await deploy(s.org);
  const failing = { ...s, deps: { ...s.deps, parsers } };
  for (let attempt = 1; attempt <= 8; attempt += 1) {
    expect(await sweepAndRescan(failing)).toBe(true);
    s.clock.advance(minute * 2 ** (attempt - 1) - 1);
    expect(await sweepAndRescan(failing)).toBe(false);
    s.clock.advance(1);
  }
  expect(errors).toHaveLength(8);
  expect(await changes(s.org)).toEqual([]);
  await sweepAndRescan(failing);
  expect(await changes(s.org)).toMatchObject([{ to: 'reject', rules: ['SLP603'], live_places: 1 }]);
  expect(await sweepAndRescan(s)).toBe(false);
  await s.org.put('/v1/scan-policy', { level: 'strict' });
  await rescan(s.deps, s.org.id);
  await s.org.put('/v1/scan-policy', { level: 'seed' });
  await rescan(s.deps, s.org.id);
  expect((await changes(s.org)).map(({ level, to }) => [level, to])).toEqual([
    ['seed', 'reject'],
    ['strict', 'warn'],
  ]);
  expect((await deploy(s.org)).status).toBe(200);
});

const neverResolves = () => new Promise(() => {});

async function row(org: Organization) {
  return db
    .select()
    .from(pluginVersions)
    .where(eq(pluginVersions.organizationId, org.id))
    .limit(1)
    .then(([row]) => row);
}
