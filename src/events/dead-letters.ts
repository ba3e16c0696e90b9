// Stores messages that can never succeed, for the operator. The queue itself deletes them.
import type { Message } from '../contract/messages.ts';
import { deadLetters } from '../db/schema/events.ts';
import type { Deps } from '../deps.ts';

export interface DeadLetter {
  /** The queue's ID of the message: recording it twice makes one row. */
  id: string;
  queue: string;
  /** Null: the body was not a valid message. */
  message: Message | null;
  reason: string;
}

export async function storeDeadLetter(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  { id, queue, message, reason }: DeadLetter,
): Promise<void> {
  await db
    .insert(deadLetters)
    .values({ id, queue, body: message, reason, createdAt: clock.now() })
    .onConflictDoNothing();
}
