// Queues that lose every message, as if a local run had been killed. Tests can inspect the messages that were sent.
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

/** Returns a queue that passes messages to `take` one by one. If `take` refuses one, the whole request is refused. */
export function senderOf(take: (message: Message) => Promise<unknown>): MessageSender {
  return {
    send: take,
    sendBatch: async (messages) => {
      for (const { body } of messages) await take(body);
    },
  };
}
