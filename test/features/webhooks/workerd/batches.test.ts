// Tests that a batch of messages delivers the events that it wrote.
import { expect, test } from 'vitest';
import type { Message } from '../../../../src/contract/messages.ts';
import { deploy, scene } from '../../../support/scenes/scene.ts';
import { senderOf } from '../../../support/workers/losing-queues.ts';
import { consumed } from '../../../support/workers/queue-batch.ts';

test('a batch of messages sends the events that it wrote to webhooks', async () => {
  const s = await scene();
  const { id } = await deploy(s, 'realtime');
  const sent: Message[] = [];
  const changes = { DELIVERIES: senderOf(async (message) => sent.push(message)) };
  await consumed('slipway-deployments-dead', [{ body: { v: 1, type: 'advance-deployment', id } }], changes);
  expect(sent).toEqual([{ v: 1, type: 'fan-out', id: expect.stringMatching(/^evt_/) }]);
});
