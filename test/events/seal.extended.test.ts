// Tests sealing many events, in many organizations, and by two sweeps.
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { verifyExport } from '../../src/contract/events/event-export.ts';
import { database } from '../../src/db/client.ts';
import { sealEvents } from '../../src/events/seal.ts';
import { exportOf, writeEvents } from '../support/database/many-events.ts';
import { meteredD1 } from '../support/database/metered-d1.ts';
import { blocksOf, minute, scene } from './sealing.ts';

describe('sealing', () => {
  test('sealing by two concurrent sweeps creates a single chain', async () => {
    const { deps, clock, org } = await scene();
    for (let i = 0; i < 5; i++) {
      await org.patch('/v1/namespaces/default', { description: `change ${i}` });
      clock.advance(minute);
      await Promise.all([sealEvents(deps), sealEvents(deps), sealEvents(deps)]);
    }
    expect((await blocksOf(org)).map(({ number, events: sealed }) => [number, sealed])).toEqual([
      [1, 4],
      [2, 1],
      [3, 1],
      [4, 1],
      [5, 1],
    ]);
    expect(await verifyExport(await exportOf(org))).toMatchObject({ events: 8, blocks: 5, unsealed: 0 });
  });

  test('sealing divides many events into full blocks', async () => {
    const { deps, clock, org } = await scene();
    await writeEvents(org, 2100, clock.now());
    clock.advance(minute);
    await sealEvents(deps);
    expect((await blocksOf(org)).map(({ events: sealed }) => sealed)).toEqual([1000, 1000, 103]);
    expect(await verifyExport(await exportOf(org))).toMatchObject({ events: 2103, blocks: 3, unsealed: 0 });
  });

  test('sealing 1,000 organizations active in the same minute takes a bounded number of statements', async () => {
    const { deps, clock } = await scene();
    await env.DB.prepare(
      `insert into events (id, organization_id, type, actor, subject_id, data, created_at)
       with recursive n(i) as (select 0 union all select i + 1 from n where i < 4999)
       select 'evt_' || lower(hex(randomblob(13))), 'org_active_' || (i % 1000), 'namespace.updated', '{"type":"system","id":"slipway"}', 'x', '{"fields":[]}', ? from n`,
    )
      .bind(clock.now())
      .run();
    clock.advance(minute);
    const metered = meteredD1(env.DB);
    await sealEvents({ ...deps, db: database(metered.db) });
    const sealed = await env.DB.prepare(
      `select count(distinct organization_id) as organizations, sum(events) as events from event_blocks where organization_id like 'org_active_%'`,
    ).first();
    expect(sealed).toEqual({ organizations: 1000, events: 5000 });
    // Two rounds of five statements. Each round reads its events three times and writes a block per organization.
    expect(metered.total().statements).toBe(10);
    expect(metered.total().written).toBeLessThan(3 * 5000);
    expect(metered.total().read / 5000).toBeLessThan(10);
  });

  test('sealing leaves the rest of a long backlog to the next sweep', async () => {
    const { deps, clock, org } = await scene();
    await writeEvents(org, 20_500, clock.now());
    clock.advance(minute);
    const metered = meteredD1(env.DB);
    await sealEvents({ ...deps, db: database(metered.db) });
    expect(metered.total().statements).toBe(25);
    expect(await blocksOf(org)).toHaveLength(20);
    await sealEvents(deps);
    expect((await blocksOf(org)).at(-1)).toMatchObject({ number: 21, events: 503 });
  });
});
