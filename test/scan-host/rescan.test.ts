// Published versions judged again: when the rules, the level or a waiver change. What changed is told, with where it is live; what
// is rejected is deployed no more; what is live stays live (D25). The older policy of these tests found nothing in anything.
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
import { losingQueues } from '../support/losing-queues.ts';
import { type Organization, organization } from '../support/organization.ts';
import { type Plugin, plugin } from '../support/plugin.ts';
import { publish } from '../support/publish.ts';
import { waiverOf } from '../support/waivers.ts';
import { type Get, watchedBucket } from '../support/watched-bucket.ts';

const minute = 60_000;
const db = database(env.DB);

interface Scene {
  org: Organization;
  deps: Deps;
  clock: TestClock;
  sent: Message[];
  /** What was read of archives. */
  gets: Get[];
  /** Publishes as it was possible before the present policy. */
  publishBefore(made: Plugin, org?: Organization): Promise<void>;
}

async function scene(swapped: Partial<Deps> = {}): Promise<Scene> {
  const clock = clockAt(Date.now());
  const { queues, sent } = losingQueues();
  const { blobs, gets } = watchedBucket(testApp().deps.blobs);
  const { deps, fetch } = testApp({ clock, queues, blobs, ...swapped });
  const before = testApp({ clock, queues, policyVersion: '0' });
  const org = await organization({ fetch });
  const publishBefore = async (made: Plugin, of = org) => {
    const sha256 = await sha256Hex(made.zip);
    const nothing = { status: 'done' as const, verdict: 'pass' as const, findings: [], filesScanned: 0 };
    const scan = { ...nothing, id: deps.ids('scan'), sha256, policyVersion: '0', createdAt: clock.now() };
    await db
      .insert(scans)
      .values([
        { ...scan, level: 'seed' },
        { ...scan, id: deps.ids('scan'), level: 'strict' },
      ])
      .onConflictDoNothing();
    await publish({ ...of, ...clientOf(`Bearer ${of.key}`, before.fetch) }, made);
  };
  return { org, deps, clock, sent, gets, publishBefore };
}

/** The sweep, and then what it sent for; whether it sent for this organization. */
async function swept({ deps, sent, org }: Pick<Scene, 'deps' | 'sent' | 'org'>): Promise<boolean> {
  sent.length = 0;
  await sweep(deps);
  const isSentFor = sent.some(({ type, id }) => type === 'rescan' && id === org.id);
  if (isSentFor) await rescan(deps, org.id);
  return isSentFor;
}

const evil = (name = 'hello_ext', version = '1.0.0') =>
  plugin({ name, version, files: { 'tables.py': `rows = eval("${crypto.randomUUID()}")\n` } });
const outgoing = () => plugin({ files: { 'mail.py': `import smtplib\nKEY = "${crypto.randomUUID()}"\n` } });

const changes = async (org: Organization) =>
  (await eventsOf(org)).flatMap(({ type, data }) => (type === 'version.verdict_changed' ? [data] : []));
const verdictOf = async (org: Organization, id = 'hello_ext_1_0_0'): Promise<unknown> =>
  Object((await org.get(`${org.plugins}/${id}`)).body).plugin?.scan_verdict;
const deploy = (org: Organization, id = 'hello_ext_1_0_0') => org.post(`${org.plugins}/${id}/deploy`);

const refused = {
  status: 400,
  body: {
    error: {
      type: 'SecurityViolationError',
      details: { resource: 'plugin', id: 'hello_ext_1_0_0', rules: ['SLP201'] },
    },
    detail:
      "Plugin hello_ext_1_0_0 can't be deployed: The scan policy rejects this version now, by SLP201; what is live stays live",
  },
};

describe('a new version of the policy', () => {
  test('rejects a version that is live: told with where, deployed no more, and live as before', async () => {
    const s = await scene();
    await s.publishBefore(evil());
    const { deployment_id } = Object((await deploy(s.org)).body);
    const status = await s.org.get(`${s.org.plugins}/hello_ext_1_0_0/status`);
    expect(await verdictOf(s.org)).toBe('pass');
    expect(await swept(s)).toBe(true);
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
    expect(await deploy(s.org)).toMatchObject(refused);
    expect((await s.org.get(`${s.org.plugins}/hello_ext_1_0_0/status`)).body).toEqual(status.body);
  });

  test('tells nothing of a version that it judges as before, and comes to it once', async () => {
    const s = await scene();
    await s.publishBefore(plugin());
    expect([await swept(s), await swept(s)]).toEqual([true, false]);
    expect(await changes(s.org)).toEqual([]);
    expect((await deploy(s.org)).status).toBe(200);
  });

  test('scans bytes once that several organizations have', async () => {
    const [s, other] = [await scene(), await scene()];
    const made = evil();
    await s.publishBefore(made);
    await other.publishBefore(made);
    await swept(s);
    await rescan(other.deps, other.org.id);
    const key = `archives/${await sha256Hex(made.zip)}.zip`;
    expect([...s.gets, ...other.gets].filter((get) => get.key === key)).toHaveLength(1);
    expect([await verdictOf(s.org), await verdictOf(other.org)]).toEqual(['reject', 'reject']);
  });

  test('leaves deleted versions alone', async () => {
    const s = await scene();
    await s.publishBefore(evil());
    await s.org.del(`${s.org.plugins}/hello_ext_1_0_0`);
    expect(await swept(s)).toBe(false);
  });

  test('keeps nobody from publishing meanwhile', async () => {
    const s = await scene();
    await s.publishBefore(evil());
    await publish(s.org, plugin({ version: '1.0.1' }));
    await swept(s);
    expect([await verdictOf(s.org), await verdictOf(s.org, 'hello_ext_1_0_1')]).toEqual(['reject', 'pass']);
  });

  test('ends a deployment that was asked for before and is under way', async () => {
    const s = await scene();
    await s.publishBefore(
      plugin({ realtime: true, files: { 'tables.py': `rows = eval("${crypto.randomUUID()}")\n` } }),
    );
    await deploy(s.org);
    const asked = s.sent.find(({ type }) => type === 'advance-deployment');
    await swept(s);
    if (asked?.type === 'advance-deployment') await advanceDeployment(s.deps, asked.id);
    expect((await s.org.get(`${s.org.plugins}/hello_ext_1_0_0/status`)).body).toMatchObject({
      status: 'FAILED',
      error: 'The scan policy rejects this version now, by SLP201; what is live stays live',
    });
  });

  test('lets a rollback go to what it rejects only where that is live', async () => {
    const s = await scene();
    await s.publishBefore(evil());
    await deploy(s.org);
    await publish(s.org, plugin({ version: '1.0.1' }));
    await deploy(s.org, 'hello_ext_1_0_1');
    await swept(s);
    const rollBack = () => s.org.post(`${s.org.plugins}/by-name/hello_ext/rollback`, { version: '1.0.0' });
    expect(await rollBack()).toMatchObject({ status: 200, body: { traffic: 'serving' } });
    await s.org.post(`${s.org.plugins}/by-name/hello_ext/rollback`, { version: '1.0.1' });
    await s.org.post(`${s.org.plugins}/hello_ext_1_0_0/undeploy`);
    expect(await rollBack()).toMatchObject(refused);
    expect((await s.org.get(`${s.org.plugins}/by-name/hello_ext/versions`)).body).toMatchObject({
      active_version: '1.0.1',
    });
  });

  test('lets a plugin of the organization that it rejects be enabled only without deploying it', async () => {
    const s = await scene();
    await s.publishBefore(evil(), { ...s.org, plugins: '/v1/plugins' });
    await swept(s);
    const enable = (body?: unknown) => s.org.post(`${s.org.plugins}/org/hello_ext_1_0_0/enable`, body);
    expect(await enable()).toMatchObject(refused);
    expect((await s.org.get(`${s.org.plugins}/hello_ext_1_0_0`)).status).toBe(404);
    expect((await enable({ deploy: false })).status).toBe(200);
  });
});

test('a message judges versions for five seconds, and the next sweep sends for the rest', async () => {
  const s = await scene();
  for (const version of ['1.0.0', '1.0.1', '1.0.2']) await s.publishBefore(evil('hello_ext', version));
  const python = () => {
    s.clock.advance(3_000);
    return s.deps.parsers.python();
  };
  const slow = { ...s, deps: { ...s.deps, parsers: { ...s.deps.parsers, python } } };
  expect([await swept(slow), (await changes(s.org)).length]).toEqual([true, 2]);
  expect([await swept(slow), (await changes(s.org)).length]).toEqual([true, 3]);
  expect(await swept(slow)).toBe(false);
});

describe('a new level', () => {
  test('rejects and takes back, without a second scan of what is known', async () => {
    const s = await scene();
    const made = outgoing();
    await publish(s.org, made);
    const left = async () => Object((await s.org.get('/v1/scan-policy')).body).versions_to_judge;
    expect(await left()).toBe(0);
    await s.org.put('/v1/scan-policy', { level: 'strict' });
    expect(await left()).toBe(1);
    expect(s.sent).toContainEqual({ v: 1, type: 'rescan', id: s.org.id });
    await rescan(s.deps, s.org.id);
    expect(await left()).toBe(0);
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

  test('that was chosen while a version was scanned at the one before leaves it on the list', async () => {
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
    await s.publishBefore(outgoing());
    between = async () => {
      between = async () => {};
      await s.org.put('/v1/scan-policy', { level: 'strict' });
    };
    await rescan(s.deps, s.org.id);
    expect(await changes(s.org)).toMatchObject([{ level: 'strict', to: 'reject' }]);
  });
});

describe('a waiver', () => {
  test('that is over or taken back rejects what it let pass; a new one lets it be deployed again', async () => {
    const s = await scene();
    const hour = { expires_at: new Date(s.clock.now() + 60 * minute).toISOString() };
    await waiverOf(s.org, hour);
    await publish(s.org, evil());
    expect(await verdictOf(s.org)).toBe('warn');
    s.clock.advance(60 * minute);
    expect(await deploy(s.org)).toMatchObject(refused);
    expect(await swept(s)).toBe(true);
    expect(await verdictOf(s.org)).toBe('reject');
    const id = await waiverOf(s.org, { expires_at: new Date(s.clock.now() + 60 * minute).toISOString() });
    await rescan(s.deps, s.org.id);
    expect((await deploy(s.org)).status).toBe(200);
    await s.org.del(`/v1/waivers/${id}`);
    await rescan(s.deps, s.org.id);
    expect((await changes(s.org)).map(({ from, to }) => [from, to])).toEqual([
      ['warn', 'reject'],
      ['reject', 'warn'],
      ['warn', 'reject'],
    ]);
  });

  test('for another plugin judges nothing', async () => {
    const s = await scene();
    await publish(s.org, plugin());
    await waiverOf(s.org, { plugin: 'other_ext' });
    expect(await swept(s)).toBe(false);
  });
});

describe('cut off', () => {
  test('after it took a version, the next one takes it when the lease is over', async () => {
    const s = await scene();
    await s.publishBefore(evil());
    const dying = {
      ...s.deps,
      db: new Proxy(s.deps.db, {
        get: (target, name) => (name === 'batch' ? neverAnswers : Reflect.get(target, name)),
      }),
    };
    void rescan(dying, s.org.id);
    await expect.poll(async () => (await row(s.org))?.evaluationLeaseUntil).toBe(s.clock.now() + minute);
    expect(await swept(s)).toBe(false);
    s.clock.advance(minute);
    expect(await swept(s)).toBe(true);
    expect(await verdictOf(s.org)).toBe('reject');
  });

  test('two at work on one version tell of it once', async () => {
    const s = await scene();
    await s.publishBefore(evil());
    const first = rescan(s.deps, s.org.id);
    s.clock.advance(minute);
    await Promise.all([first, rescan(s.deps, s.org.id)]);
    expect(await changes(s.org)).toHaveLength(1);
  });
});

test('a scan that fails is tried again, later each time, and in the end rejects; another policy tries anew', async () => {
  const errors: unknown[] = [];
  const log = { info: () => {}, warn: () => {}, error: (...said: unknown[]) => errors.push(said) };
  const s = await scene({ log });
  const broken = { ...s.deps.parsers, python: () => Promise.reject(new Error('out of memory')) };
  await s.publishBefore(plugin({ files: { 'notes.py': `import pickle  # ${crypto.randomUUID()}\n` } }));
  await deploy(s.org);
  const failing = { ...s, deps: { ...s.deps, parsers: broken } };
  for (let attempt = 1; attempt <= 8; attempt += 1) {
    expect(await swept(failing)).toBe(true);
    s.clock.advance(minute * 2 ** (attempt - 1) - 1);
    expect(await swept(failing)).toBe(false);
    s.clock.advance(1);
  }
  expect(errors).toHaveLength(8);
  expect(await changes(s.org)).toEqual([]);
  await swept(failing);
  expect(await changes(s.org)).toMatchObject([{ to: 'reject', rules: ['SLP603'], live_places: 1 }]);
  expect(await swept(s)).toBe(false);
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

const neverAnswers = () => new Promise(() => {});

async function row(org: Organization) {
  return db.query.pluginVersions.findFirst({ where: eq(pluginVersions.organizationId, org.id) });
}
