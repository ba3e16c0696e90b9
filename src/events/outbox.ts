// Sends queue messages through an outbox. A row is written in the batch of the state change, and its message is sent right after; the
// sweep (`resend.ts`) sends any that remain. Messages carry only IDs, so a duplicate costs one row read.
import { eq, type SQL } from 'drizzle-orm';
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

/** Builds the statement that inserts the outbox row if `condition` holds. */
export function enqueue({ db, clock }: Pick<Deps, 'db' | 'clock'>, message: OutboxMessage, condition: SQL): Statement {
  return insertWhere(db, outbox, { ...message, createdAt: clock.now() }, condition);
}

/** Sends a message that a batch has just enqueued. If the isolate dies first, the sweep sends it. */
export async function sendNow(deps: OutboxDeps, message: OutboxMessage): Promise<void> {
  const delaySeconds = Math.max(0, Math.ceil((message.dueAt - deps.clock.now()) / 1000));
  await deps.queues[message.queue].send(message.body, { delaySeconds });
  await deps.db.update(outbox).set({ sentAt: deps.clock.now() }).where(eq(outbox.id, message.id));
}

/** Sends a message that a batch enqueued if its condition held. */
export async function sendIfEnqueued(deps: OutboxDeps, message: OutboxMessage): Promise<void> {
  const [row] = await deps.db.select({ id: outbox.id }).from(outbox).where(eq(outbox.id, message.id));
  if (row) await sendNow(deps, message);
}
