// Tests /v1/webhooks/…/deliveries: test events, reading and redelivery.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { deliverDue } from '../../../../src/features/webhooks/deliver.ts';
import { eventsOf } from '../../../support/events.ts';
import { received } from '../../../support/fake-receiver.ts';
import { emitEvents } from '../../../support/scenes/losing-scene.ts';
import { namespaceIn } from '../../../support/scenes/organization.ts';
import { deliverEvents, deliveriesOf, receiverUrl, webhook, webhookScene } from '../scenes/webhooks.ts';

describe('a test event', () => {
  test('a test event goes only to its webhook, regardless of its filters', async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene, { events: ['deployment.'], namespace_ids: [scene.org.namespaceId] });
    const other = await webhook(scene, { url: 'https://hooks.example.com/other' });
    await deliverEvents(scene, other);
    scene.receiver.calls.length = 0;
    const sent = await scene.org.post(`${hook.path}/test`);
    expect(sent.body).toMatchObject({
      endpoint_id: hook.id,
      event_type: 'webhook.test',
      status: 'pending',
      attempts: 0,
    });
    await deliverEvents(scene, hook);
    await deliverEvents(scene, other);
    expect(scene.receiver.calls.map(({ url }) => url)).toEqual([receiverUrl]);
    expect(JSON.parse(scene.receiver.calls[0]?.body ?? '')).toMatchObject({
      type: 'webhook.test',
      subject_id: hook.id,
    });
    expect(await deliveriesOf(scene, hook)).toMatchObject([{ event_type: 'webhook.test', status: 'succeeded' }]);
  });

  test('a test event is rejected while the webhook is disabled', async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    await scene.org.post(`${hook.path}/disable`);
    const before = (await eventsOf(scene.org)).length;
    expect((await scene.org.post(`${hook.path}/test`)).status).toBe(409);
    expect(await eventsOf(scene.org)).toHaveLength(before);
  });
});

describe('deliveries', () => {
  test('deliveries are listed by status, type, event and time', async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    await emitEvents(scene);
    await deliverEvents(scene, hook);
    scene.clock.advance(60_000);
    scene.receiver.respondWith(() => new Response('', { status: 500 }));
    await namespaceIn(scene.org, 'films');
    await deliverEvents(scene, hook);
    const [second, first] = await deliveriesOf(scene, hook);
    const listed = async (query: string) => {
      const { body } = await scene.org.get(`${hook.path}/deliveries?${query}`);
      return z
        .object({ results: z.array(z.object({ delivery_id: z.string() })) })
        .parse(body)
        .results.map(({ delivery_id }) => delivery_id);
    };
    const now = new Date(scene.clock.now()).toISOString();
    expect(await listed('status=succeeded')).toEqual([first?.delivery_id]);
    expect(await listed('status=pending')).toEqual([second?.delivery_id]);
    expect(await listed('type=namespace.created')).toEqual([second?.delivery_id]);
    expect(await listed('type=namespace.')).toEqual([second?.delivery_id, first?.delivery_id]);
    expect(await listed(`event_id=${first?.event_id}`)).toEqual([first?.delivery_id]);
    expect(await listed(`since=${now}`)).toEqual([second?.delivery_id]);
    expect(await listed(`until=${now}`)).toEqual([first?.delivery_id]);
    expect((await scene.org.get(hook.path)).body).toMatchObject({
      deliveries: { pending: 1, succeeded: 1, failed: 0 },
    });
  });

  test("deliveries include the sent body and each attempt's outcome", async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    scene.receiver.respondWith((_, nth) => {
      scene.clock.advance(120);
      return new Response('try later', { status: nth === 1 ? 503 : 200 });
    });
    await emitEvents(scene);
    await deliverEvents(scene, hook);
    scene.clock.advance(6000);
    await deliverEvents(scene, hook);
    const [delivery] = await deliveriesOf(scene, hook);
    const { body } = await scene.org.get(`${hook.path}/deliveries/${delivery?.delivery_id}`);
    const attempt = { started_at: expect.any(String), duration_ms: 120, response_excerpt: 'try later' };
    expect(body).toMatchObject({
      ...delivery,
      body: scene.receiver.calls[0]?.body,
      attempts_made: [
        { ...attempt, number: 1, status_code: 503, error: 'responded with 503' },
        { ...attempt, number: 2, status_code: 200, error: null },
      ],
    });
  });

  test('deliveries of another webhook are not found', async () => {
    const scene = await webhookScene();
    const [hook, other] = [await webhook(scene), await webhook(scene, { events: ['deployment.'] })];
    await emitEvents(scene);
    await deliverEvents(scene, hook);
    const [delivery] = await deliveriesOf(scene, hook);
    expect((await scene.org.get(`${other.path}/deliveries/${delivery?.delivery_id}`)).status).toBe(404);
    expect((await scene.org.post(`${other.path}/deliveries/${delivery?.delivery_id}/redeliver`)).status).toBe(404);
  });

  test.each([
    ['succeeded', 200],
    ['failed', 410],
  ])('deliveries that %s are redelivered with the same ID', async (_how, status) => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    scene.receiver.respondWith(() => new Response('', { status }));
    await emitEvents(scene);
    await deliverEvents(scene, hook);
    scene.receiver.respondWith(received);
    await scene.org.post(`${hook.path}/enable`);
    const [delivery] = await deliveriesOf(scene, hook);
    const again = await scene.org.post(`${hook.path}/deliveries/${delivery?.delivery_id}/redeliver`);
    expect(again).toMatchObject({ status: 200, body: { status: 'pending', attempts: 1 } });
    await deliverDue(scene.deps, hook.id);
    expect(await deliveriesOf(scene, hook)).toMatchObject([{ status: 'succeeded', attempts: 2 }]);
    const [first, second] = scene.receiver.calls.map(({ headers }) => headers['webhook-id']);
    expect(second).toBe(first);
    expect((await eventsOf(scene.org)).at(-1)).toMatchObject({
      type: 'webhook.redelivered',
      data: { delivery_id: delivery?.delivery_id, event_id: first },
    });
  });

  test('deliveries redelivered during their last attempt follow the new schedule', async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    scene.receiver.respondWith(() => new Response('', { status: 500 }));
    await emitEvents(scene);
    await deliverEvents(scene, hook);
    for (const hours of [1, 1, 1, 3, 6, 11, 16]) {
      scene.clock.advance(hours * 3_600_000);
      await deliverDue(scene.deps, hook.id);
    }
    scene.clock.advance(16 * 3_600_000);
    const [delivery] = await deliveriesOf(scene, hook);
    expect(delivery).toMatchObject({ status: 'pending', attempts: 8 });
    scene.receiver.respondWith(async () => {
      scene.receiver.respondWith(received);
      const again = await scene.org.post(`${hook.path}/deliveries/${delivery?.delivery_id}/redeliver`);
      expect(again.status).toBe(200);
      return new Response('', { status: 500 });
    });
    await deliverDue(scene.deps, hook.id);
    await deliverDue(scene.deps, hook.id);
    expect(await deliveriesOf(scene, hook)).toMatchObject([{ status: 'succeeded' }]);
  });

  test('deliveries are not redelivered to a disabled webhook', async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    await emitEvents(scene);
    await deliverEvents(scene, hook);
    await scene.org.post(`${hook.path}/disable`);
    const [delivery] = await deliveriesOf(scene, hook);
    const again = await scene.org.post(`${hook.path}/deliveries/${delivery?.delivery_id}/redeliver`);
    expect([again.status, again.body]).toMatchObject([
      409,
      { error: { message: 'The webhook is disabled. Enable it first.' } },
    ]);
    expect((await scene.org.post(`${hook.path}/recover`, { since: '2026-01-01T00:00:00Z' })).status).toBe(409);
    expect(await deliveriesOf(scene, hook)).toMatchObject([{ status: 'succeeded' }]);
  });
});

describe('recovering a period', () => {
  const iso = (ms: number) => new Date(ms).toISOString();

  test('recovering a period delivers its failed events, and events that occurred while the webhook was disabled', async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    const hour = () => scene.clock.advance(3_600_000);
    scene.receiver.respondWith(() => new Response('', { status: 410 }));
    await emitEvents(scene);
    await deliverEvents(scene, hook);
    hour();
    const since = scene.clock.now();
    await emitEvents(scene, 2);
    hour();
    const until = scene.clock.now();
    await emitEvents(scene);
    hour();
    scene.receiver.respondWith(received);
    scene.receiver.calls.length = 0;
    await scene.org.post(`${hook.path}/enable`);

    const part = await scene.org.post(`${hook.path}/recover`, { since: iso(since), until: iso(until) });
    expect(part.body).toEqual({ since: iso(since), until: iso(until), deliveries: 2 });
    await deliverEvents(scene, hook);
    expect(scene.receiver.calls).toHaveLength(2);

    const rest = await scene.org.post(`${hook.path}/recover`, { since: iso(since - 7_200_000) });
    expect(rest.body).toMatchObject({ until: iso(scene.clock.now()), deliveries: 2 });
    await deliverEvents(scene, hook);
    const delivered = new Set(scene.receiver.calls.map(({ headers }) => headers['webhook-id']));
    const happened = (await eventsOf(scene.org)).filter(({ type }) => type === 'namespace.updated');
    expect(delivered).toEqual(new Set(happened.map(({ id }) => id)));
    expect(scene.receiver.calls).toHaveLength(4);

    expect((await scene.org.post(`${hook.path}/recover`, { since: iso(since) })).body).toMatchObject({ deliveries: 0 });
  });

  test('recovering a period reaches back 14 days, but not before the webhook was created', async () => {
    const scene = await webhookScene();
    await emitEvents(scene);
    scene.clock.advance(1000);
    const hook = await webhook(scene);
    const recovered = await scene.org.post(`${hook.path}/recover`, { since: '2020-01-01T00:00:00Z' });
    expect(recovered.body).toMatchObject({ since: iso(scene.clock.now() - 14 * 24 * 3_600_000), deliveries: 0 });
  });

  test.each([[{}], [{ since: 'yesterday' }], [{ since: 1 }]])('recovering a period rejects %j', async (body) => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    expect((await scene.org.post(`${hook.path}/recover`, body)).status).toBe(422);
  });
});
