// Tests webhooks that need attention, and the daily summary of everything that does.
import { expect, test } from 'vitest';
import { sweep } from '../../../../src/sweep.ts';
import { eventsOf } from '../../../support/events.ts';
import { fakeReceiver } from '../../../support/fake-receiver.ts';
import { emitEvents } from '../../../support/scenes/losing-scene.ts';
import { needActions } from '../../../support/scenes/need-actions.ts';
import { checkNeed } from '../../../support/scenes/needs.ts';
import { deliverEvents, type Webhook, type WebhookScene, webhook, webhookScene } from '../scenes/webhooks.ts';

const day = 86_400_000;
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

async function summaries({ org }: WebhookScene) {
  return (await eventsOf(org)).filter(({ type }) => type === 'attention.summary');
}

/** Creates a key that expires, and goes on to the next day at ten o'clock (UTC). */
async function nextDay({ clock, org }: WebhookScene): Promise<void> {
  const expires_at = new Date(clock.now() + 5 * day).toISOString();
  await org.post('/v1/keys', { name: 'ci', scopes: ['plugins:read'], expires_at });
  clock.advance(day - (clock.now() % day) + 10 * 3_600_000);
}

test('a summary is delivered once a day to webhooks that name it, however often the sweep runs', async () => {
  const s = await webhookScene();
  const named = await webhook(s, { events: ['attention.summary'] });
  await sweep(s.deps);
  expect(await summaries(s)).toEqual([]);
  await nextDay(s);
  for (let i = 0; i < 3; i++) await sweep(s.deps);
  await Promise.all([sweep(s.deps), sweep(s.deps)]);
  expect(await summaries(s)).toMatchObject([
    {
      actor: { type: 'system' },
      namespaceId: null,
      data: {
        count: 1,
        counts: { key: 1 },
        titles: [expect.stringMatching(/^The API key ci expires on /)],
        incomplete: [],
      },
    },
  ]);
  await deliverEvents(s, named);
  expect(s.receiver.calls.map(({ body }) => JSON.parse(body).type)).toEqual(['attention.summary']);
  s.clock.advance(day);
  await sweep(s.deps);
  expect(await summaries(s)).toHaveLength(2);
});

test('a webhook for all events gets no summary, and causes none', async () => {
  const s = await webhookScene();
  const all = await webhook(s, {});
  await nextDay(s);
  await sweep(s.deps);
  expect(await summaries(s)).toEqual([]);
  await webhook(s, { events: ['attention.'] });
  await nextDay(s);
  await sweep(s.deps);
  expect(await summaries(s)).toHaveLength(1);
  await deliverEvents(s, all);
  const types = s.receiver.calls.map(({ body }) => JSON.parse(body).type);
  expect(types).toContain('key.created');
  expect(types).not.toContain('attention.summary');
});

test('a day on which nothing needs attention has no summary', async () => {
  const s = await webhookScene();
  await webhook(s, { events: ['attention.summary'] });
  s.clock.advance(2 * day);
  await sweep(s.deps);
  expect(await summaries(s)).toEqual([]);
});
