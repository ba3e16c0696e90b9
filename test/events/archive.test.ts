// Tests moving old sealed blocks to the store. The export continues the chain from there (docs/events.md, "Archives").
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { genesisHash } from '../../src/contract/events/event-block.ts';
import { verifyExport } from '../../src/contract/events/event-export.ts';
import type { OrganizationId } from '../../src/core/ids.ts';
import { toLongTextStream } from '../../src/core/paced-streams.ts';
import { database } from '../../src/db/client.ts';
import { eventArchives, eventBlocks } from '../../src/db/schema/events.ts';
import type { Deps } from '../../src/deps.ts';
import { archiveEvents } from '../../src/events/archive-events.ts';
import { exportEvents } from '../../src/events/export.ts';
import { sealEvents } from '../../src/events/seal.ts';
import { exportOf, linesOf, writeEvents } from '../support/database/many-events.ts';
import { meteredD1 } from '../support/database/metered-d1.ts';
import { pausedD1 } from '../support/database/paused-d1.ts';
import { clockAt, testApp } from '../support/deps.ts';
import { eventsOf } from '../support/events.ts';
import { type Organization, organization } from '../support/scenes/organization.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';

const minute = 60_000;
const day = 86_400_000;
const db = database(env.DB);

/** A sweep visits the organizations in turn, and those of earlier tests would use up its limit. */
beforeEach(async () => {
  await env.DB.batch(
    ['events', 'event_blocks', 'event_archives', 'store_sweeps'].map((table) => env.DB.prepare(`delete from ${table}`)),
  );
});

/** Creates an organization with blocks of these sizes, each sealed a minute after its events, and one unsealed event. */
async function scene(...sizes: number[]) {
  const clock = clockAt(Date.parse('2026-11-20T12:00:00Z'));
  const logged: unknown[] = [];
  const log = {
    info: () => {},
    warn: () => {},
    error: (event: string, fields: Record<string, unknown> = {}) => logged.push([event, fields.id]),
  };
  const { deps, fetch, settled } = testApp({ clock, queues: losingQueues().queues, log });
  const org = await organization({ fetch });
  for (const size of sizes) {
    await writeEvents(org, size, clock.now());
    clock.advance(minute);
    await sealEvents(deps);
  }
  await writeEvents(org, 1, clock.now());
  return { deps, clock, org, logged, settled, whole: await exportOf(org) };
}

const archivesOf = ({ id }: { id: OrganizationId }) =>
  db.select().from(eventArchives).where(eq(eventArchives.organizationId, id)).orderBy(eventArchives.lastBlock);

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

const pageModel = z.object({ pagination: z.object({ next_cursor: z.string() }) });
const endModel = z.object({
  end: z.object({ next: z.object({ from_block: z.int(), skip: z.int() }).optional() }),
});

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

  test("archiving stores the export's lines under their digest", async () => {
    const { deps, clock, org, whole } = await scene(10, 20);
    clock.advance(402 * day);
    await archiveEvents(deps);
    const [archive] = await archivesOf(org);
    const object = await env.ARCHIVES.get(`events/${org.id}/0000000001-0000000001.ndjson`);
    const stored = object?.checksums.toJSON().sha256;
    expect([stored, await object?.text()]).toEqual([archive?.sha256, `${whole.slice(0, 14).join('\n')}\n`]);
    expect(object?.httpMetadata?.contentType).toBe('application/x-ndjson');
  });

  test('archiving continues the chain: later blocks follow archived blocks, and are archived in turn', async () => {
    const { deps, clock, org } = await scene(10, 20);
    clock.advance(402 * day);
    await archiveEvents(deps);
    await sealEvents(deps);
    clock.advance(402 * day);
    await archiveEvents(deps);
    expect((await archivesOf(org)).map(({ firstBlock, lastBlock }) => [firstBlock, lastBlock])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(await verifyExport(await exportOf(org))).toMatchObject({
      events: 34,
      blocks: 3,
      unsealed: 0,
      previous: genesisHash,
    });
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

  test('an export across the archive boundary is divided into parts of any size that verify together', async () => {
    const { deps, clock, org, whole } = await scene(10, 20, 30);
    clock.advance(402 * day);
    await archiveEvents(deps, { organizationsAtOnce: 20, archivesAtOnce: 20, events: 15, blocks: 3 });
    const limits = { pageEvents: 4, pages: 2, archives: 1 };
    let next: { from_block: number; skip: number } | undefined = { from_block: 1, skip: 0 };
    const parts: string[][] = [];
    while (next) {
      const from = { organizationId: org.id, fromBlock: next.from_block, skip: next.skip };
      const lines = await linesOf(toLongTextStream(exportEvents(deps, from, limits)));
      parts.push(lines);
      next = endModel.parse(JSON.parse(lines.at(-1) ?? '')).end.next;
    }
    expect(parts.length).toBeGreaterThan(5);
    expect(parts.flatMap((lines) => lines.slice(0, -1))).toEqual(whole.slice(0, -1));
    expect(await verifyExport(parts.flat())).toEqual(await verifyExport(whole));
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

describe('the list', () => {
  const list = async (org: Organization, query = '') => {
    const { status, body } = await org.get(`/v1/events?limit=1000${query}`);
    return { status, body };
  };

  test('the event list shows the time up to which events were archived', async () => {
    const { deps, clock, org } = await scene(10, 20);
    expect((await list(org)).body).toMatchObject({ archived_until: null });
    const [newest] = (await eventsOf(org)).slice(12, 13);
    clock.advance(402 * day);
    await archiveEvents(deps);
    const { body } = await list(org, '&order=asc');
    expect(body).toMatchObject({ archived_until: new Date(newest?.createdAt ?? 0).toISOString() });
    expect(body).toHaveProperty('results.length', 21);
  });

  test('the event list refuses a cursor in event order if the events that follow it were archived', async () => {
    const { deps, clock, org } = await scene(10, 20);
    const page = await org.get('/v1/events?limit=5&order=asc');
    const cursor = pageModel.parse(page.body).pagination.next_cursor;
    clock.advance(402 * day);
    await archiveEvents(deps);
    expect(await list(org, `&order=asc&cursor=${cursor}`)).toMatchObject({
      status: 422,
      body: {
        detail: [
          {
            loc: ['query', 'cursor'],
            msg: 'Events after this cursor have been archived since. Export them with GET /v1/events/export, up to block 1, then list without a cursor.',
          },
        ],
      },
    });
    expect((await list(org, `&cursor=${cursor}`)).body).toMatchObject({
      results: [],
      pagination: { next_cursor: null },
    });
  });
});
