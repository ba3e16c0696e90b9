// Sends messages that are still in the outbox when they are due, and keeps those that can't be delivered.
import { and, asc, eq, isNull, lt, lte, sql } from 'drizzle-orm';
import { sweepGraceMs, sweepLimits } from '../contract/limits/leases.ts';
import { retention } from '../contract/limits/retention.ts';
import { type Message, messageSchema } from '../contract/messages.ts';
import type { QueueName } from '../contract/states.ts';
import { firstIdAt } from '../core/ids.ts';
import { parseJson } from '../core/json/parse.ts';
import { deadLetters, outbox } from '../db/schema/events.ts';
import type { Deps } from '../deps.ts';
import type { DueStep } from '../due-step.ts';
import { pickSome, runIsolated, sendAll } from './send-all.ts';

type OutboxDeps = Pick<Deps, 'db' | 'queues' | 'clock' | 'log'>;

export const outboxStep: DueStep = { step: sweepOutbox, due: dueOutbox };

/** Sends overdue messages, earliest first, and deletes those sent long ago. Messages that can't be sent stay. */
export async function sweepOutbox(deps: OutboxDeps): Promise<number> {
  const [selectDue, old] = dueOutbox(deps);
  const due = pickSome(await selectDue, sweepLimits.messagesAtOnce);
  await sendStored(deps, due);
  await deps.db.delete(outbox).where(sql`${outbox.id} in (${old})`);
  return due.length;
}

function dueOutbox({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  const now = clock.now();
  const sentBefore = now - retention.sentMessagesMs;
  const unsent = db
    .select({ id: outbox.id, queue: outbox.queue, body: sql<string>`${outbox.body}`, dueAt: outbox.dueAt })
    .from(outbox)
    .where(and(isNull(outbox.sentAt), lte(outbox.dueAt, now), lt(outbox.createdAt, now - sweepGraceMs)))
    .orderBy(asc(outbox.dueAt))
    .limit(sweepLimits.pickedFrom);
  const old = sql`select ${outbox.id} from ${outbox}
    where ${outbox.id} < ${firstIdAt('outbox', sentBefore)} and ${outbox.sentAt} < ${sentBefore} order by ${outbox.id} limit ${deletedAtOnce}`;
  return [unsent, old] as const;
}

interface StoredMessage {
  id: string;
  queue: QueueName;
  /** The message as JSON, parsed separately for each row. */
  body: string;
  dueAt: number;
}

async function sendStored(deps: OutboxDeps, rows: readonly StoredMessage[]): Promise<void> {
  const messages = new Map(rows.map((row) => [row, messageSchema.safeParse(parseJson(row.body)).data]));
  for (const [queue, own] of Map.groupBy(rows, (row) => row.queue)) {
    const wanted = own.flatMap((row) => messages.get(row) ?? []);
    const sent = new Set<Message | undefined>(await sendAll(deps, queue, wanted));
    const isSent = (row: StoredMessage) => sent.has(messages.get(row));
    await markSent(deps, own.filter(isSent)).catch(() => runIsolated(deps, own.filter(isSent), markOne));
  }
  const malformed = rows.filter((row) => messages.get(row) === undefined);
  await runIsolated(deps, pickSome(malformed, sweepLimits.changedByFew), storeMalformed);
}

async function markSent({ db, clock }: OutboxDeps, rows: readonly Pick<StoredMessage, 'id'>[]): Promise<void> {
  const ids = JSON.stringify(rows.map(({ id }) => id));
  const isListed = sql`${outbox.id} in (select value from json_each(${ids}))`;
  if (rows.length > 0) await db.update(outbox).set({ sentAt: clock.now() }).where(isListed);
}

function markOne(deps: OutboxDeps, row: StoredMessage): Promise<void> {
  return markSent(deps, [row]);
}

/** Stores an invalid message for the operator; it isn't retried. */
async function storeMalformed(deps: OutboxDeps, { id, queue }: StoredMessage): Promise<void> {
  await storeDeadLetter(deps, { id, queue, message: null, reason: 'malformed' });
  await deps.db.delete(outbox).where(eq(outbox.id, id));
}

/** Sent messages that one sweep deletes: 33 are sent a second. */
const deletedAtOnce = 2_000;

interface DeadLetter {
  /** The queue's message ID, so that a message recorded twice has one row. */
  id: string;
  queue: string;
  /** Null if the body was not a valid message. */
  message: Message | null;
  reason: string;
}

/** Returns whether the dead letter is new. */
export async function storeDeadLetter(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  { id, queue, message, reason }: DeadLetter,
): Promise<boolean> {
  const stored = await db
    .insert(deadLetters)
    .values({ id, queue, body: message, reason, createdAt: clock.now() })
    .onConflictDoNothing()
    .returning({ id: deadLetters.id });
  return stored.length > 0;
}
