// Tests later calls: they are accepted with 202, run by the queue, and answered at their own address.
import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { laterCalls } from '../../../src/contract/limits/serving.ts';
import { quotas } from '../../../src/db/schema/access.ts';
import { laterCallRows } from '../../../src/db/schema/calls.ts';
import { cancelLater, findLater } from '../../../src/serve/later/later-calls.ts';
import { runCalls } from '../../../src/serve/later/run.ts';
import { sweepLaterCalls } from '../../../src/serve/later/sweep.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { accept, eventsOf, laterRealtime, live } from '../../support/scenes/later-calls.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { waitFor } from '../../support/waiting.ts';

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
  test('a call that waited too long expires, and never runs', async () => {
    const l = await live();
    const id = await accept(l);
    l.s.clock.advance(laterCalls.expiresInMs);
    await runCalls(l.deps, 'normal');
    await sweepLaterCalls(l.deps);
    expect(await eventsOf(id)).toEqual(['call.accepted', 'call.expired']);
    expect((await findLater(l.deps, l.s.actor, id)).call.status).toBe('expired');
  });
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
