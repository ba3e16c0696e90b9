// Tests moving old sealed blocks to the store. The export continues the chain from there (docs/events.md, "Archives").
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { genesisHash } from '../../src/contract/events/event-block.ts';
import { verifyExport } from '../../src/contract/events/event-export.ts';
import { toLongTextStream } from '../../src/core/paced-streams.ts';
import { archiveEvents } from '../../src/events/archive-events.ts';
import { exportEvents } from '../../src/events/export.ts';
import { sealEvents } from '../../src/events/seal.ts';
import { exportOf, linesOf } from '../support/database/many-events.ts';
import { eventsOf } from '../support/events.ts';
import type { Organization } from '../support/scenes/organization.ts';
import { archivesOf, day, forgetEvents, scene } from './archiving.ts';

beforeEach(forgetEvents);

const pageModel = z.object({ pagination: z.object({ next_cursor: z.string() }) });

const endModel = z.object({
  end: z.object({ next: z.object({ from_block: z.int(), skip: z.int() }).optional() }),
});

describe('archiving', () => {
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
});

describe('an export across the archive boundary', () => {
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
