// Tests a delivery to a target that the real builder refuses.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { sendByUrl } from '../../../../src/builders/client.ts';
import { fetchByBuilder } from '../../../../src/builders/egress.ts';
import { emitEvents } from '../../../support/scenes/losing-scene.ts';
import { attemptsOf, deliverEvents, deliveriesOf, webhook, webhookScene } from '../scenes/webhooks.ts';

const send = fetchByBuilder(sendByUrl({ url: env.BUILDER_URL, token: env.BUILDER_TOKEN }));

test("a delivery that the builder refuses to send states the builder's reason", async () => {
  const scene = await webhookScene({ fetch: send, allowLoopback: true, ownPorts: new Set() });
  const hook = await webhook(scene, { url: `${env.BUILDER_URL}/health`, events: ['namespace.'] });
  await emitEvents(scene);
  await deliverEvents(scene, hook);
  const [delivery] = await deliveriesOf(scene, hook);
  expect(await attemptsOf(scene, hook, delivery?.delivery_id)).toEqual([
    {
      number: 1,
      status_code: null,
      error: 'the URL is not allowed: it points to Slipway itself',
      response_excerpt: null,
    },
  ]);
});
