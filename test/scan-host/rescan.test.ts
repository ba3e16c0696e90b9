// Tests how published versions are evaluated after a change to the rules, the level or a waiver (D25). If the verdict changes, an event
// names the places where the version is live. A rejected version can't be deployed, and live deployments are not affected. The older
// policy in these tests has no findings at all.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import type { Message } from '../../src/contract/messages.ts';
import { sha256Hex } from '../../src/core/digest.ts';
import { database } from '../../src/db/client.ts';
import { pluginVersions, scans } from '../../src/db/schema/registry.ts';
import type { Deps } from '../../src/deps.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { rescan } from '../../src/scan-host/rescan.ts';
import { sweep } from '../../src/sweep.ts';
import { clientOf } from '../support/client.ts';
import { clockAt, type TestClock, testApp } from '../support/deps.ts';
import { eventsOf } from '../support/events.ts';
import { type Plugin, plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { type Organization, organization } from '../support/scenes/organization.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';
import { type Get, watchedBucket } from '../support/workers/watched-bucket.ts';

const minute = 60_000;
const db = database(env.DB);

interface Scene {
  org: Organization;
  deps: Deps;
  clock: TestClock;
  sent: Message[];
  /** Archive reads. */
  gets: Get[];
  /** Publishes the plugin under the older policy. */
  publishBefore(archive: Plugin, org?: Organization): Promise<void>;
}

async function scene(swapped: Partial<Deps> = {}): Promise<Scene> {
  const clock = clockAt(Date.now());
  const { queues, sent } = losingQueues();
  const { blobs, gets } = watchedBucket(testApp().deps.blobs);
  const { deps, fetch } = testApp({ clock, queues, blobs, ...swapped });
  const older = testApp({ clock, queues, policyVersion: '0' });
  const org = await organization({ fetch });
  const publishBefore = async (archive: Plugin, publisher = org) => {
    const sha256 = await sha256Hex(archive.zip);
    const clean = { status: 'done' as const, verdict: 'pass' as const, findings: [], errorRules: [], filesScanned: 0 };
    const scan = { ...clean, id: deps.ids('scan'), sha256, policyVersion: '0', createdAt: clock.now() };
    await db
      .insert(scans)
      .values([
        { ...scan, level: 'seed' },
        { ...scan, id: deps.ids('scan'), level: 'strict' },
      ])
      .onConflictDoNothing();
    await publish({ ...publisher, ...clientOf(`Bearer ${publisher.key}`, older.fetch) }, archive);
  };
  return { org, deps, clock, sent, gets, publishBefore };
}

/** Sweeps, and handles the message for this organization. Returns whether there was such a message. */
async function sweepAndRescan({ deps, sent, org }: Pick<Scene, 'deps' | 'sent' | 'org'>): Promise<boolean> {
  sent.length = 0;
  await sweep(deps);
  const isSent = sent.some(({ type, id }) => type === 'rescan' && id === org.id);
  if (isSent) await rescan(deps, org.id);
  return isSent;
}

const evalPlugin = (name = 'hello_ext', version = '1.0.0') =>
  plugin({ name, version, files: { 'tables.py': `rows = eval("${crypto.randomUUID()}")\n` } });
const smtpPlugin = () => plugin({ files: { 'mail.py': `import smtplib\nKEY = "${crypto.randomUUID()}"\n` } });

const changes = async (org: Organization) =>
  (await eventsOf(org)).flatMap(({ type, data }) => (type === 'version.verdict_changed' ? [data] : []));
const verdictOf = async (org: Organization, id = 'hello_ext_1_0_0'): Promise<unknown> =>
  Object((await org.get(`${org.plugins}/${id}`)).body).plugin?.scan_verdict;
const deploy = (org: Organization, id = 'hello_ext_1_0_0') => org.post(`${org.plugins}/${id}/deploy`);

const rejected = {
  status: 400,
  body: {
    error: {
      type: 'SecurityViolationError',
      details: { resource: 'plugin', id: 'hello_ext_1_0_0', rules: ['SLP201'] },
    },
    detail:
      "Plugin hello_ext_1_0_0 can't be deployed. The current scan policy rejects this version (SLP201). Live deployments are not affected.",
  },
};

describe('a new policy version', () => {
  test('a new policy version that rejects a live version records where it is live, prevents deployments, and leaves it live', async () => {
    const s = await scene();
    await s.publishBefore(evalPlugin());
    const { deployment_id } = Object((await deploy(s.org)).body);
    const status = await s.org.get(`${s.org.plugins}/hello_ext_1_0_0/status`);
    expect(await verdictOf(s.org)).toBe('pass');
    expect(await sweepAndRescan(s)).toBe(true);
    expect(await changes(s.org)).toEqual([
      {
        plugin_id: 'hello_ext_1_0_0',
        from: 'pass',
        to: 'reject',
        policy_version: s.deps.policyVersion,
        level: 'seed',
        rules: ['SLP201'],
        live: [{ namespace_id: s.org.namespaceId, deployment_id }],
        live_places: 1,
      },
    ]);
    expect((await s.org.get(`${s.org.plugins}/hello_ext_1_0_0`)).body).toMatchObject({
      plugin: { scan_verdict: 'reject', security_scan_passed: false, validation_status: 'passed', deployed: true },
    });
    expect((await s.org.get(`${s.org.plugins}/hello_ext_1_0_0/status`)).body).toEqual(status.body);
    expect(await deploy(s.org)).toMatchObject(rejected);
    expect((await s.org.get(`${s.org.plugins}/hello_ext_1_0_0/status`)).body).toEqual(status.body);
  });

  test('a new policy version records no event if the verdict is unchanged, and evaluates the version once', async () => {
    const s = await scene();
    await s.publishBefore(plugin());
    expect([await sweepAndRescan(s), await sweepAndRescan(s)]).toEqual([true, false]);
    expect(await changes(s.org)).toEqual([]);
    expect((await deploy(s.org)).status).toBe(200);
  });

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
  test("an organization's new level changes verdicts in both directions, and reuses earlier scans", async () => {
    const s = await scene();
    const archive = smtpPlugin();
    await publish(s.org, archive);
    const pending = async () => Object((await s.org.get('/v1/scan-policy')).body).versions_to_judge;
    expect(await pending()).toBe(0);
    await s.org.put('/v1/scan-policy', { level: 'strict' });
    expect(await pending()).toBe(1);
    expect(s.sent).toContainEqual({ v: 1, type: 'rescan', id: s.org.id });
    await rescan(s.deps, s.org.id);
    expect(await pending()).toBe(0);
    expect(await verdictOf(s.org)).toBe('reject');
    await s.org.put('/v1/scan-policy', { level: 'seed' });
    expect((await deploy(s.org)).status).toBe(200);
    const reads = () => s.gets.filter(({ key }) => key.startsWith('archives/')).length;
    const before = reads();
    await rescan(s.deps, s.org.id);
    expect(reads()).toBe(before);
    expect(await changes(s.org)).toMatchObject([
      { from: 'pass', to: 'reject', level: 'strict', rules: ['SLP111'], live: [], live_places: 0 },
      { from: 'reject', to: 'pass', level: 'seed', rules: [], live_places: 1 },
    ]);
  });

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
