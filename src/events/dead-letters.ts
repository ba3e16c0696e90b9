// Messages that can never succeed are kept, so that someone can look at them; the queue forgets them.
import type { Message } from '../contract/messages.ts';
import { deadLetters } from '../db/schema/events.ts';
import type { Deps } from '../deps.ts';

export interface DeadLetter {
  /** The queue's own id of the message: the same letter twice is one row. */
  id: string;
  queue: string;
  /** Null: what came is no message of ours. */
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
