// Queues that lose every message, like a local run that is killed. Tests can inspect what was sent.
import type { Message } from '../../../src/contract/messages.ts';
import type { Deps, MessageSender } from '../../../src/deps.ts';

export function losingQueues(): { queues: Deps['queues']; sent: Message[] } {
  const sent: Message[] = [];
  const sender = senderOf(async (message) => sent.push(message));
  const queues = {
    scans: sender,
    deployments: sender,
    deliveries: sender,
    runs: sender,
    calls: sender,
    lowCalls: sender,
    artifacts: sender,
  };
  return { queues, sent };
}

/** A queue that takes messages so, one after the other. Refuses all of a request if it refuses one. */
export function senderOf(take: (message: Message) => Promise<unknown>): MessageSender {
  return {
    send: take,
    sendBatch: async (messages) => {
      for (const { body } of messages) await take(body);
    },
  };
}
