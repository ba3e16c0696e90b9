// Tests later calls: they are accepted with 202, run by the queue, and answered at their own address.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { markNamespaceDeleted } from '../../src/access/namespaces.ts';
import { laterCalls } from '../../src/contract/limits/serving.ts';
import { database } from '../../src/db/client.ts';
import { quotas } from '../../src/db/schema/access.ts';
import { laterCallRows } from '../../src/db/schema/calls.ts';
import { emptyDeletedNamespaces } from '../../src/retirement/removal.ts';
import { claimNext } from '../../src/serve/later/claim.ts';
import { cancelLater, findLater } from '../../src/serve/later/later-calls.ts';
import { runCalls } from '../../src/serve/later/run.ts';
import { sweepLaterCalls } from '../../src/serve/later/sweep.ts';
import { clientOf } from '../support/client.ts';
import { clockAt, emptyCallCaches, testApp } from '../support/deps.ts';
import { textOf } from '../support/json-text.ts';
import { goDeployment, goPlugin } from '../support/plugins/go-plugins.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { accept, eventsOf, laterRealtime, live } from '../support/scenes/later-calls.ts';
import { type Organization, organization } from '../support/scenes/organization.ts';
import { waitFor } from '../support/waiting.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';

describe('later calls over HTTP', () => {
  let org: Organization;
  let at: string;
  beforeAll(async () => {
    org = await organization();
    at = `${org.plugins}/hello_ext_1_0_0`;
    await publish(org, plugin({ files: { 'realtime.py': laterRealtime } }));
    await org.post(`${at}/deploy`);
    await waitFor(async () => expect((await org.get(`${at}/status`)).body).toMatchObject({ status: 'DEPLOYED' }), {
      interval: 100,
    });
  });

  const later = (inputs: object, headers: Record<string, string> = {}, path = `${at}/realtime/test`) =>
    org.send('POST', path, { body: { inputs }, headers: { prefer: 'respond-async', ...headers } });

  test('every route that calls an extractor accepts a later call, and its answer is available at its address', async () => {
    for (const path of [`${at}/realtime/test`, `${org.plugins}/by-name/hello_ext/realtime`]) {
      const accepted = await later({ a: 1 }, {}, path);
      expect([accepted.status, accepted.headers.get('preference-applied')]).toEqual([202, 'respond-async']);
      const location = accepted.headers.get('location') ?? '';
      const { call_id, request_id } = z.object({ call_id: z.string(), request_id: z.string() }).parse(accepted.body);
      expect(location).toBe(`/v1/calls/${call_id}`);
      expect(request_id).toBe(accepted.headers.get('slipway-request-id'));
      const answered = await org.send('GET', location, { headers: { prefer: 'wait=20' } });
      expect(answered.body).toMatchObject({
        status: 'succeeded',
        runs: 1,
        deployment_id: expect.stringMatching(/^dep_/),
        answer: { status: 'success', result: { inputs: { a: 1 }, request_id } },
      });
    }
  });

  test("a call belongs to its request's trace, both when it is accepted and when it runs", {
    tags: 'long',
  }, async () => {
    const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const headers = { traceparent: trace };
    const now = await org.send('POST', `${at}/realtime/test`, { body: { inputs: {} }, headers });
    expect(now.body).toMatchObject({ raw_response: { trace } });
    const location = (await later({}, headers)).headers.get('location') ?? '';
    const { body } = await org.send('GET', location, { headers: { prefer: 'wait=20' } });
    expect(body).toMatchObject({ answer: { result: { trace } } });
  });

  test('a handler exception becomes the answer of a failed call', async () => {
    const { headers } = await later({ fails: true });
    const { body } = await org.send('GET', headers.get('location') ?? '', { headers: { prefer: 'wait=20' } });
    const error = { type: 'ValueError', message: 'broken' };
    expect(body).toMatchObject({ status: 'failed', answer: { status: 'error', error } });
  });

  test("a running call can be cancelled, and an ended call can't", async () => {
    const running = (await later({ seconds: 20 })).headers.get('location') ?? '';
    await waitFor(async () => expect((await org.get(running)).body).toMatchObject({ status: 'running' }));
    expect((await org.del(running)).body).toMatchObject({ status: 'cancelled', answer: null });
    const ended = (await later({})).headers.get('location') ?? '';
    await org.send('GET', ended, { headers: { prefer: 'wait=20' } });
    expect((await org.del(ended)).body).toMatchObject({ status: 'succeeded' });
  });

  test.each([
    ['slipway-expires-in', '0'],
    ['slipway-expires-in', '86401'],
    ['slipway-expires-in', 'soon'],
    ['slipway-priority', 'high'],
  ])('a header %s with %s is refused', { tags: 'long' }, async (name, value) => {
    const { body, status } = await later({}, { [name]: value });
    expect([status, Object(body).detail]).toEqual([422, [expect.objectContaining({ loc: ['header', name] })]]);
  });

  test('a call without a route is refused immediately', async () => {
    expect((await later({}, {}, `${org.plugins}/absent_1_0_0/realtime/test`)).status).toBe(404);
  });

  test("another organization's call is not found", async () => {
    const location = (await later({})).headers.get('location') ?? '';
    const other = await organization();
    expect((await other.get(location)).status).toBe(404);
    expect((await other.del(location)).status).toBe(404);
  });

  test('calls are listed newest first, and can be filtered by state', async () => {
    const { body } = await org.get('/v1/calls?limit=2&status=failed');
    expect(body).toMatchObject({ results: [{ status: 'failed', plugin: 'hello_ext_1_0_0' }] });
  });
});

describe('a later call', () => {
  test('a call writes an event for each state that it reaches', async () => {
    const l = await live();
    const id = await accept(l);
    await runCalls(l.deps, 'normal');
    expect(await eventsOf(id)).toEqual(['call.accepted', 'call.started', 'call.succeeded']);
  });

  test('a call takes turns with other work while it runs, because nobody waits for it', async () => {
    const l = await live();
    const id = await accept(l);
    const ahead: boolean[] = [];
    await runCalls({ ...l.deps, goAhead: () => ahead.push(true) }, 'normal');
    expect(await eventsOf(id)).toContain('call.succeeded');
    expect(ahead).toEqual([]);
  });

  test('a call whose worker died runs again with the same request, and ends once', async () => {
    const l = await live();
    const id = await accept(l);
    const claimed = await claimNext(l.deps, 'normal');
    expect(claimed?.call).toMatchObject({ id, runs: 1, status: 'running' });
    expect(await claimNext(l.deps, 'normal')).toBeUndefined();
    l.s.clock.advance(21_000);
    await sweepLaterCalls(l.deps);
    await runCalls(l.deps, 'normal');
    const { answer, call } = await findLater(l.deps, l.s.actor, id);
    expect([call.status, call.runs]).toEqual(['succeeded', 2]);
    expect(answer?.parsed()).toMatchObject({ result: { request_id: call.requestId } });
  });

  test('a call that ends its process runs again, and fails after the last run', { tags: 'long' }, async () => {
    const l = await live();
    const id = await accept(l, { ends: true });
    for (let run = 1; run <= laterCalls.runsMax; run += 1) {
      await runCalls(l.deps, 'normal');
      l.s.clock.advance(laterCalls.retryMs);
    }
    const { answer, call } = await findLater(l.deps, l.s.actor, id);
    expect([call.status, call.runs]).toEqual(['failed', laterCalls.runsMax]);
    expect(answer?.parsed()).toMatchObject({ error: { type: 'InstanceCrashed' } });
  });

  test('a call that waited too long expires, and never runs', async () => {
    const l = await live();
    const id = await accept(l);
    l.s.clock.advance(laterCalls.expiresInMs);
    await runCalls(l.deps, 'normal');
    await sweepLaterCalls(l.deps);
    expect(await eventsOf(id)).toEqual(['call.accepted', 'call.expired']);
    expect((await findLater(l.deps, l.s.actor, id)).call.status).toBe('expired');
  });

  test('a queued call can be cancelled once, and never runs', async () => {
    const l = await live();
    const id = await accept(l);
    await Promise.all([cancelLater(l.deps, l.s.actor, id), cancelLater(l.deps, l.s.actor, id)]);
    await runCalls(l.deps, 'normal');
    expect(await eventsOf(id)).toEqual(['call.accepted', 'call.cancelled']);
  });

  test('a low-priority call is run only by the low-priority queue', { tags: 'long' }, async () => {
    const l = await live();
    const id = await accept(l, {}, 'low');
    await runCalls(l.deps, 'normal');
    expect(await eventsOf(id)).toEqual(['call.accepted']);
    await runCalls(l.deps, 'low');
    expect(await eventsOf(id)).toContain('call.succeeded');
  });

  test('a call and everything stored for it are deleted a day after it ends', async () => {
    const l = await live();
    const id = await accept(l, { text: 'x'.repeat(laterCalls.rowBytes) });
    await runCalls(l.deps, 'normal');
    const stored = async () => (await env.ARCHIVES.list({ prefix: `later-calls/${id}/` })).objects.length;
    expect(await stored()).toBe(2);
    l.s.clock.advance(l.deps.retention.laterCallsMs);
    await sweepLaterCalls(l.deps);
    expect(await stored()).toBe(0);
    expect(await database(env.DB).select().from(laterCallRows).where(eq(laterCallRows.id, id))).toEqual([]);
  });
});

test('a waiting call fails when its namespace is deleted, and a running call finishes', async () => {
  const l = await live();
  const [running, waiting] = [await accept(l), await accept(l)];
  const { builder } = l.deps;
  const call: typeof builder.call = async (...given) => {
    await markNamespaceDeleted(l.deps, l.s.actor, l.s.namespaceId);
    await emptyDeletedNamespaces(l.deps);
    return builder.call(...given);
  };
  await runCalls({ ...l.deps, builder: { ...builder, call } }, 'normal');
  const ended = await Promise.all([running, waiting].map((id) => findLater(l.deps, l.s.actor, id)));
  expect(ended.map(({ call }) => call.status)).toEqual(['succeeded', 'failed']);
  expect(ended[1]?.answer?.parsed()).toMatchObject({ status: 'error', error: { type: 'not-found' } });
});

test('a call is refused while its organization has the maximum number of waiting calls, and the response says when to retry', async () => {
  const l = await live();
  const { organizationId } = l.s.actor;
  await l.deps.db.insert(quotas).values({ organizationId, resource: 'queued_later_calls', maxAllowed: 2 });
  const first = await accept(l);
  await accept(l, {}, 'low');
  await expect(accept(l)).rejects.toMatchObject({
    code: 'queue-full',
    status: 429,
    retryAfterSeconds: 10,
    details: { resource: 'queued_later_calls', current_count: 2, max_allowed: 2 },
  });
  const stored = async () =>
    (await l.deps.db.select().from(laterCallRows).where(eq(laterCallRows.organizationId, organizationId))).length;
  expect(await stored()).toBe(2);
  await cancelLater(l.deps, l.s.actor, first);
  await accept(l);
  expect(await stored()).toBe(3);
});

test('a Go plugin accepts later calls', { tags: 'long' }, async () => {
  // A late message of an earlier test can't run this call, because it isn't due yet by the real clock.
  const clock = clockAt(Date.now() + 3_600_000);
  const app = testApp({ clock });
  const operate = async () => ({ result: textOf({ upper: 'A' }) });
  const deps = {
    ...app.deps,
    builder: { ...app.deps.builder, operate },
    ...emptyCallCaches(),
  };
  const org = await organization();
  await goPlugin(org, 'pipeline', 'later-pipeline');
  await goDeployment(org, 'later-pipeline', 'promoted');
  const { queues } = losingQueues();
  const client = clientOf(`Bearer ${org.key}`, testApp({ clock, queues }).fetch);
  const { body, status } = await client.send('POST', '/api/plugins/later-pipeline/call', {
    body: { method: 'execute', params: { action: 'upper' } },
    headers: { prefer: 'respond-async' },
  });
  expect([status, body]).toMatchObject([202, { plugin: 'later-pipeline', status: 'queued' }]);
  await runCalls(deps, 'normal');
  const answered = await client.get(`/v1/calls/${Object(body).call_id}`);
  expect(answered.body).toMatchObject({ status: 'succeeded', answer: { result: { upper: 'A' } } });
});

test('claims take turns between organizations, and no organization runs more than its quota', async () => {
  const [busy, other] = [await live(), await live()];
  for (let i = 0; i < 12; i += 1) await accept(busy);
  for (let i = 0; i < 3; i += 1) await accept(other);
  busy.s.clock.advance(60_000); // The other organization's clock began later.
  const names = new Map([busy, other].map(({ s }, i) => [s.actor.organizationId, ['busy', 'other'][i]]));
  const claimed: (string | undefined)[] = [];
  for (let next = await claimNext(busy.deps, 'normal'); next; next = await claimNext(busy.deps, 'normal'))
    // Organizations from earlier tests may also have calls.
    if (names.has(next.call.organizationId)) claimed.push(names.get(next.call.organizationId));
  expect(claimed.slice(0, 6).sort()).toEqual(['busy', 'busy', 'busy', 'other', 'other', 'other']);
  expect(claimed).toHaveLength(13);
});

test("a single worker reaches a call long before it has run all of another organization's older calls", {
  tags: 'long',
}, async () => {
  const [a, b] = [await live(), await live()];
  const [ofA, ofB] = [await accept(a), await accept(b)];
  const [busy, id] = ofA < ofB ? [a, ofB] : [b, ofA];
  const older = 30;
  for (let i = 1; i < older; i += 1) await accept(busy);
  busy.s.clock.advance(60_000); // The other organization's clock may have begun later.
  const claimed: string[] = [];
  while (!claimed.includes(id)) {
    const call = (await claimNext(busy.deps, 'normal'))?.call;
    if (!call) throw new Error('the call never had its turn');
    if (call.organizationId === busy.s.actor.organizationId || call.id === id) claimed.push(call.id);
    const ended = { status: 'succeeded', endedAt: busy.deps.clock.now(), leaseToken: null, leaseUntil: null } as const;
    await busy.deps.db.update(laterCallRows).set(ended).where(eq(laterCallRows.id, call.id));
  }
  expect(claimed.length).toBeLessThanOrEqual(older);
});
