// Sends the message that wakes a worker for the result of a call that has ended.
import type { laterCallRows } from '../../../db/schema/calls.ts';
import type { Deps } from '../../../deps.ts';

/** If it is lost, the sweep sends another one. */
export async function wakeCallbacks(
  { queues }: Pick<Deps, 'queues'>,
  { callbackUrl, id }: Pick<typeof laterCallRows.$inferSelect, 'callbackUrl' | 'id'>,
): Promise<void> {
  if (callbackUrl !== null) await queues.deliveries.send({ v: 1, type: 'call-back', id });
}
