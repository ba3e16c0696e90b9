// Tests what the sweep deletes after a time, and interrupted installs.
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { idempotencyKeys } from '../../src/db/schema/access.ts';
import { events } from '../../src/db/schema/events.ts';
import { sweep } from '../../src/sweep.ts';
import { goPlugin } from '../support/plugins/go-plugins.ts';
import { days, keyedRow, keyIsStored, seconds, sweepScene } from './swept.ts';

describe('the sweep', () => {
  test('the sweep deploys Go plugins whose install was interrupted', async () => {
    const { clock, deps, org } = await sweepScene();
    await goPlugin(org, 'pipeline', 'interrupted');
    clock.advance(2 * days);
    await sweep(deps);
    const written = await deps.db.select().from(events).where(eq(events.organizationId, org.id));
    const types = written.map(({ type }) => type);
    expect(types).toContain('deployment.queued');
  });

  test('the sweep deletes stored responses after a day, and instance logs after 30 days', async () => {
    const { clock, deps } = await sweepScene();
    const log = `logs/${deps.ids('deployment')}.ndjson`;
    await deps.blobs.put(log, '');
    const key = keyedRow(clock.now() + days);
    await deps.db.insert(idempotencyKeys).values(key);
    const kept = async () => [await keyIsStored({ deps }, key.id), (await deps.blobs.head(log)) !== null];
    clock.advance(days);
    await sweep(deps);
    expect(await kept()).toEqual([true, true]);
    clock.advance(1);
    await sweep(deps);
    expect(await kept()).toEqual([false, true]);
    clock.advance(29 * days - 3600 * seconds);
    await sweep(deps);
    expect(await kept()).toEqual([false, true]);
    clock.advance(2 * 3600 * seconds);
    await sweep(deps);
    expect(await kept()).toEqual([false, false]);
  });
});
