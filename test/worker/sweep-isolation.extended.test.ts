// Tests that a row that a sweep can't handle does not stop other rows, and is logged with its ID (D43). Either D1 refuses to change the
// row, its JSON is unreadable, or the queue refuses its message.
import { env } from 'cloudflare:workers';
import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Message } from '../../src/contract/messages.ts';
import { deployments, livePointers } from '../../src/db/schema/deploy.ts';
import { deadLetters, outbox } from '../../src/db/schema/events.ts';
import { uploads } from '../../src/db/schema/registry.ts';
import { sweep } from '../../src/sweep.ts';
import { openUpload } from '../support/plugins/publish.ts';
import { organization } from '../support/scenes/organization.ts';
import { deploy, scene as deployScene } from '../support/scenes/scene.ts';
import { isolationScene } from '../support/workers/isolation-scene.ts';

const days = 86_400_000;

/** Makes D1 refuse changes to the row from now on. */
async function refuseChange(table: string, id: string, column = 'id'): Promise<void> {
  await env.DB.prepare(
    `create trigger "refuse_${table}" before update on ${table} when old.${column} = '${id}' begin select raise(abort, 'bad row'); end`,
  ).run();
}

test("an upload that can't expire stops no other upload", async () => {
  const s = isolationScene();
  const org = await organization({ fetch: s.fetch });
  const [bad, good] = [await openUpload(org, { name: 'first' }), await openUpload(org, { name: 'second' })];
  await refuseChange('uploads', bad.upload_id);
  s.clock.advance(3 * days);
  await sweep(s.deps);
  const statusOf = async (id: string) =>
    (await s.deps.db.select({ status: uploads.status }).from(uploads).where(sql`${uploads.id} = ${id}`))[0]?.status;
  expect([await statusOf(bad.upload_id), await statusOf(good.upload_id)]).toEqual(['open', 'expired']);
  expect(s.failed).toContainEqual(['sweep.row_failed', bad.upload_id]);
});

test('an outbox row without a valid message, or with a message that the queue refuses, stops no other row', async () => {
  const s = isolationScene();
  const org = await organization({ fetch: s.fetch });
  const messageOf = (digit: string): Message => ({
    v: 1,
    type: 'advance-upload',
    id: `plu_0000000000000000000000000${digit}`,
  });
  const row = (id: string) => ({ id, queue: 'scans' as const, createdAt: 0, dueAt: 0, sentAt: null });
  await s.deps.db
    .insert(outbox)
    .values(['2', '3'].map((digit) => ({ ...row(`out_${digit}`), body: messageOf(digit) })));
  await env.DB.prepare(
    `insert into outbox (id, queue, body, created_at, due_at) values ('out_1', 'scans', '{"v":1,"type":"unknown"}', 0, 0)`,
  ).run();
  s.refused.add(messageOf('2').id);
  await sweep(s.deps);
  expect(s.sent).toContainEqual(messageOf('3'));
  expect(s.failed).toContainEqual(['sweep.row_failed', messageOf('2').id]);
  const dead = await s.deps.db.select().from(deadLetters).where(eq(deadLetters.id, 'out_1'));
  expect(dead).toMatchObject([{ queue: 'scans', body: null, reason: 'malformed' }]);
  expect(await s.deps.db.select().from(outbox).where(eq(outbox.id, 'out_1'))).toEqual([]);
  expect(org.id).toMatch(/^org_/);
});

test('a deployment whose message the queue refuses stops no others', async () => {
  const s = isolationScene();
  const [bad, good] = [await deploy(await deployScene()), await deploy(await deployScene())];
  await s.deps.db
    .update(deployments)
    .set({ status: 'queued', leaseUntil: null, nextAttemptAt: null, updatedAt: 0 })
    .where(sql`${deployments.id} in (${bad.id}, ${good.id})`);
  s.refused.add(bad.id);
  s.clock.advance(days);
  await sweep(s.deps);
  expect(s.sent).toContainEqual({ v: 1, type: 'advance-deployment', id: good.id });
  expect(s.failed).toContainEqual(['sweep.row_failed', bad.id]);
});

test("a plugin whose surplus versions can't be undeployed stops no other plugin", async () => {
  const s = isolationScene();
  const marks = ['plg_bad', 'plg_good'];
  await env.DB.batch(
    marks.map((id) =>
      env.DB.prepare(
        `insert into live_pointers (namespace_id, subject_id, ticket, last_ticket, limit_ticket, updated_at) values ('ns_none', '${id}', 1, 1, 1, 0)`,
      ),
    ),
  );
  await refuseChange('live_pointers', 'plg_bad', 'subject_id');
  await sweep(s.deps);
  const left = await s.deps.db
    .select({ id: livePointers.subjectId })
    .from(livePointers)
    .where(sql`${livePointers.limitTicket} is not null`);
  expect(left).toEqual([{ id: 'plg_bad' }]);
  expect(s.failed).toContainEqual(['sweep.row_failed', 'plg_bad']);
});
