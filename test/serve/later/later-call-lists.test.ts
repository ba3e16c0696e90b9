// Tests lists of later calls by state: only calls in that state are read, however many other calls there are.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { type LaterCallState, laterCallStates } from '../../../src/contract/states.ts';
import type { CallId } from '../../../src/core/ids.ts';
import { laterCallRows } from '../../../src/db/schema/calls.ts';
import { listLater } from '../../../src/serve/later/later-calls.ts';
import { countedRows, countRows, noRows } from '../../support/database/d1-rows.ts';
import { type Scene, scene } from '../../support/scenes/scene.ts';

countRows(env.DB);

async function add({ actor, deps, namespaceId }: Scene, status: LaterCallState, priority: 'normal' | 'low' = 'normal') {
  const id = deps.ids('call');
  const callee = { by: 'name' as const, namespaceId, name: 'any' };
  const times = { createdAt: 1, dueAt: 1, startedAt: 1, expiresAt: 4e12 };
  const of = { organizationId: actor.organizationId, namespaceId, callee, createdBy: actor.ref };
  await deps.db.insert(laterCallRows).values({ id, ...of, ...times, requestId: 'req', runs: 1, priority, status });
  return id;
}

test.each(laterCallStates)('a list of calls that are %s reads no other calls', async (status) => {
  const s = await scene();
  const first = await add(s, status, 'low');
  const second = await add(s, status);
  const list = async (given: { cursor?: CallId } = {}) => {
    const rows = noRows();
    const page = await countedRows(rows, () => listLater(s.deps, s.actor, { limit: 10, ...given }, status));
    return { ids: page.items.map(({ id }) => id), read: rows.read };
  };
  const alone = await list();
  expect(alone.ids).toEqual([second, first]);
  for (let others = 0; others < 30; others++) await add(s, status === 'succeeded' ? 'failed' : 'succeeded');
  const beside = await list();
  expect(beside.ids).toEqual([second, first]);
  expect((await list({ cursor: second })).ids).toEqual([first]);
  // Nearly all calls have succeeded, so this state has no index of its own.
  if (status !== 'succeeded') expect(beside.read).toBe(alone.read);
  await s.deps.db.delete(laterCallRows).where(eq(laterCallRows.organizationId, s.actor.organizationId));
});
