// An app whose queues refuse messages about chosen rows, and which records what failed.
import type { MessageSender } from '../../../src/deps.ts';
import { clockAt, testApp } from '../deps.ts';
import { losingQueues } from './losing-queues.ts';

export function isolationScene() {
  const clock = clockAt(Date.now());
  const { queues, sent } = losingQueues();
  const refused = new Set<string>();
  const sender: MessageSender = {
    send: async (message) => sent.push(message),
    sendBatch: async (messages) => {
      if (messages.some(({ body }) => refused.has(body.id))) throw new Error('the queue refuses it');
      sent.push(...messages.map(({ body }) => body));
    },
  };
  const failed: unknown[] = [];
  const log = {
    info: () => {},
    warn: () => {},
    error: (event: string, fields?: Record<string, unknown>) => failed.push([event, fields?.id ?? fields?.sweep]),
  };
  const all = { ...queues, scans: sender, deployments: sender, artifacts: sender, deliveries: sender };
  return { clock, sent, refused, failed, ...testApp({ clock, queues: all, log }) };
}
