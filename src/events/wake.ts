// Sends messages that only wake a consumer: which work it does is in the rows. While many are sent, those of an isolate go together, so that a
// flood of requests costs few of them. A message that is lost is made up for by the sweep, as any other one.
import type { Message } from '../contract/messages.ts';
import type { Deps } from '../deps.ts';

type Target = Deps['queues']['deliveries'];

/** Messages that came while one was sent wait this long for others. */
const togetherMs = 50;
/** A request that sends for longer has ended without it: the next one sends. */
const lostMs = 5000;
/** Messages that go together at most. One fan-out is for all events; a consumer that finds another call due wakes the next one. */
const waitingMax = { 'fan-out': 1, 'run-call': 3 } as const;

type WakeUp = Extract<Message, { type: keyof typeof waitingMax }>;

interface Sender {
  waiting: WakeUp[];
  /** Since when a request sends, if one does. */
  sendsSince: number | undefined;
}

const senders = new WeakMap<Target, Sender>();

/** Sends the message at once, unless another request sends one: that one sends it soon. */
export async function wake(queue: Target, message: WakeUp): Promise<void> {
  const sender = senders.get(queue) ?? { waiting: [], sendsSince: undefined };
  senders.set(queue, sender);
  if (sender.waiting.length < waitingMax[message.type]) sender.waiting.push(message);
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
