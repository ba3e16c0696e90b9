// Tests that each message is sent once, after the change that caused it, and that the sweep sends what remains. Messages may be late
// but are never lost (invariant 1).
import { createExecutionContext, createScheduledController, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { eq, sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import type { Message } from '../../src/contract/messages.ts';
import { database } from '../../src/db/client.ts';
import { outbox } from '../../src/db/schema/events.ts';
import { uploads } from '../../src/db/schema/registry.ts';
import { enqueue, outboxMessage, sendNow } from '../../src/events/outbox.ts';
import { sweepOutbox } from '../../src/events/resend.ts';
import worker from '../../src/worker.ts';
import { clientOf } from '../support/client.ts';
import { clockAt, testApp } from '../support/deps.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { confirm, uploaded } from '../support/plugins/publish.ts';
import { organization } from '../support/scenes/organization.ts';
import { waitFor } from '../support/waiting.ts';
import { losingQueues, senderOf } from '../support/workers/losing-queues.ts';

const db = database(env.DB);
const start = Date.parse('2026-11-20T12:00:00Z');

function outboxAt(at = start) {
  const clock = clockAt(at);
  const { queues, sent } = losingQueues();
  return { clock, sent, deps: testApp({ clock, queues }).deps };
}

const messageFor = (last: string): Message => ({
  v: 1,
  type: 'advance-upload',
  id: `plu_0000000000000000000000000${last}`,
});

/** Writes the row in the batch of a change, without sending the message. */
async function enqueueUnsent(deps: ReturnType<typeof outboxAt>['deps'], body: Message, delayMs = 0) {
  const message = outboxMessage(deps, 'scans', body, delayMs);
  await db.batch([enqueue(deps, message, sql`true`)]);
  return message;
}

const sentAtOf = async (id: string) => (await db.select().from(outbox).where(eq(outbox.id, id)).limit(1))[0]?.sentAt;

describe('the sweep', () => {
  test('the sweep sends messages that have been left behind for 15 s, and only once', async () => {
    const { clock, sent, deps } = outboxAt();
    const message = await enqueueUnsent(deps, messageFor('1'));
    clock.advance(15_000);
    expect(await sweepOutbox(deps)).toBe(0);
    clock.advance(1);
    expect(await sweepOutbox(deps)).toBe(1);
    expect(await sweepOutbox(deps)).toBe(0);
    expect(sent).toEqual([messageFor('1')]);
    expect(await sentAtOf(message.id)).toBe(start + 15_001);
  });

  test('the sweep sends messages in the order they became due', async () => {
    const { clock, sent, deps } = outboxAt(start + 1e6);
    await enqueueUnsent(deps, messageFor('1'), 2_000);
    await enqueueUnsent(deps, messageFor('2'), 1_000);
    clock.advance(16_000);
    await sweepOutbox(deps);
    expect(sent).toEqual([messageFor('2'), messageFor('1')]);
  });

  test('the sweep sends neither messages that are not due nor messages already sent', async () => {
    const { clock, sent, deps } = outboxAt(start + 2e6);
    const later = await enqueueUnsent(deps, messageFor('1'), 30_000);
    await sendNow(deps, await enqueueUnsent(deps, messageFor('2')));
    clock.advance(29_999);
    await sweepOutbox(deps);
    expect(sent).toEqual([messageFor('2')]);
    clock.advance(1);
    await sweepOutbox(deps);
    expect(sent).toEqual([messageFor('2'), messageFor('1')]);
    expect(await sentAtOf(later.id)).toBe(clock.now());
  });

  test('the sweep continues if a queue fails', async () => {
    const { clock, sent, deps } = outboxAt(start + 3e6);
    await enqueueUnsent(deps, messageFor('1'));
    clock.advance(15_001);
    const failing = senderOf(() => Promise.reject(new Error('the queue is full')));
    await sweepOutbox({ ...deps, queues: { ...deps.queues, scans: failing } });
    expect(sent).toEqual([]);
    await sweepOutbox(deps);
    expect(sent).toEqual([messageFor('1')]);
  });

  test('the sweep deletes messages sent a week ago and no others', async () => {
    const { clock, deps } = outboxAt(start + 4e6);
    const old = await enqueueUnsent(deps, messageFor('1'));
    await sendNow(deps, old);
    clock.advance(7 * 24 * 3600 * 1000);
    await sweepOutbox(deps);
    expect(await sentAtOf(old.id)).toBe(start + 4e6);
    clock.advance(1);
    await sweepOutbox(deps);
    expect(await sentAtOf(old.id)).toBeUndefined();
  });

  test('the sweep keeps a message that is due in more than a week', async () => {
    const { clock, sent, deps } = outboxAt(start + 1e9);
    const day = 24 * 3600 * 1000;
    const later = await enqueueUnsent(deps, messageFor('1'), 8 * day);
    clock.advance(8 * day - 1);
    await sweepOutbox(deps);
    expect([sent, await sentAtOf(later.id)]).toEqual([[], null]);
    clock.advance(1);
    await sweepOutbox(deps);
    expect(sent).toEqual([messageFor('1')]);
  });
});

test('a row whose condition is not met is not written', async () => {
  const { deps } = outboxAt(start + 5e6);
  const message = outboxMessage(deps, 'scans', messageFor('1'));
  await db.batch([enqueue(deps, message, sql`false`)]);
  expect(await sentAtOf(message.id)).toBeUndefined();
});

test('a confirm whose message was lost is completed at the next cron tick', async () => {
  const org = await organization();
  const archive = plugin();
  const upload = await uploaded(org, archive, archive.zip);
  const losing = testApp({ confirmInlineMs: 0, clock: clockAt(Date.now() - 20_000), queues: losingQueues().queues });
  const client = { ...org, ...clientOf(`Bearer ${org.key}`, losing.fetch) };
  expect((await confirm(client, upload)).body).toMatchObject({ validation_status: 'pending' });

  const context = createExecutionContext();
  await worker.scheduled(createScheduledController(), env, context);
  await waitOnExecutionContext(context);
  const status = async () =>
    (await db.select().from(uploads).where(eq(uploads.id, upload.upload_id)).limit(1))[0]?.status;
  await waitFor(async () => expect(await status()).toBe('accepted'));
  expect((await confirm(org, upload)).body).toMatchObject({ validation_status: 'passed' });
});
