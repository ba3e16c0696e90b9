// Tests /v1/webhooks: creating, updating and deleting endpoints, and their secrets.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { clientOf } from '../../../support/client.ts';
import { eventsOf } from '../../../support/events.ts';
import { goldenJson } from '../../../support/golden.ts';
import { clientWithKey, namespaceIn, organization } from '../../../support/scenes/organization.ts';
import { receiverUrl, webhook, webhookScene } from '../scenes/webhooks.ts';

const unknownId = 'whk_00000000000000000000000000';

describe('creating a webhook', () => {
  test('creating a webhook returns its secret once', async () => {
    const { org } = await webhookScene();
    const given = {
      url: 'https://Hooks.example.com:443/in',
      description: 'ours',
      events: ['deployment.', 'version.published'],
    };
    const made = await org.post('/v1/webhooks', given);
    expect(made).toMatchObject({
      status: 200,
      body: {
        url: 'https://hooks.example.com/in',
        description: 'ours',
        events: ['deployment.', 'version.published'],
        namespace_ids: null,
        status: 'enabled',
        disabled_because: null,
        failing_since: null,
        previous_secret_until: null,
        secret: expect.stringMatching(/^whsec_/),
      },
    });
    const { endpoint_id, secret, ...rest } = z
      .looseObject({ endpoint_id: z.string(), secret: z.string() })
      .parse(made.body);
    const read = await org.get(`/v1/webhooks/${endpoint_id}`);
    expect(read.body).toEqual({ endpoint_id, ...rest, deliveries: { pending: 0, succeeded: 0, failed: 0 } });
    expect((await org.get('/v1/webhooks')).text + read.text).not.toContain(secret);
  });

  test.each([
    ['http://hooks.example.com/', 'The webhook URL is not allowed: it does not use https'],
    ['https://127.0.0.1/', 'The webhook URL is not allowed: 127.0.0.1 is not a public host name'],
    [
      'http://127.0.0.1:9000/',
      'The webhook URL is not allowed: it points to this machine, which is only allowed after `SLIPWAY_ALLOW_LOOPBACK=1 npm start`',
    ],
    ['https://user:password@hooks.example.com/', 'The webhook URL is not allowed: it contains credentials'],
    ['https://hooks.example.com:8443/', 'The webhook URL is not allowed: it uses a port other than 443'],
    ['nowhere', 'The webhook URL is not allowed: it is not a URL'],
    [
      'https://kubernetes.default.svc/',
      'The webhook URL is not allowed: kubernetes.default.svc is not a public host name',
    ],
    ['https://web.service.consul/', 'The webhook URL is not allowed: web.service.consul is not a public host name'],
  ])('creating or updating a webhook is rejected for %s', async (url, msg) => {
    const scene = await webhookScene();
    const refusal = [422, { detail: [{ loc: ['body', 'url'], msg, type: 'url_refused' }] }];
    const made = await scene.org.post('/v1/webhooks', { url });
    expect([made.status, made.body]).toMatchObject(refusal);
    const { path } = await webhook(scene);
    const changed = await scene.org.patch(path, { url });
    expect([changed.status, changed.body]).toMatchObject(refusal);
  });

  test('creating a webhook accepts a loopback URL where allowed', async () => {
    const { org } = await webhookScene({ allowLoopback: true });
    expect((await org.post('/v1/webhooks', { url: 'http://127.0.0.1:9000/in' })).status).toBe(200);
    expect((await org.post('/v1/webhooks', { url: 'https://127.0.0.1:9000/in' })).status).toBe(422);
  });

  test("creating a webhook is rejected for the builder's and Slipway's own addresses, even where loopback URLs are allowed", async () => {
    const { org } = await webhookScene({ allowLoopback: true, ownPorts: new Set(['8080', '8790']) });
    for (const port of [8080, 8790]) {
      const { status, body } = await org.post('/v1/webhooks', { url: `http://127.0.0.1:${port}/health` });
      const msg = 'The webhook URL is not allowed: it points to Slipway itself';
      expect([status, body]).toMatchObject([422, { detail: [{ loc: ['body', 'url'], msg, type: 'url_refused' }] }]);
    }
  });

  test.each([
    [{}, ['url']],
    [{ url: receiverUrl, events: [] }, ['events']],
    [{ url: receiverUrl, events: ['deployment'] }, ['events', 0]],
    [{ url: receiverUrl, namespace_ids: [] }, ['namespace_ids']],
    [{ url: receiverUrl, description: 'x'.repeat(501) }, ['description']],
  ])('creating a webhook is rejected for %j', async (given, path) => {
    const { org } = await webhookScene();
    const { status, body } = await org.post('/v1/webhooks', given);
    expect([status, body]).toMatchObject([422, { detail: [{ loc: ['body', ...path] }] }]);
  });

  test('creating a webhook is rejected for a missing namespace', async () => {
    const { org } = await webhookScene();
    const other = await organization({ fetch: org.fetch });
    for (const id of [other.namespaceId, 'films', 'ns_00000000000000000000000000']) {
      const { status, body } = await org.post('/v1/webhooks', {
        url: receiverUrl,
        namespace_ids: [org.namespaceId, id],
      });
      expect([status, body]).toMatchObject([404, { error: { message: `Namespace not found: ${id}` } }]);
    }
  });

  test('creating more than 50 webhooks is rejected', async () => {
    const scene = await webhookScene();
    const hooks = [];
    for (let i = 0; i < 50; i++) hooks.push(await webhook(scene));
    const refused = await scene.org.post('/v1/webhooks', { url: receiverUrl });
    expect([refused.status, refused.body]).toMatchObject([
      403,
      { error: { type: 'QuotaExceededError', details: { current_count: 50, max_allowed: 50 } } },
    ]);
    await scene.org.del(hooks[0]?.path ?? '');
    expect((await scene.org.post('/v1/webhooks', { url: receiverUrl })).status).toBe(200);
  });
});

describe('updating a webhook', () => {
  test('updating a webhook changes only the sent fields', async () => {
    const scene = await webhookScene();
    const { path } = await webhook(scene, { description: 'ours', events: ['deployment.'] });
    const changed = await scene.org.patch(path, { events: null, namespace_ids: [scene.org.namespaceId] });
    expect(changed.body).toMatchObject({
      url: receiverUrl,
      description: 'ours',
      events: null,
      namespace_ids: [scene.org.namespaceId],
    });
    expect((await eventsOf(scene.org)).at(-1)).toMatchObject({
      type: 'webhook.updated',
      data: { fields: ['events', 'namespace_ids'] },
    });
  });

  test('updating a webhook can disable and enable it, each only once', async () => {
    const scene = await webhookScene();
    const { path } = await webhook(scene);
    const post = async (verb: string) => (await scene.org.post(`${path}/${verb}`)).body;
    expect(await post('enable')).toMatchObject({ status: 'enabled' });
    expect(await post('disable')).toMatchObject({ status: 'disabled', disabled_because: 'request' });
    expect(await post('disable')).toMatchObject({ status: 'disabled', disabled_because: 'request' });
    expect(await post('enable')).toMatchObject({ status: 'enabled', disabled_because: null });
    const types = (await eventsOf(scene.org)).map(({ type }) => type);
    expect(types.slice(3)).toEqual(['webhook.created', 'webhook.disabled', 'webhook.enabled']);
  });

  test('updating a webhook rotates its secret, with an overlap of a day by default', async () => {
    const scene = await webhookScene();
    const { path, secret } = await webhook(scene);
    const until = (seconds: number) => new Date(scene.clock.now() + seconds * 1000).toISOString();
    const first = await scene.org.post(`${path}/rotate`);
    expect(first.body).toMatchObject({
      previous_secret_until: until(86_400),
      secret: expect.stringMatching(/^whsec_/),
    });
    expect(first.text).not.toContain(secret);
    const second = await scene.org.post(`${path}/rotate`, { overlap_seconds: 60 });
    expect(second.body).toMatchObject({ previous_secret_until: until(60) });
    const third = await scene.org.post(`${path}/rotate`, { overlap_seconds: 0 });
    expect(third.body).toMatchObject({ previous_secret_until: null });
    expect((await scene.org.post(`${path}/rotate`, { overlap_seconds: -1 })).status).toBe(422);
  });

  test('updating a webhook deletes it', async () => {
    const scene = await webhookScene();
    const { path, id } = await webhook(scene);
    expect(await scene.org.del(path)).toMatchObject({ status: 200, body: { success: true, endpoint_id: id } });
    expect((await scene.org.get(path)).status).toBe(404);
    expect((await scene.org.del(path)).status).toBe(404);
    expect((await scene.org.get('/v1/webhooks')).body).toMatchObject({ results: [] });
    expect((await eventsOf(scene.org)).at(-1)).toMatchObject({ type: 'webhook.deleted', subjectId: id });
  });
});

const operations: [method: string, path: string, body?: unknown][] = [
  ['GET', ''],
  ['PATCH', '', { description: 'theirs' }],
  ['DELETE', ''],
  ['POST', '/enable'],
  ['POST', '/disable'],
  ['POST', '/rotate'],
  ['POST', '/test'],
  ['POST', '/recover', { since: '2026-01-01T00:00:00Z' }],
  ['GET', '/deliveries'],
  ['GET', '/deliveries/dlv_00000000000000000000000000'],
  ['POST', '/deliveries/dlv_00000000000000000000000000/redeliver'],
];

describe('access to webhooks', () => {
  test.each(operations)('the request %s …%s needs webhooks:admin and a key', async (method, path, body) => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    const weak = await clientWithKey(scene.org, { scopes: ['audit:read', 'plugins:write', 'namespaces:admin'] });
    expect((await weak.send(method, `${hook.path}${path}`, { body })).status).toBe(403);
    const anonymous = clientOf(null, scene.org.fetch);
    expect((await anonymous.send(method, `${hook.path}${path}`, { body })).status).toBe(401);
  });

  test.each(operations)(
    "the request %s …%s for another organization's webhook is not found",
    async (method, path, body) => {
      const scene = await webhookScene();
      const hook = await webhook(scene);
      const other = await organization({ fetch: scene.app.fetch });
      const [theirs, none] = [
        await other.send(method, `${hook.path}${path}`, { body }),
        await other.send(method, `/v1/webhooks/${unknownId}${path}`, { body }),
      ];
      expect(theirs.status).toBe(404);
      expect(goldenJson(theirs.text)).toBe(goldenJson(none.text));
      expect((await scene.org.get(hook.path)).body).toMatchObject({ status: 'enabled', description: null });
    },
  );

  test.each(operations)('the request %s …%s with an invalid ID returns 404', async (method, path, body) => {
    const { org } = await webhookScene();
    expect((await org.send(method, `/v1/webhooks/x${path}`, { body })).status).toBe(404);
  });

  test('a key bound to namespaces sees only webhooks bound to a subset of them', async () => {
    const scene = await webhookScene();
    const { org } = scene;
    const films = await namespaceIn(org, 'films');
    const bound = await clientWithKey(org, { namespaceIds: [films] });
    const everywhere = await webhook(scene);
    const both = await webhook(scene, { namespace_ids: [films, org.namespaceId] });
    const own = await bound.post('/v1/webhooks', { url: receiverUrl });
    expect(own.body).toMatchObject({ namespace_ids: [films] });
    const { endpoint_id } = z.object({ endpoint_id: z.string() }).parse(own.body);
    expect((await bound.get('/v1/webhooks')).body).toMatchObject({ results: [{ endpoint_id }] });
    for (const { path } of [everywhere, both]) expect((await bound.get(path)).status).toBe(404);
    expect((await bound.get(`/v1/webhooks/${endpoint_id}`)).status).toBe(200);
    const wider = { namespace_ids: [org.namespaceId] };
    expect((await bound.post('/v1/webhooks', { url: receiverUrl, ...wider })).status).toBe(404);
    expect((await bound.patch(`/v1/webhooks/${endpoint_id}`, wider)).status).toBe(404);
    expect((await bound.patch(`/v1/webhooks/${endpoint_id}`, { namespace_ids: null })).body).toMatchObject({
      namespace_ids: [films],
    });
  });
});

test('the list continues in pages', async () => {
  const scene = await webhookScene();
  const made = [await webhook(scene), await webhook(scene), await webhook(scene)].map(({ id }) => id);
  const model = z.object({
    results: z.array(z.object({ endpoint_id: z.string() })),
    pagination: z.object({ next_cursor: z.string().nullable() }),
  });
  const first = model.parse((await scene.org.get('/v1/webhooks?limit=2')).body);
  const second = model.parse((await scene.org.get(`/v1/webhooks?cursor=${first.pagination.next_cursor}`)).body);
  expect([...first.results, ...second.results].map(({ endpoint_id }) => endpoint_id)).toEqual(made);
  expect(second.pagination.next_cursor).toBeNull();
});
