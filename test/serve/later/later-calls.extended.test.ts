// Tests later calls whose worker dies, that take turns with other work, and that are deleted.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { markNamespaceDeleted } from '../../../src/access/namespaces.ts';
import { laterCalls } from '../../../src/contract/limits/serving.ts';
import { database } from '../../../src/db/client.ts';
import { laterCallRows } from '../../../src/db/schema/calls.ts';
import { emptyDeletedNamespaces } from '../../../src/retirement/removal.ts';
import { claimNext } from '../../../src/serve/later/claim.ts';
import { cancelLater, findLater } from '../../../src/serve/later/later-calls.ts';
import { runCalls } from '../../../src/serve/later/run.ts';
import { sweepLaterCalls } from '../../../src/serve/later/sweep.ts';
import { clientOf } from '../../support/client.ts';
import { clockAt, emptyCallCaches, testApp } from '../../support/deps.ts';
import { textOf } from '../../support/json-text.ts';
import { goDeployment, goPlugin } from '../../support/plugins/go-plugins.ts';
import { accept, eventsOf, live } from '../../support/scenes/later-calls.ts';
import { organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

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
