// Messages leave through here: the row is written in the batch of the state change, then sent at once; what was left behind is
// sent by the sweep. A message carries only ids, so a duplicate costs a look at a row.
import { and, asc, eq, isNotNull, isNull, lt, lte, type SQL } from 'drizzle-orm';
import type { Message } from '../contract/messages.ts';
import type { QueueName } from '../contract/states.ts';
import { insertWhere, type Statement } from '../db/client.ts';
import { outbox } from '../db/schema/events.ts';
import type { Deps } from '../deps.ts';

export interface OutboxMessage {
  id: string;
  queue: QueueName;
  body: Message;
  dueAt: number;
}

type OutboxDeps = Pick<Deps, 'db' | 'queues' | 'clock' | 'log'>;

export function outboxMessage(
  { ids, clock }: Pick<Deps, 'ids' | 'clock'>,
  queue: QueueName,
  body: Message,
  delayMs = 0,
): OutboxMessage {
  return { id: ids('outbox'), queue, body, dueAt: clock.now() + delayMs };
}

/** The outbox row, written only where `condition` holds. */
export function enqueue({ db, clock }: Pick<Deps, 'db' | 'clock'>, message: OutboxMessage, condition: SQL): Statement {
  return insertWhere(db, outbox, { ...message, createdAt: clock.now() }, condition);
}

/** Sends what a batch has just enqueued. Lost when the isolate dies here: then the sweep sends it. */
export async function sendNow(deps: OutboxDeps, message: OutboxMessage): Promise<void> {
  const delaySeconds = Math.max(0, Math.ceil((message.dueAt - deps.clock.now()) / 1000));
  await deps.queues[message.queue].send(message.body, { delaySeconds });
  await deps.db.update(outbox).set({ sentAt: deps.clock.now() }).where(eq(outbox.id, message.id));
}

const leftBehindMs = 15_000;
const keepSentMs = 7 * 24 * 3600 * 1000;

/** Sends messages that are due and that nobody sent, oldest first, and forgets those sent a week ago. */
export async function sweepOutbox(deps: OutboxDeps): Promise<number> {
  const now = deps.clock.now();
  const due = await deps.db
    .select()
    .from(outbox)
    .where(and(isNull(outbox.sentAt), lte(outbox.dueAt, now), lt(outbox.createdAt, now - leftBehindMs)))
    .orderBy(asc(outbox.dueAt))
    .limit(100);
  for (const message of due) await sendNow(deps, message);
  await deps.db.delete(outbox).where(and(isNotNull(outbox.sentAt), lt(outbox.sentAt, now - keepSentMs)));
  return due.length;
}
