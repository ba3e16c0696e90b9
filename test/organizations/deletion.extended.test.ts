// Tests what an organization's deletion has to wait for, in which order organizations go, and workers that die meanwhile.
import { and, eq, is } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Builder } from '../../src/contract/builder/builder.ts';
import { BuilderError } from '../../src/contract/builder/errors.ts';
import { organizationDeletion } from '../../src/contract/limits/retention.ts';
import { namespaces, organizations } from '../../src/db/schema/access.ts';
import { plugins } from '../../src/db/schema/registry.ts';
import type { Deps } from '../../src/deps.ts';
import { sweepOrganizations } from '../../src/organizations/remove.ts';
import { schema } from '../../src/schema.ts';
import { clientOf } from '../support/client.ts';
import { everythingStored } from '../support/database/everything-stored.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { confirm, publish, uploaded } from '../support/plugins/publish.ts';
import { closingScene, day, hour } from '../support/scenes/closing.ts';
import { adminAuthorization, type Organization, organization } from '../support/scenes/organization.ts';
import { killedAfter } from '../support/workers/killed-worker.ts';
import { ownOf, path, scene } from './deletion-scene.ts';

test('the files of its storage plugins go with an organization, as soon as every builder answers', async () => {
  const { deps, org, pass, remove } = await closingScene('storing');
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
  await pass(14 * day, 4, own);
  await remove(16, own);
  expect([await left(), refused.size, deleted.size]).toMatchObject([[{ id: org.id }], 1, 0]);
  expect(await tablesNaming(deps, org)).toEqual(['organizations', 'plugins']);
  answers = true;
  await pass(day, 1, own);
  await remove(5, own);
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
  const { org, pass, fetch, remove } = await closingScene('quarantined');
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
  await pass(4 * day, 2);
  await remove(12);
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
