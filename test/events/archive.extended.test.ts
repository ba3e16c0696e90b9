// Tests archiving in limited steps, by workers that die or overlap, and of chains that are broken.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { genesisHash } from '../../src/contract/events/event-block.ts';
import type { OrganizationId } from '../../src/core/ids.ts';
import { toLongTextStream } from '../../src/core/paced-streams.ts';
import { database } from '../../src/db/client.ts';
import { eventBlocks } from '../../src/db/schema/events.ts';
import type { Deps } from '../../src/deps.ts';
import { archiveEvents } from '../../src/events/archive-events.ts';
import { exportEvents } from '../../src/events/export.ts';
import { sealEvents } from '../../src/events/seal.ts';
import { exportOf, linesOf, writeEvents } from '../support/database/many-events.ts';
import { meteredD1 } from '../support/database/metered-d1.ts';
import { pausedD1 } from '../support/database/paused-d1.ts';
import { eventsOf } from '../support/events.ts';
import { type Organization, organization } from '../support/scenes/organization.ts';
import { archivesOf, day, db, forgetEvents, minute, scene } from './archiving.ts';

beforeEach(forgetEvents);

async function blockNumbers({ id }: { id: OrganizationId }): Promise<number[]> {
  const rows = await db
    .select({ number: eventBlocks.number })
    .from(eventBlocks)
    .where(eq(eventBlocks.organizationId, id));
  return rows.map(({ number }) => number).sort((a, b) => a - b);
}

/** Returns the Deps of a worker that is killed after it stores an object. */
function dyingBeforeDeletion(deps: Deps): Deps {
  let puts = 0;
  const blobs = new Proxy(deps.blobs, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (name === 'put') puts += 1;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const killed = pausedD1(env.DB, async () => {
    if (puts > 0) throw new Error('killed');
  });
  return { ...deps, blobs, db: database(killed) };
}

const keysOf = async ({ id }: Organization) =>
  (await env.ARCHIVES.list({ prefix: `events/${id}/` })).objects.map(({ key }) => key.slice(`events/${id}/`.length));

describe('archiving', () => {
  test('archiving moves blocks 400 days after they were sealed, at the end of the day, and leaves the newest block', async () => {
    const { deps, clock, org, whole } = await scene(10, 20, 30);
    clock.advance(400 * day);
    await archiveEvents(deps);
    expect(await archivesOf(org)).toEqual([]);
    clock.advance(day);
    await archiveEvents(deps);
    const [, , three] = await db.select().from(eventBlocks).where(eq(eventBlocks.organizationId, org.id)).limit(3);
    expect(three).toBeUndefined();
    expect(await archivesOf(org)).toMatchObject([{ firstBlock: 1, lastBlock: 2, events: 33, archivedAt: clock.now() }]);
    expect(await blockNumbers(org)).toEqual([3]);
    expect(await eventsOf(org)).toHaveLength(31);
    expect(await keysOf(org)).toEqual(['0000000001-0000000002.ndjson']);
    expect(await exportOf(org)).toEqual(whole);
  });

  test('archiving splits blocks into archives of limited size, a limited number per sweep, with a bounded number of statements', async () => {
    const { deps, clock, org, whole } = await scene(7, 20, 30, 40, 5, 1, 50, 1);
    clock.advance(402 * day);
    const metered = meteredD1(env.DB);
    const limits = { organizationsAtOnce: 20, archivesAtOnce: 2, events: 50, blocks: 3 };
    await archiveEvents({ ...deps, features: [], db: database(metered.db) }, limits);
    const blocks = async () => (await archivesOf(org)).map(({ firstBlock, lastBlock }) => [firstBlock, lastBlock]);
    expect(await blocks()).toEqual([
      [1, 2],
      [3, 3],
    ]);
    // Seven statements per archive, and three for the walk, which records where it continues. Features add theirs.
    expect(metered.total().statements).toBe(17);
    await archiveEvents(deps, limits);
    expect((await blocks()).slice(2)).toEqual([
      [4, 6],
      [7, 7],
    ]);
    expect(await exportOf(org)).toEqual(whole);
  });

  test('a worker that dies after storing the object loses and duplicates nothing', async () => {
    const { deps, clock, org, logged, whole } = await scene(10, 20, 30);
    clock.advance(402 * day);
    await archiveEvents(dyingBeforeDeletion(deps));
    expect(logged).toEqual([['sweep.row_failed', org.id]]);
    expect([await archivesOf(org), await blockNumbers(org)]).toEqual([[], [1, 2, 3]]);
    expect(await keysOf(org)).toEqual(['0000000001-0000000002.ndjson']);
    expect(await exportOf(org)).toEqual(whole);
    await archiveEvents(deps);
    expect(await keysOf(org)).toEqual(['0000000001-0000000002.ndjson']);
    expect(await blockNumbers(org)).toEqual([3]);
    expect(await exportOf(org)).toEqual(whole);
  });

  test('an object left by a dead worker is deleted when a later sweep divides the blocks differently', async () => {
    const { deps, clock, org, whole } = await scene(10, 20, 30);
    clock.advance(402 * day);
    await archiveEvents(dyingBeforeDeletion(deps), {
      organizationsAtOnce: 20,
      archivesAtOnce: 20,
      events: 15,
      blocks: 3,
    });
    expect(await keysOf(org)).toEqual(['0000000001-0000000001.ndjson']);
    await archiveEvents(deps);
    expect(await keysOf(org)).toEqual(['0000000001-0000000002.ndjson']);
    expect(await exportOf(org)).toEqual(whole);
  });

  test('archiving by concurrent sweeps archives each block only once', async () => {
    const { deps, clock, org, whole } = await scene(10, 20, 30);
    clock.advance(402 * day);
    await Promise.all([archiveEvents(deps), archiveEvents(deps), archiveEvents(deps)]);
    expect(await archivesOf(org)).toMatchObject([{ firstBlock: 1, lastBlock: 2 }]);
    expect(await exportOf(org)).toEqual(whole);
  });

  test.each([
    ['an event was changed', `update events set data = '{"fields":["x"]}' where organization_id = ?1 and seq % 7 = 0`],
    ['an event is missing', 'delete from events where seq = (select min(seq) from events where organization_id = ?1)'],
    [
      'a block was changed',
      'update event_blocks set sealed_at = sealed_at - 1 where organization_id = ?1 and number = 1',
    ],
    ['a block is missing', 'delete from event_blocks where organization_id = ?1 and number = 1'],
  ])(
    "archiving keeps an organization's rows if %s, logs the organization, and archives the other organizations",
    async (_what, statement) => {
      const { deps, clock, org, logged } = await scene(10, 20, 30);
      const other = await organization({ fetch: org.fetch });
      clock.advance(minute);
      await sealEvents(deps);
      await writeEvents(other, 1, clock.now());
      clock.advance(minute);
      await sealEvents(deps);
      await env.DB.prepare(statement).bind(org.id).run();
      const before = await exportOf(org);
      clock.advance(402 * day);
      await archiveEvents(deps);
      expect(logged).toContainEqual(['sweep.row_failed', org.id]);
      expect([await archivesOf(org), await exportOf(org)]).toEqual([[], before]);
      expect(await archivesOf(other)).toMatchObject([{ firstBlock: 1, lastBlock: 1 }]);
    },
  );
});

test("blocks that do not continue the archives' chain stay in the database", async () => {
  const { deps, clock, org, logged } = await scene(10, 20);
  clock.advance(402 * day);
  await archiveEvents(deps);
  await sealEvents(deps);
  await env.DB.prepare('update event_archives set last_hash = ? where organization_id = ?')
    .bind(genesisHash, org.id)
    .run();
  clock.advance(402 * day);
  await archiveEvents(deps);
  expect([await blockNumbers(org), logged]).toEqual([[2, 3], [['sweep.row_failed', org.id]]]);
});

describe('an export across the archive boundary', () => {
  test('an export across the archive boundary continues at any event, just as before archiving', async () => {
    const { deps, clock, org, whole } = await scene(10, 20, 30);
    const lineOf = new Map([
      ['1&skip=4', 4],
      ['2', 14],
      ['2&skip=19', 33],
      ['2&skip=20', 34],
      ['3&skip=5', 40],
      ['4', 66],
      ['4&skip=1', 67],
    ]);
    const rest = async (from: string) => (await exportOf(org, `?from_block=${from}`)).slice(0, -1);
    const rests = () => Promise.all([...lineOf.keys()].map(rest));
    const expected = [...lineOf.values()].map((line) => whole.slice(line, -1));
    expect(await rests()).toEqual(expected);
    clock.advance(402 * day);
    await archiveEvents(deps);
    expect(await rests()).toEqual(expected);
  });

  test('an export across the archive boundary has every event once, even during archiving', async () => {
    const { deps, clock, org, whole } = await scene(10, 20, 30);
    clock.advance(402 * day);
    let trips = 0;
    const slow = pausedD1(env.DB, async () => {
      trips += 1;
      if (trips === 3) await archiveEvents(deps);
    });
    const from = { organizationId: org.id, fromBlock: 1, skip: 0 };
    const limits = { pageEvents: 7, pages: 100, archives: 100 };
    expect(await linesOf(toLongTextStream(exportEvents({ ...deps, db: database(slow) }, from, limits)))).toEqual(whole);
    expect(await archivesOf(org)).toHaveLength(1);
  });
});
