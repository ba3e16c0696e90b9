// Tests sealing events into blocks, which an export can prove without Slipway (docs/events.md).
import { env } from 'cloudflare:workers';
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { genesisHash } from '../../src/contract/events/event-block.ts';
import { verifyExport } from '../../src/contract/events/event-export.ts';
import type { EventId } from '../../src/core/ids.ts';
import { events } from '../../src/db/schema/events.ts';
import { sealEvents } from '../../src/events/seal.ts';
import { exportOf, writeEvents } from '../support/database/many-events.ts';
import { organization } from '../support/scenes/organization.ts';
import { blocksOf, db, minute, scene } from './sealing.ts';

describe('sealing', () => {
  test('sealing waits until events are a minute old, and then includes all of them', async () => {
    const { deps, clock, org } = await scene();
    clock.advance(minute - 1);
    await sealEvents(deps);
    expect(await blocksOf(org)).toEqual([]);
    clock.advance(1);
    await sealEvents(deps);
    expect(await blocksOf(org)).toMatchObject([{ number: 1, previous: genesisHash, events: 3, sealedAt: clock.now() }]);
  });

  test('an event dated in the future delays no other event', async () => {
    const { deps, clock, org } = await scene();
    await writeEvents(org, 1, clock.now() + 60 * minute);
    const other = await organization({ fetch: org.fetch });
    clock.advance(minute);
    await sealEvents(deps);
    expect(await blocksOf(org)).toMatchObject([{ number: 1, events: 4 }]);
    expect(await blocksOf(other)).toMatchObject([{ number: 1, events: 3 }]);
  });

  test("sealing continues where it stopped, and each block has the previous block's hash", async () => {
    const { deps, clock, org } = await scene();
    for (let i = 0; i < 3; i++) {
      clock.advance(minute);
      await sealEvents(deps);
      await org.patch('/v1/namespaces/default', { description: `change ${i}` });
    }
    const [one, two, three, ...more] = await blocksOf(org);
    expect([one?.events, two?.events, three?.events, more]).toEqual([3, 1, 1, []]);
    expect([two?.previous, three?.previous]).toEqual([one?.hash, two?.hash]);
    expect(await verifyExport(await exportOf(org))).toEqual({
      events: 6,
      blocks: 3,
      unsealed: 1,
      previous: genesisHash,
      last: three?.hash,
    });
  });

  test('sealing changes nothing without new events', async () => {
    const { deps, clock, org } = await scene();
    clock.advance(minute);
    await sealEvents(deps);
    const before = await blocksOf(org);
    clock.advance(minute);
    await sealEvents(deps);
    expect(await blocksOf(org)).toEqual(before);
  });

  test('sealing follows commit order: an event committed late, with an older ID and time, follows the sealed events', async () => {
    const { deps, clock, org } = await scene();
    const olderId = deps.ids('event');
    const at = clock.now();
    clock.advance(minute);
    await sealEvents(deps);
    await writeEvents(org, 1, at);
    await db
      .update(events)
      .set({ id: olderId.replace(/^evt_./, 'evt_0') as EventId })
      .where(sql`seq = (select max(seq) from events)`);
    await sealEvents(deps);
    expect((await blocksOf(org)).map(({ number, events: sealed }) => [number, sealed])).toEqual([
      [1, 3],
      [2, 1],
    ]);
    expect(await verifyExport(await exportOf(org))).toMatchObject({ events: 4, blocks: 2, unsealed: 0 });
  });

  test('sealing omits everything committed after an event that is too recent', async () => {
    const { deps, clock, org } = await scene();
    clock.advance(minute);
    await writeEvents(org, 1, clock.now());
    await writeEvents(org, 1, clock.now() - minute);
    await sealEvents(deps);
    expect(await blocksOf(org)).toMatchObject([{ number: 1, events: 3 }]);
    clock.advance(minute);
    await sealEvents(deps);
    expect(await blocksOf(org)).toMatchObject([{ number: 1 }, { number: 2, events: 2 }]);
  });

  test('sealing keeps organizations separate', async () => {
    const { deps, clock, org } = await scene();
    const other = await organization({ fetch: org.fetch });
    clock.advance(minute);
    await sealEvents(deps);
    expect((await blocksOf(org)).map(({ number }) => number)).toEqual([1]);
    expect((await blocksOf(other)).map(({ number }) => number)).toEqual([1]);
    expect((await exportOf(other)).join()).not.toContain(org.id);
  });
});

describe('the export', () => {
  test('the export starts with the requested block', async () => {
    const { deps, clock, org } = await scene();
    clock.advance(minute);
    await sealEvents(deps);
    await org.patch('/v1/namespaces/default', { description: 'changed' });
    clock.advance(minute);
    await sealEvents(deps);
    const [one, two] = await blocksOf(org);
    const lines = await exportOf(org, '?from_block=2');
    expect(lines).toHaveLength(3);
    expect(await verifyExport(lines)).toEqual({
      events: 1,
      blocks: 1,
      unsealed: 0,
      previous: one?.hash,
      last: two?.hash,
    });
  });

  test.each([
    [
      'an event is changed',
      `update events set data = '{"name":"another"}' where organization_id = ?1 and type = 'organization.created'`,
    ],
    [
      'the time of an event is changed',
      `update events set created_at = created_at - 1 where organization_id = ?1 and type = 'key.created'`,
    ],
    ['an event is deleted', `delete from events where organization_id = ?1 and type = 'key.created'`],
  ])('the export reveals that %s in the database', async (_what, statement) => {
    const { deps, clock, org } = await scene();
    clock.advance(minute);
    await sealEvents(deps);
    expect(await verifyExport(await exportOf(org))).toMatchObject({ events: 3 });
    await env.DB.prepare(statement).bind(org.id).run();
    expect(await verifyExport(await exportOf(org))).toHaveProperty('problem');
  });
});
