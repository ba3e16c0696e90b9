// Tests the object that measures a release when it is evicted, when its database is away, and when reports and ends arrive late.

import { env } from 'cloudflare:workers';
import { and, eq } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { idSchema } from '../../../src/contract/ids.ts';
import type { ReleaseDelta } from '../../../src/contract/releases.ts';
import { database } from '../../../src/db/client.ts';
import { pluginVersions } from '../../../src/db/schema/registry.ts';
import { releaseOf, start } from '../../support/scenes/releasing.ts';
import { waitFor, waitUntil } from '../../support/waiting.ts';
import { failing, type Scene, withObject } from './release-object-scene.ts';

test('a failed gate moves calls back although a step waits for the database', async () => {
  const plan = { steps: [{ percent: 10 }, { percent: 50 }], hold: { calls: 20 } };
  await withObject(async (s) => {
    const object = await s.make();
    await object.follow(s.releaseId);
    s.database.isLost = true;
    const { candidate, stable } = failing.drawn;
    const good = { ...failing, drawn: { stable, candidate: { ...candidate, errors: 0 } } };
    expect(await object.report(s.releaseId, good)).toMatchObject({ generation: 1, weight: 1000 });
    expect(await object.report(s.releaseId, failing)).toMatchObject({ generation: 2, weight: 0 });
    s.database.isLost = false;
    await waitFor(async () => {
      await object.alarm();
      expect(await releaseOf(s)).toMatchObject({ state: 'reverted' });
    });
  }, plan);
});

test('an evicted object continues with what it had counted and decided', async () => {
  await withObject(async (s) => {
    await (await s.make()).follow(s.releaseId);
    s.database.isLost = true;
    expect(await (await s.make()).report(s.releaseId, failing)).toMatchObject({ weight: 0 });
    s.database.isLost = false;
    const again = await s.make();
    expect(await again.status(s.releaseId)).toMatchObject({ measured: { candidate: { calls: 20, errors: 20 } } });
    await again.alarm();
    expect(await releaseOf(s)).toMatchObject({ state: 'reverted' });
  });
});

test('a report about a release that has ended is answered with its end', async () => {
  await withObject(async (s) => {
    await s.org.post(`${s.one}/cancel`);
    expect(await (await s.make()).report(s.releaseId, failing)).toEqual({
      generation: 2,
      weight: 0,
      shadow: 0,
      ended: true,
    });
    expect(await (await s.make()).status(s.releaseId)).toBeNull();
  });
});

test('a release that ended elsewhere is noticed at the next alarm, once the database responds', async () => {
  await withObject(async (s) => {
    const object = await s.make();
    await object.follow(s.releaseId);
    await s.org.post(`${s.one}/cancel`);
    s.database.isLost = true;
    await object.alarm();
    expect(await object.status(s.releaseId)).not.toBeNull();
    s.database.isLost = false;
    await object.alarm();
    expect(await object.status(s.releaseId)).toBeNull();
    expect(await object.report(s.releaseId, failing)).toMatchObject({ weight: 0, ended: true });
  });
});

test('a person who ends the release first wins over a failed gate', async () => {
  await withObject(async (s) => {
    const object = await s.make();
    await object.follow(s.releaseId);
    s.database.isLost = true;
    await object.report(s.releaseId, failing);
    await s.org.post(`${s.one}/cancel`, { reason: 'not today' });
    s.database.isLost = false;
    await object.alarm();
    expect(await releaseOf(s)).toMatchObject({ state: 'cancelled', reason: 'not today' });
    expect(await object.report(s.releaseId, failing)).toMatchObject({ weight: 0, ended: true });
  });
});

/** Reports of as many calls that succeed. */
const succeeding: ReleaseDelta = {
  ...failing,
  drawn: { ...failing.drawn, candidate: { ...failing.drawn.candidate, errors: 0 } },
};

/** Quarantines 1.0.1 as an operator's request does whose process dies before it reverts the release, or takes that back. */
async function setQuarantine(
  { org }: Scene,
  quarantined: typeof pluginVersions.$inferSelect.quarantined,
): Promise<void> {
  await database(env.DB)
    .update(pluginVersions)
    .set({ quarantined })
    .where(and(eq(pluginVersions.organizationId, org.id), eq(pluginVersions.patch, 1)));
}

test('a candidate that may take no more calls is reverted instead of getting the next step', async () => {
  await withObject(
    async (s) => {
      const object = await s.make();
      await object.follow(s.releaseId);
      const quarantined = {
        by: { type: 'admin', id: 'admin' },
        at: 1,
        reason: 'It is malicious',
        objection: '',
      } as const;
      await setQuarantine(s, quarantined);
      onTestFinished(() => setQuarantine(s, null));
      await object.report(s.releaseId, succeeding);
      await waitUntil(async () => {
        await object.alarm();
        return (await releaseOf(s)).state === 'reverted';
      });
      expect(await releaseOf(s)).toMatchObject({ percent: 0, reason: 'The namespace no longer takes the version' });
    },
    { steps: [{ percent: 10 }, { percent: 50 }], hold: { calls: 10 } },
  );
});

test("a name's next release is measured from nothing, and the one before keeps what it measured", async () => {
  await withObject(async (s) => {
    const object = await s.make();
    const good = { ...failing, drawn: { ...failing.drawn, candidate: failing.drawn.stable } };
    await object.report(s.releaseId, good);
    await s.org.post(`${s.one}/cancel`);
    const { id: next } = z.object({ id: idSchema('release') }).parse((await start(s)).body);
    expect(await object.report(next, good)).toMatchObject({ generation: 1, ended: false });
    expect(await object.status(next)).toMatchObject({ measured: { candidate: { calls: 180 } } });
    expect(await object.report(s.releaseId, good)).toMatchObject({ weight: 0, ended: true });
    expect((await (await s.make()).status(next))?.measured).toMatchObject({ candidate: { calls: 180 } });
    const { body } = await s.org.get(s.one);
    expect(Object(body)).toMatchObject({ state: 'cancelled' });
    expect(await object.status(s.releaseId)).toBeNull();
  });
});
