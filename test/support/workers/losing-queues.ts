// Queues that lose every message, like a local run that is killed. Tests can inspect what was sent.
import type { Message } from '../../../src/contract/messages.ts';
import type { Deps } from '../../../src/deps.ts';

export function losingQueues(): { queues: Deps['queues']; sent: Message[] } {
  const sent: Message[] = [];
  const sender = { send: async (message: Message) => sent.push(message) };
  return { queues: { scans: sender, deployments: sender, deliveries: sender, artifacts: sender }, sent };
}
