// Sends messages that only wake a consumer; the work itself is in the rows. Under load, an isolate combines them, so that many requests
// send few messages. The sweep makes up for lost ones.
import type { Message } from '../contract/messages.ts';
import type { Deps } from '../deps.ts';

type Target = Deps['queues']['deliveries'];

/** How long messages are collected while another request is sending. */
const togetherMs = 50;
/** After this long, a busy sender is presumed dead, and the next request sends. */
const lostMs = 5000;
interface Sender {
  waiting: Message[];
  /** When the current sender started; undefined if there is none. */
  sendsSince: number | undefined;
}

const senders = new WeakMap<Target, Sender>();

/**
 * Sends the message now. If another request is already sending, that request sends this message too, shortly after, unless `most`
 * messages wait already.
 */
export async function wake(queue: Target, message: Message, most: number): Promise<void> {
  const sender = senders.get(queue) ?? { waiting: [], sendsSince: undefined };
  senders.set(queue, sender);
  if (sender.waiting.length < most) sender.waiting.push(message);
  const startedAt = Date.now();
  if (sender.sendsSince !== undefined && Math.abs(startedAt - sender.sendsSince) < lostMs) return;
  sender.sendsSince = startedAt;
  try {
    while (sender.waiting.length > 0 && Date.now() < startedAt + lostMs / 2) {
      await queue.sendBatch(sender.waiting.splice(0).map((body) => ({ body })));
      if (sender.waiting.length > 0) await new Promise((resolve) => setTimeout(resolve, togetherMs));
    }
  } finally {
    sender.sendsSince = undefined;
  }
}
