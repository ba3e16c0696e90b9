// Tests the daily summary of everything that needs attention.
import { expect, test } from 'vitest';
import { sweep } from '../../../../src/sweep.ts';
import { eventsOf } from '../../../support/events.ts';
import { deliverEvents, type WebhookScene, webhook, webhookScene } from '../scenes/webhooks.ts';

const day = 86_400_000;

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
