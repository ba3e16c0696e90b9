// Tests webhooks that need attention, and the daily summary of everything that does.
import { expect, test } from 'vitest';
import { fakeReceiver } from '../../../support/fake-receiver.ts';
import { emitEvents } from '../../../support/scenes/losing-scene.ts';
import { needActions } from '../../../support/scenes/need-actions.ts';
import { checkNeed } from '../../../support/scenes/needs.ts';
import { deliverEvents, type Webhook, webhook, webhookScene } from '../scenes/webhooks.ts';

let hook: Webhook;

const receiver = fakeReceiver(() => new Response('no', { status: 500 }));

const gone = fakeReceiver(() => new Response('gone', { status: 410 }));

test('a webhook whose deliveries fail needs attention until one succeeds', () =>
  checkNeed({
    kind: 'webhook',
    severity: 'warn',
    title: /^The last deliveries to hooks\.example\.com failed$/,
    action: needActions.webhook,
    replacements: { fetch: receiver.fetch },
    make: async (s) => {
      hook = await webhook(s);
      await emitEvents(s);
      await deliverEvents(s, hook);
    },
    resolve: async (s) => {
      receiver.respondWith(() => new Response('thanks'));
      await emitEvents(s);
      await deliverEvents(s, hook);
    },
  }));

test('a webhook that was disabled because its receiver is gone needs attention until it is enabled', () =>
  checkNeed({
    kind: 'webhook',
    severity: 'bad',
    title: /^The webhook to hooks\.example\.com was disabled: its receiver failed for days or is gone$/,
    action: needActions['disabled webhook'],
    replacements: { fetch: gone.fetch },
    make: async (s) => {
      hook = await webhook(s);
      await emitEvents(s);
      await deliverEvents(s, hook);
    },
    resolve: ({ org }) => org.post(`${hook.path}/enable`),
  }));

test('a webhook that a user disabled needs no attention', async () => {
  const s = await webhookScene();
  const { path } = await webhook(s);
  await s.org.post(`${path}/disable`);
  expect((await s.org.get('/v1/attention')).body).toMatchObject({ needs: [], incomplete: [] });
});
