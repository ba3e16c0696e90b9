// Tests what accepting and running later calls takes: messages, round trips and statements.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { database } from '../../../src/db/client.ts';
import { findLater } from '../../../src/serve/later/later-calls.ts';
import { runCalls } from '../../../src/serve/later/run.ts';
import { countedRows, countRows, noRows } from '../../support/database/d1-rows.ts';
import { accept, live } from '../../support/scenes/later-calls.ts';
import { waitFor } from '../../support/waiting.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

test('a message runs a limited number of calls, and another message continues', async () => {
  const l = await live();
  const { queues, sent } = losingQueues();
  const ids = [await accept(l), await accept(l), await accept(l)];
  await runCalls({ ...l.deps, queues }, 'normal', 2);
  const states = async () =>
    (await Promise.all(ids.map((id) => findLater(l.deps, l.s.actor, id)))).map(({ call }) => call.status);
  expect((await states()).toSorted()).toEqual(['queued', 'succeeded', 'succeeded']);
  expect(sent).toContainEqual(expect.objectContaining({ type: 'run-call', priority: 'normal' }));
  await runCalls({ ...l.deps, queues }, 'normal', 2);
  expect(await states()).toEqual(['succeeded', 'succeeded', 'succeeded']);
});

test('a consumer that finds another call due wakes the next consumer before it runs its own call', async () => {
  const l = await live();
  const { queues, sent } = losingQueues();
  await accept(l);
  await accept(l);
  let sentBefore = 0;
  const call: typeof l.deps.builder.call = async (...given) => {
    await waitFor(async () => expect(sent).toMatchObject([{ type: 'run-call', priority: 'normal' }]));
    sentBefore = sent.length;
    return l.deps.builder.call(...given);
  };
  await runCalls({ ...l.deps, queues, builder: { ...l.deps.builder, call } }, 'normal', 1);
  expect(sentBefore).toBe(1);
});

test('a small call is accepted in one round trip: it and its event', async () => {
  const l = await live();
  await accept(l);
  countRows(env.DB);
  const rows = noRows();
  await countedRows(rows, () => accept({ ...l, deps: { ...l.deps, db: database(env.DB) } }));
  expect(rows).toMatchObject({ trips: 1, statements: 2 });
});

test('a call takes at most ten statements', async () => {
  const l = await live();
  await accept(l);
  countRows(env.DB);
  const rows = noRows();
  await countedRows(rows, () => runCalls({ ...l.deps, db: database(env.DB) }, 'normal', 1));
  expect(rows.statements).toBeGreaterThan(0);
  expect(rows.statements).toBeLessThanOrEqual(10);
});
