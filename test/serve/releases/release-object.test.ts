// Tests the object that measures a release: without its database, after its end, and with reports that arrive too late.
import { env } from 'cloudflare:workers';
import { and, eq } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { idSchema } from '../../../src/contract/ids.ts';
import type { ReleaseDelta } from '../../../src/contract/releases.ts';
import { database } from '../../../src/db/client.ts';
import { pluginVersions } from '../../../src/db/schema/registry.ts';
import { releaseOf, start } from '../../support/scenes/releasing.ts';
import { waitUntil } from '../../support/waiting.ts';
import { failing, type Scene, withObject } from './release-object-scene.ts';

/** Reports of as many calls that succeed. */
const succeeding: ReleaseDelta = {
  ...failing,
  drawn: { ...failing.drawn, candidate: { ...failing.drawn.candidate, errors: 0 } },
};

test('a failed gate moves calls back at once, and the decision is written when the database is back', async () => {
  await withObject(async (s) => {
    const object = await s.make();
    await object.follow(s.releaseId);
    s.database.isLost = true;
    expect(await object.report(s.releaseId, failing)).toMatchObject({ generation: 2, weight: 0 });
    expect(await releaseOf(s)).toMatchObject({ state: 'rolling' });
    await object.alarm();
    expect(await object.report(s.releaseId, failing)).toMatchObject({ weight: 0, ended: false });
    s.database.isLost = false;
    await object.alarm();
    expect(await releaseOf(s)).toMatchObject({ state: 'reverted', reason: expect.stringContaining('failed') });
    expect(await object.report(s.releaseId, failing)).toEqual({ generation: 2, weight: 0, shadow: 0, ended: true });
  });
});

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
