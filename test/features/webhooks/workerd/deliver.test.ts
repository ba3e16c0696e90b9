// Tests delivering events to a receiver, and updating the delivery and the endpoint according to its responses.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { Webhook as Receiver } from 'standardwebhooks';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { database } from '../../../../src/db/client.ts';
import { deliverDue } from '../../../../src/features/webhooks/deliver.ts';
import { sweepWebhooks } from '../../../../src/features/webhooks/sweep.ts';
import { endpoints } from '../../../../src/features/webhooks/tables.ts';
import { eventsOf } from '../../../support/events.ts';
import { type Answer, received } from '../../../support/fake-receiver.ts';
import { emitEvents } from '../../../support/scenes/losing-scene.ts';
import { countedBody, expectNineAttempts, timeoutEvents, untilSettled } from '../scenes/deliveries.ts';
import {
  attemptsOf,
  deliverEvents,
  deliveriesOf,
  endpointOf,
  messagesFor,
  receiverUrl,
  sceneAnsweredWith,
  webhook,
  webhookScene,
} from '../scenes/webhooks.ts';

const db = database(env.DB);

const second = 1000;

describe('a delivery', () => {
  test("a delivery is one POST that the receiver's library verifies, with the event as it is in the audit log", async () => {
    const scene = await sceneAnsweredWith(received);
    await deliverEvents(scene, scene.hook);
    const [call, ...more] = scene.receiver.calls;
    expect(more).toEqual([]);
    expect(call).toMatchObject({ url: receiverUrl, method: 'POST', redirect: 'manual' });
    expect(call?.headers['content-type']).toBe('application/json');
    const event = new Receiver(scene.hook.secret).verify(call?.body ?? '', call?.headers ?? {});
    const log = (await scene.org.get('/v1/events?type=namespace.updated')).body;
    expect([event]).toEqual(z.object({ results: z.array(z.unknown()) }).parse(log).results);
    expect(event).toMatchObject({
      id: call?.headers['webhook-id'],
      type: 'namespace.updated',
      timestamp: new Date(scene.clock.now()).toISOString(),
      namespace_id: scene.org.namespaceId,
      subject_id: scene.org.namespaceId,
      data: { fields: ['description'] },
    });
  });

  test.each([200, 201, 204, 299])('a delivery that gets %i succeeds', async (status) => {
    const scene = await sceneAnsweredWith(() => new Response(status === 204 ? null : 'ok', { status }));
    await deliverEvents(scene, scene.hook);
    const [delivery] = await deliveriesOf(scene, scene.hook);
    expect(delivery).toMatchObject({ status: 'succeeded', attempts: 1, next_attempt_at: null });
    expect(await attemptsOf(scene, scene.hook, delivery?.delivery_id)).toEqual([
      { number: 1, status_code: status, error: null, response_excerpt: status === 204 ? null : 'ok' },
    ]);
  });

  test.each<[string, Answer, number | null, string]>([
    ['gets 500', () => new Response('no', { status: 500 }), 500, 'responded with 500'],
    [
      'redirected',
      () => new Response('no', { status: 302, headers: { location: 'http://169.254.169.254/' } }),
      302,
      'redirects are not followed (302)',
    ],
  ])('a delivery that is %s fails after nine attempts within two days', (_what, ...given) =>
    expectNineAttempts(...given),
  );

  test('a receiver that responds again for a while gets its full time limit back', async () => {
    const scene = await sceneAnsweredWith(received);
    await db.update(endpoints).set({ hangScore: 1, timeoutMs: 5000 }).where(eq(endpoints.id, scene.hook.id));
    await deliverEvents(scene, scene.hook);
    expect(await timeoutEvents(scene)).toEqual([{ type: 'webhook.timeout_restored', data: { timeout_seconds: 15 } }]);
    expect((await scene.org.get(scene.hook.path)).body).toMatchObject({ timeout_seconds: 15 });
  });

  test('a delivery that fails at first succeeds when the receiver recovers, with a new timestamp', async () => {
    const scene = await sceneAnsweredWith((_call, nth) => new Response('', { status: nth === 1 ? 503 : 200 }));
    await untilSettled(scene);
    expect(await deliveriesOf(scene, scene.hook)).toMatchObject([{ status: 'succeeded', attempts: 2 }]);
    const times = scene.receiver.calls.map(({ headers }) => Number(headers['webhook-timestamp']) * second);
    expect(times[1]).toBe(Math.floor(scene.clock.now() / second) * second);
    for (const { body, headers } of scene.receiver.calls) new Receiver(scene.hook.secret).verify(body, headers);
  });

  test('a delivery is not sent before it is due', async () => {
    const scene = await sceneAnsweredWith(() => new Response('', { status: 500 }));
    await deliverEvents(scene, scene.hook);
    scene.clock.advance(5 * second - 1);
    await deliverDue(scene.deps, scene.hook.id);
    expect(scene.receiver.calls).toHaveLength(1);
  });

  test('a delivery that waits only minutes is scheduled with a delayed message', async () => {
    const scene = await sceneAnsweredWith(() => new Response('', { status: 500 }));
    await scene.app.settled();
    scene.sent.length = 0;
    await deliverDue(scene.deps, scene.hook.id);
    await deliverEvents(scene, scene.hook);
    expect(messagesFor(scene, scene.hook)).toBe(2);
  });

  test('a delivery whose message was lost is enqueued by the sweep', async () => {
    const scene = await sceneAnsweredWith(received);
    await sweepWebhooks(scene.deps);
    scene.sent.length = 0;
    await sweepWebhooks(scene.deps);
    expect(messagesFor(scene, scene.hook)).toBe(1);
    await deliverDue(scene.deps, scene.hook.id);
    scene.sent.length = 0;
    await sweepWebhooks(scene.deps);
    expect(messagesFor(scene, scene.hook)).toBe(0);
  });
});

describe('webhook secrets', () => {
  test("both secrets sign during a rotation's overlap", async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    const rotated = await scene.org.post(`${hook.path}/rotate`, { overlap_seconds: 3600 });
    const { secret } = z.object({ secret: z.string() }).parse(rotated.body);
    const verifiedBy = async () => {
      await emitEvents(scene);
      await deliverEvents(scene, hook);
      const call = scene.receiver.calls.at(-1);
      return [hook.secret, secret].map((one) => {
        try {
          return Boolean(
            new Receiver(one).verify(call?.body ?? '', {
              ...call?.headers,
              'webhook-timestamp': call?.headers['webhook-timestamp'] ?? '',
            }),
          );
        } catch {
          return false;
        }
      });
    };
    expect(await verifiedBy()).toEqual([true, true]);
    expect(scene.receiver.calls[0]?.headers['webhook-signature']?.split(' ')).toHaveLength(2);
    await db.update(endpoints).set({ previousUntil: scene.clock.now() }).where(eq(endpoints.id, hook.id));
    expect(await verifiedBy()).toEqual([false, true]);
  });

  test('secrets that can no longer be decrypted sign nothing, and nothing is sent until they are rotated', async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    scene.deps.dataKey = 'a key that another operator has chosen';
    await emitEvents(scene);
    await deliverEvents(scene, hook);
    expect(scene.receiver.calls).toEqual([]);
    const [delivery] = await deliveriesOf(scene, hook);
    expect(await attemptsOf(scene, hook, delivery?.delivery_id)).toMatchObject([
      { status_code: null, error: 'not sent: the secret cannot be decrypted. Rotate the secret.' },
    ]);
    const { body } = await scene.org.post(`${hook.path}/rotate`);
    scene.clock.advance(6 * second);
    await deliverEvents(scene, hook);
    const [call] = scene.receiver.calls;
    expect(call?.headers['webhook-signature']?.split(' ')).toHaveLength(1);
    const { secret } = z.object({ secret: z.string() }).parse(body);
    new Receiver(secret).verify(call?.body ?? '', call?.headers ?? {});
  });

  test('webhook secrets are not stored in plain text in the database', async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    expect(JSON.stringify(await endpointOf(hook))).not.toContain(hook.secret.slice('whsec_'.length, -1));
    expect(JSON.stringify(await eventsOf(scene.org))).not.toContain('whsec_');
  });
});

test('only the first 64 KiB of a response are read', async () => {
  const { body, read } = countedBody(1000);
  const scene = await sceneAnsweredWith(() => new Response(body));
  await deliverEvents(scene, scene.hook);
  expect((await deliveriesOf(scene, scene.hook)).map(({ status }) => status)).toEqual(['succeeded']);
  expect(read()).toBeGreaterThanOrEqual(1);
  expect(read()).toBeLessThanOrEqual(64 / 4 + 1);
});

test('an attempt is aborted after 15 seconds', async () => {
  const timeout = vi.spyOn(AbortSignal, 'timeout');
  onTestFinished(() => timeout.mockRestore());
  const scene = await sceneAnsweredWith(received);
  await deliverEvents(scene, scene.hook);
  expect(timeout.mock.calls).toEqual([[15 * second]]);
  expect(scene.receiver.calls[0]?.signal).toBe(timeout.mock.results[0]?.value);
});

test('a disallowed URL is not called', async () => {
  const scene = await webhookScene({ allowLoopback: true });
  const hook = await webhook(scene, { url: 'http://127.0.0.1:9000/in', events: ['namespace.'] });
  await emitEvents(scene);
  scene.deps.allowLoopback = false;
  await deliverEvents(scene, hook);
  expect(scene.receiver.calls).toEqual([]);
  const [delivery] = await deliveriesOf(scene, hook);
  expect(await attemptsOf(scene, hook, delivery?.delivery_id)).toMatchObject([
    {
      status_code: null,
      error:
        'the URL is not allowed: it points to this machine, which is only allowed after `SLIPWAY_ALLOW_LOOPBACK=1 npm start`',
    },
  ]);
});

test('a response from a service on this machine is not stored', async () => {
  const scene = await webhookScene({ allowLoopback: true });
  const hook = await webhook(scene, { url: 'http://localhost:9000/in', events: ['namespace.'] });
  scene.receiver.respondWith(() => new Response('a secret', { status: 500 }));
  await emitEvents(scene);
  await deliverEvents(scene, hook);
  const [delivery] = await deliveriesOf(scene, hook);
  expect(await attemptsOf(scene, hook, delivery?.delivery_id)).toMatchObject([
    { status_code: 500, error: 'responded with 500', response_excerpt: null },
  ]);
});

test('a name that has become private in the meantime is not called', async () => {
  const scene = await webhookScene();
  const hook = await webhook(scene);
  await env.DB.prepare('update webhook_endpoints set url = ? where id = ?')
    .bind('https://vault.service.consul/', hook.id)
    .run();
  await emitEvents(scene);
  await deliverEvents(scene, hook);
  expect(scene.receiver.calls).toEqual([]);
  const [delivery] = await deliveriesOf(scene, hook);
  expect(await attemptsOf(scene, hook, delivery?.delivery_id)).toMatchObject([
    { status_code: null, error: 'the URL is not allowed: vault.service.consul is not a public host name' },
  ]);
});
