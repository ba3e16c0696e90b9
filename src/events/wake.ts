// Sends messages that only wake a consumer: which work it does is in the rows. While many are sent, those of an isolate go together, so that a
// flood of requests costs few of them. A message that is lost is made up for by the sweep, as any other one.
import type { Message } from '../contract/messages.ts';
import type { Deps } from '../deps.ts';

type Target = Deps['queues']['deliveries'];

/** Messages wait this long for others after one was sent. */
const togetherMs = 50;
/** The request that would send those that wait has ended without it. */
const lostMs = 1000;
/** Messages that go together at most. One fan-out is for all events; a consumer that finds another call due wakes the next one. */
const waitingMax = { 'fan-out': 1, 'run-call': 3 } as const;

type WakeUp = Extract<Message, { type: keyof typeof waitingMax }>;

interface Sender {
  sentAt: number;
  waiting: WakeUp[];
  /** When a request sends those that wait. */
  dueAt: number;
}

const senders = new WeakMap<Target, Sender>();

/** Sends the message at once, or soon, with those of other requests. */
export async function wake(queue: Target, message: WakeUp): Promise<void> {
  const sender = senders.get(queue) ?? { sentAt: 0, waiting: [], dueAt: 0 };
  senders.set(queue, sender);
  const now = Date.now();
  const isAwaited = sender.waiting.length > 0 && Math.abs(now - sender.dueAt) < lostMs;
  if (sender.waiting.length < waitingMax[message.type]) sender.waiting.push(message);
  if (isAwaited) return;
  // A clock that is set back must not stop messages.
  const waitMs = Math.min(Math.max(0, sender.sentAt + togetherMs - now), togetherMs);
  sender.dueAt = now + waitMs;
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
  sender.sentAt = Date.now();
  await queue.sendBatch(sender.waiting.splice(0).map((body) => ({ body })));
}
