// Tests organization deletion: a seven-day grace period in which nothing changes, after which everything is removed.
import { and, eq, is } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Builder } from '../../src/contract/builder/builder.ts';
import { BuilderError } from '../../src/contract/builder/instances.ts';
import { organizationDeletion } from '../../src/contract/limits/retention.ts';
import { namespaces, organizations } from '../../src/db/schema/access.ts';
import { plugins } from '../../src/db/schema/registry.ts';
import type { Deps } from '../../src/deps.ts';
import { features } from '../../src/features.ts';
import { removalSteps, tablesOfNobody } from '../../src/organizations/removal-steps.ts';
import { sweepOrganizations } from '../../src/organizations/remove.ts';
import { schema } from '../../src/schema.ts';
import { sweep } from '../../src/sweep.ts';
import { clientOf } from '../support/client.ts';
import { everythingStored } from '../support/database/everything-stored.ts';
import { clockAt, testApp } from '../support/deps.ts';
import { eventTypesOf } from '../support/events.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { confirm, publish, uploaded } from '../support/plugins/publish.ts';
import { closingScene, day, hour } from '../support/scenes/closing.ts';
import { adminAuthorization, type Organization, organization } from '../support/scenes/organization.ts';
import { killedAfter } from '../support/workers/killed-worker.ts';

const nobodys = tablesOfNobody({ features });

const path = '/v1/organization/deletion';

async function scene() {
  const clock = clockAt(Date.now());
  const { deps, fetch } = testApp({ clock });
  const org = await organization({ fetch });
  return { clock, deps, fetch, org, request: () => org.post(path, { organization_id: org.id }) };
}

/** Parameters of what belongs to the operator, which is kept. */
const ofOperator = ['cluster_name', 'advisory_id', 'import_id', 'keyid'];

/** Returns the IDs of the organization's resources. */
function ownOf(ids: Record<string, string>): string[] {
  return Object.entries(ids).flatMap(([name, id]) => (ofOperator.includes(name) ? [] : [id]));
}

test("every table is removed with its organization, or states why it isn't", () => {
  const tables = Object.values(schema).flatMap((entry) => (is(entry, SQLiteTable) ? [getTableConfig(entry).name] : []));
  const swept = features.flatMap((feature) => (feature.swept ?? []).map(({ table }) => getTableConfig(table).name));
  const removed = new Set([...removalSteps({ features }).flatMap((step) => step.tables), ...swept]);
  const missing = tables.filter((table) => !removed.has(table) && !(table in nobodys));
  expect(missing, 'add the table to src/organizations/removal-steps.ts').toEqual([]);
  expect([...removed, ...Object.keys(nobodys)].filter((name) => !tables.includes(name))).toEqual([]);
});

test('a table whose rows refer to an organization or a namespace is removed with it', () => {
  const owned = Object.values(schema).flatMap((entry) => {
    if (!is(entry, SQLiteTable)) return [];
    const { name, columns } = getTableConfig(entry);
    return columns.some((column) => ['organization_id', 'namespace_id'].includes(column.name)) ? [name] : [];
  });
  expect(owned.filter((name) => name in nobodys)).toEqual([]);
});

test('a request states when the deletion is due, and a second one does not postpone it', async () => {
  const { clock, org, request } = await scene();
  const due = new Date(clock.now() + 7 * day).toISOString();
  const expected = { organization_id: org.id, name: 'Acme', deletion_due_at: due };
  expect((await request()).body).toEqual(expected);
  clock.advance(day);
  expect((await request()).body).toEqual(expected);
  expect((await org.get(path)).body).toEqual(expected);
  expect((await eventTypesOf(org)).filter((type) => type.startsWith('organization.deletion'))).toEqual([
    'organization.deletion_requested',
  ]);
});

test("a request for an organization other than the key's is refused", async () => {
  const { org } = await scene();
  const { status, body } = await org.post(path, { organization_id: 'org_00000000000000000000000000' });
  expect([status, body]).toEqual([
    409,
    expect.objectContaining({
      detail: `This key belongs to the organization ${org.id}, not org_00000000000000000000000000`,
    }),
  ]);
  expect((await org.get(path)).body).toMatchObject({ deletion_due_at: null });
});

test('a cancelled deletion leaves the organization unchanged, even after the due date', async () => {
  const { clock, deps, org, request } = await scene();
  await request();
  expect((await org.del(path)).body).toMatchObject({ deletion_due_at: null });
  expect((await org.del(path)).status).toBe(200);
  clock.advance(8 * day);
  await sweep(deps);
  expect((await org.get('/v1/quotas')).status).toBe(200);
  expect((await eventTypesOf(org)).slice(-2)).toEqual([
    'organization.deletion_requested',
    'organization.deletion_cancelled',
  ]);
});

test('the operator can also request and cancel a deletion, but not after the organization is closed', async () => {
  const { clock, deps, fetch, org } = await scene();
  const operator = clientOf(adminAuthorization, fetch);
  const there = `/v1/admin/organizations/${org.id}/deletion`;
  expect((await operator.post(there)).status).toBe(200);
  expect((await operator.del(there)).body).toMatchObject({ deletion_due_at: null });
  await operator.post(there);
  clock.advance(7 * day);
  await sweep(deps);
  expect((await operator.del(there)).body).toMatchObject({
    detail: `The organization ${org.id} is closed: its data is being deleted`,
  });
  const key = { name: 'late', scopes: ['keys:admin'] };
  expect((await operator.post(`/v1/admin/organizations/${org.id}/keys`, key)).status).toBe(404);
});

test('an organization leaves nothing behind after its grace period, and other organizations lose nothing', async () => {
  const { ids, org, pass, fetch } = await closingScene('leaving');
  const other = await organization({ name: 'staying', fetch });
  const before = await everythingStored();
  expect(before).toContain(org.id);
  await org.post(path, { organization_id: org.id });
  await pass(6.9 * day, 2);
  expect((await org.get(`${org.plugins}/${ids.plugin_id}`)).status).toBe(200);
  await pass(0.2 * day, 1);
  expect((await org.get('/v1/quotas')).status).toBe(401);
  await pass(4 * day, 12);
  const stored = await everythingStored();
  const names = [org.id, org.namespaceId, ...ownOf(ids)].filter((name) => stored.includes(name));
  expect(names).toEqual([]);
  expect((await other.get('/v1/quotas')).status).toBe(200);
});

test('the files of its storage plugins go with an organization, as soon as every builder answers', async () => {
  const { deps, org, pass } = await closingScene('storing');
  const storing = await deps.db
    .select({ id: plugins.id })
    .from(plugins)
    .where(and(eq(plugins.organizationId, org.id), eq(plugins.kind, 'storage')));
  const [deleted, refused] = [new Set<string>(), new Set<string>()];
  let answers = false;
  const deleteData: Builder['deleteData'] = async (id) => {
    (answers ? deleted : refused).add(id);
    if (!answers) throw new BuilderError('unreachable', 'The builder does not answer');
    return true;
  };
  const own = { ...deps, builder: { ...deps.builder, deleteData } };
  const left = () => deps.db.select().from(organizations).where(eq(organizations.id, org.id));
  await org.post(path, { organization_id: org.id });
  await pass(14 * day, 20, own);
  expect([await left(), refused.size, deleted.size]).toMatchObject([[{ id: org.id }], 1, 0]);
  expect(await tablesNaming(deps, org)).toEqual(['organizations', 'plugins']);
  answers = true;
  await pass(day, 6, own);
  expect([await left(), [...deleted]]).toEqual([[], storing.map(({ id }) => id)]);
});

/** Returns the tables with a row that has the organization's or its namespace's ID. */
async function tablesNaming({ db }: Pick<Deps, 'db'>, { id, namespaceId }: Organization): Promise<string[]> {
  const tables = Object.values(schema).filter((entry) => is(entry, SQLiteTable));
  const named = await Promise.all(
    tables.map(async (table) => {
      const rows = JSON.stringify(await db.select().from(table));
      return rows.includes(id) || rows.includes(namespaceId) ? [getTableConfig(table).name] : [];
    }),
  );
  return named.flat().sort();
}

test('quarantined content of a removed organization stays refused and listed, until it is lifted', async () => {
  const { org, pass, fetch } = await closingScene('quarantined');
  const made = plugin({ name: 'harmful', files: { 'note.txt': crypto.randomUUID() } });
  await publish(org, made);
  const admin = clientOf(adminAuthorization, fetch);
  const { code_hash: sha256 } = z
    .object({ plugin: z.object({ code_hash: z.string() }) })
    .parse((await org.get(`${org.plugins}/harmful_1_0_0`)).body).plugin;
  const quarantine = (reason: string) =>
    admin.put(`/v1/admin/quarantines/${sha256}`, { reason, objection: 'Write to security@example.com.' });
  await quarantine('It phones home.');
  await org.post(path, { organization_id: org.id });
  await pass(7.1 * day, 2);
  await pass(4 * day, 14);
  expect((await everythingStored()).includes(org.id)).toBe(false);
  await pass(3.1 * day, 3); // until other organizations may store the same archives

  const other = await organization({ fetch });
  const refused = await confirm(other, await uploaded(other, made, made.zip));
  expect(refused.text).toContain('It phones home');
  expect((await quarantine('It mines.')).body).toMatchObject({
    items: [{ organization_id: null, sha256, quarantined: { reason: 'It mines.' } }],
  });
  const listed = async () => JSON.stringify((await admin.get('/v1/admin/quarantines?limit=100')).body).includes(sha256);
  expect(await listed()).toBe(true);
  expect((await admin.del(`/v1/admin/quarantines/${sha256}`)).status).toBe(204);
  expect(await listed()).toBe(false);
  expect((await confirm(other, await uploaded(other, made, made.zip))).status).toBe(200);
});

test('a worker killed at any round trip leaves the remaining work to the next sweep', async () => {
  const { clock, deps, ids, org, pass } = await closingScene('killed');
  await org.post(path, { organization_id: org.id });
  clock.advance(7 * day);
  for (let trips = 0; trips < 3; trips++) await sweepOrganizations(killedAfter(deps, trips).dying).catch(() => {});
  await pass(2.1 * day, 5);
  for (let trips = 0; trips < 60; trips++) await sweepOrganizations(killedAfter(deps, trips).dying).catch(() => {});
  await pass(hour, 2);
  const stored = await everythingStored();
  expect([org.id, org.namespaceId, ...ownOf(ids)].filter((name) => stored.includes(name))).toEqual([]);
});

test('closed organizations take turns in order, and organizations that must wait do not block others', async () => {
  const { deps } = await scene();
  const at = deps.clock.now();
  const count = 3 * organizationDeletion.organizationsAtOnce - 1;
  const ids = Array.from({ length: count }, () => deps.ids('organization'));
  for (const [n, id] of ids.entries())
    await deps.db
      .insert(organizations)
      .values({ id, name: `closed ${n}`, createdAt: at, closedAt: at, deletionDueAt: at - count + n });
  const stuck = ids.slice(0, 5);
  for (const organizationId of stuck)
    await deps.db.insert(namespaces).values({
      ...{
        id: deps.ids('namespace'),
        organizationId,
        name: 'busy',
        type: 'standard' as const,
        createdAt: at,
        updatedAt: at,
      },
      ...{ featureExtractors: [], settings: {} },
    });
  const left = async () => {
    await sweepOrganizations(deps);
    const rows = await deps.db.select({ id: organizations.id }).from(organizations);
    return ids.filter((id) => rows.some((row) => row.id === id));
  };
  expect(await left()).toEqual(ids);
  expect(await left()).toEqual([...stuck, ...ids.slice(10)]);
  await left();
  expect(await left()).toEqual(stuck);
});

test('an organization is closed on its due date, however many closed organizations are waiting', async () => {
  const { deps } = await scene();
  const at = deps.clock.now();
  const row = (name: string) => ({ id: deps.ids('organization'), name, createdAt: at, deletionDueAt: at - 1 });
  const due = { ...row('due'), deletionDueAt: at };
  const before = Array.from({ length: 51 }, (_, n) => ({ ...row(`closed ${n}`), closedAt: at }));
  for (const one of [...before, due]) await deps.db.insert(organizations).values(one);
  await sweepOrganizations(deps);
  const [found] = await deps.db.select().from(organizations).where(eq(organizations.id, due.id)).limit(1);
  expect(found).toMatchObject({ closedAt: at });
});
