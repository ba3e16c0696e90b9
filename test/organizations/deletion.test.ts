// Tests organization deletion: a seven-day grace period in which nothing changes, after which everything is removed.
import { is } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { expect, test } from 'vitest';
import { features } from '../../src/features.ts';
import { removalSteps, tablesOfNobody } from '../../src/organizations/removal-steps.ts';
import { schema } from '../../src/schema.ts';
import { sweep } from '../../src/sweep.ts';
import { clientOf } from '../support/client.ts';
import { everythingStored } from '../support/database/everything-stored.ts';
import { eventTypesOf } from '../support/events.ts';
import { closingScene, day } from '../support/scenes/closing.ts';
import { adminAuthorization, organization } from '../support/scenes/organization.ts';
import { ownOf, path, scene } from './deletion-scene.ts';

const nobodys = tablesOfNobody({ features });

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
  const { ids, org, pass, fetch, remove } = await closingScene('leaving');
  const other = await organization({ name: 'staying', fetch });
  const before = await everythingStored();
  expect(before).toContain(org.id);
  await org.post(path, { organization_id: org.id });
  await pass(6.9 * day, 2);
  expect((await org.get(`${org.plugins}/${ids.plugin_id}`)).status).toBe(200);
  await pass(0.2 * day, 1);
  expect((await org.get('/v1/quotas')).status).toBe(401);
  await pass(4 * day, 2);
  await remove(10);
  const stored = await everythingStored();
  const names = [org.id, org.namespaceId, ...ownOf(ids)].filter((name) => stored.includes(name));
  expect(names).toEqual([]);
  expect((await other.get('/v1/quotas')).status).toBe(200);
});
