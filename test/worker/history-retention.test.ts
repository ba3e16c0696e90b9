// Tests that records are deleted 90 days after they ended, except those that a rollback or a repeated confirm depends on (design §9a).
import { env } from 'cloudflare:workers';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { bindingsOf } from '../../src/bindings.ts';
import { toRetention } from '../../src/contract/limits/retention.ts';
import { builds, deploymentStepRows, deployments } from '../../src/db/schema/deploy.ts';
import { deadLetters } from '../../src/db/schema/events.ts';
import { uploads } from '../../src/db/schema/registry.ts';
import { optimizeDatabase } from '../../src/registry/storage/optimize.ts';
import { sweepHistory } from '../../src/retirement/history-retention.ts';
import { writeEvents } from '../support/database/many-events.ts';
import { clockAt, retentionWith, testApp } from '../support/deps.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { organization } from '../support/scenes/organization.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';

const days = 86_400_000;
const now = Date.now();

async function retentionScene() {
  const clock = clockAt(now);
  const app = testApp({ clock, queues: losingQueues().queues });
  const org = await organization({ fetch: app.fetch });
  await publish(org, plugin());
  return { ...app, clock, org };
}

const names = async (found: Promise<{ id: string }[]>) => (await found).map(({ id }) => id).sort();

test('the newest ended deployment of a version, and the newest that was live, are kept', async () => {
  const { clock, deps } = await retentionScene();
  const insert = (id: string, generation: number, status: string, at: number) =>
    env.DB.prepare(
      `insert into deployments (id, organization_id, namespace_id, plugin_id, version_id, generation, ticket, type, parameters, placement, status, attempts, created_by, created_at, updated_at, takes_name)
       select ?, organization_id, owner_id, plugin_id, id, ?, ?, 'realtime', '{}', '{"size":"basic","location":null,"jurisdiction":null}', ?, 1, created_by, ?, ?, 0 from plugin_versions limit 1`,
    ).bind(id, generation, generation, status, at, at);
  await env.DB.batch([
    insert('dep_1_live', 1, 'stopped', now),
    insert('dep_2_live', 2, 'stopped', now),
    insert('dep_3_failed', 3, 'failed', now),
    insert('dep_4_failed', 4, 'failed', now),
    env.DB.prepare(
      `insert into deployment_steps (deployment_id, step, attempt, started_at, log_lines) select id, 'build', 1, 0, 0 from deployments`,
    ),
  ]);
  const kept = () => names(deps.db.select({ id: deployments.id }).from(deployments));
  clock.advance(90 * days);
  await sweepHistory(deps);
  expect(await kept()).toEqual(['dep_1_live', 'dep_2_live', 'dep_3_failed', 'dep_4_failed']);
  clock.advance(1);
  await sweepHistory(deps);
  expect(await kept()).toEqual(['dep_2_live', 'dep_4_failed']);
  const steps = await deps.db.select({ id: deploymentStepRows.deploymentId }).from(deploymentStepRows);
  expect(steps.map(({ id }) => id).sort()).toEqual(['dep_2_live', 'dep_4_failed']);
});

test('a failed build is deleted after its retention period, a limited number at a time, and successful builds are kept', async () => {
  const { clock, deps } = await retentionScene();
  const error = { code: 'compile-failed' as const, message: 'plugin.go:1:1: undefined: x' };
  const failed = Array.from({ length: 201 }, (_, at) => ({ key: `failed ${at}`, error, createdAt: now + at }));
  for (let at = 0; at < failed.length; at += 20) await deps.db.insert(builds).values(failed.slice(at, at + 20));
  const artifact = { sha256: 'a'.repeat(64), size_bytes: 1 };
  await deps.db.run(
    sql`insert into builds (key, built, created_at) values ('built', ${JSON.stringify({ artifact })}, ${now})`,
  );
  const kept = async () => (await deps.db.select({ key: builds.key }).from(builds)).map(({ key }) => key);
  clock.advance(30 * days);
  await sweepHistory(deps);
  expect((await kept()).length).toBe(202);
  clock.advance(201);
  await sweepHistory(deps);
  expect((await kept()).sort()).toEqual(['built', 'failed 200']);
  await sweepHistory(deps);
  expect(await kept()).toEqual(['built']);
});

test('rejected and expired uploads and dead letters are deleted, and accepted uploads are kept', async () => {
  const { clock, deps } = await retentionScene();
  const copy = (id: string, status: string) =>
    env.DB.prepare(
      `insert into uploads (id, organization_id, owner_id, kind, name, major, minor, patch, version_chosen_by_server, status, attempts, expires_at, created_by, created_at, updated_at)
       select ?, organization_id, owner_id, kind, name, 9, 9, 9, 0, ?, 1, ?, created_by, ?, ? from uploads where status = 'accepted' limit 1`,
    ).bind(id, status, now, now, now);
  await env.DB.batch([copy('plu_rejected', 'rejected'), copy('plu_expired', 'expired')]);
  await deps.db
    .insert(deadLetters)
    .values({ id: 'dead', queue: 'slipway-scans', body: null, reason: 'malformed', createdAt: now });
  const left = async () => {
    const rows = await deps.db
      .select({ status: uploads.status })
      .from(uploads)
      .where(sql`${uploads.createdAt} <= ${now}`);
    return [
      ...new Set(rows.map(({ status }) => status)),
      ...(await names(deps.db.select({ id: deadLetters.id }).from(deadLetters))),
    ].sort();
  };
  clock.advance(90 * days);
  await sweepHistory(deps);
  expect(await left()).toEqual(['accepted', 'dead', 'expired', 'rejected']);
  clock.advance(1);
  await sweepHistory(deps);
  expect(await left()).toEqual(['accepted']);
});

test('each kind of record has its own setting', async () => {
  const settings = { DEPLOYMENT_RETENTION_DAYS: '1', UPLOAD_RETENTION_DAYS: '2' };
  const more = {
    DEAD_LETTER_RETENTION_DAYS: '4',
    FAILED_BUILD_RETENTION_DAYS: '8',
    LOG_RETENTION_DAYS: '6',
    RUN_RETENTION_DAYS: '9',
  };
  const counts = { TRAFFIC_RETENTION_DAYS: '7', MINUTE_TRAFFIC_RETENTION_DAYS: '2', LATER_CALL_RETENTION_DAYS: '3' };
  const bindings = bindingsOf({ ...env, ...settings, ...more, ...counts, EVENT_RETENTION_DAYS: '60' });
  expect(toRetention(bindings)).toEqual({
    deploymentsMs: days,
    uploadsMs: 2 * days,
    failedBuildsMs: 8 * days,
    deadLettersMs: 4 * days,
    runsMs: 9 * days,
    instanceLogsMs: 6 * days,
    laterCallsMs: 3 * days,
    trafficMs: 7 * days,
    minuteTrafficMs: 2 * days,
    eventsMs: 60 * days,
  });
});

test('a dead letter is kept for the configured time', async () => {
  const { clock, deps } = await retentionScene();
  const insert = (id: string) => ({ id, queue: 'slipway-scans', body: null, reason: 'malformed', createdAt: now });
  await deps.db.insert(deadLetters).values(insert('short'));
  clock.advance(4 * days);
  await sweepHistory({ ...deps, ...retentionWith({ deadLettersMs: 4 * days }) });
  expect(await names(deps.db.select({ id: deadLetters.id }).from(deadLetters))).toEqual(['short']);
  await sweepHistory({ ...deps, ...retentionWith({ deadLettersMs: 4 * days - 1 }) });
  expect(await names(deps.db.select({ id: deadLetters.id }).from(deadLetters))).toEqual([]);
});

test('statistics are kept only of tables with so many rows that they stay true for an hour', async () => {
  const { deps } = await retentionScene();
  const org = await organization({ fetch: testApp().fetch });
  await writeEvents(org, 1200, now);
  await env.DB.prepare('analyze').run();
  await optimizeDatabase(deps);
  const { results } = await env.DB.prepare('select distinct tbl from sqlite_stat1 order by tbl').all();
  expect(results).toEqual([{ tbl: 'events' }]);
});

test('statistics are refreshed once an hour', async () => {
  const { clock, deps } = await retentionScene();
  const hourOf = async () => {
    const row = await env.DB.prepare("select last_key from store_sweeps where prefix = 'optimize'").first();
    return row?.last_key;
  };
  await optimizeDatabase(deps);
  expect(await hourOf()).toBe(new Date(now).toISOString().slice(0, 13));
  clock.advance(days / 24);
  await optimizeDatabase(deps);
  expect(await hourOf()).toBe(new Date(now + days / 24).toISOString().slice(0, 13));
});
