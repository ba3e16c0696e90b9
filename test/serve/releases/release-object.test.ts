// Tests the object that measures a release: without its database, after its end, and with reports that arrive too late.
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { and, eq } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { idSchema } from '../../../src/contract/ids.ts';
import type { ReleaseDelta } from '../../../src/contract/releases.ts';
import type { ReleaseId } from '../../../src/core/ids.ts';
import { database } from '../../../src/db/client.ts';
import { pluginVersions } from '../../../src/db/schema/registry.ts';
import type { Deps } from '../../../src/deps.ts';
import { ReleaseObject } from '../../../src/releases/release-object.ts';
import { pausedD1 } from '../../support/database/paused-d1.ts';
import { testApp } from '../../support/deps.ts';
import { type Releasing, releaseOf, releasing, start } from '../../support/scenes/releasing.ts';
import { waitFor, waitUntil } from '../../support/waiting.ts';

class OwnObject extends ReleaseObject {}

/** Reports of 20 calls to each version, of which the candidate's fail. */
const failing: ReleaseDelta = {
  weight: 1000,
  drawn: {
    stable: { calls: 180, errors: 0, crashes: 0, starts: 0, durations: { 10: 180 } },
    candidate: { calls: 20, errors: 20, crashes: 0, starts: 0, durations: { 10: 20 } },
  },
  sticky: {},
  compared: [],
};

/** Reports of as many calls that succeed. */
const succeeding: ReleaseDelta = {
  ...failing,
  drawn: { ...failing.drawn, candidate: { ...failing.drawn.candidate, errors: 0 } },
};

interface Scene extends Releasing {
  id: string;
  one: string;
  releaseId: ReleaseId;
  /** Whether the database fails. */
  database: { isLost: boolean };
  /** Returns the object as it is after an eviction. */
  make(): Promise<OwnObject>;
}

/** Runs with an object of the release that has its own, losable connection to the database. */
async function withObject(use: (scene: Scene) => Promise<void>, plan?: object): Promise<void> {
  const r = await releasing(plan);
  const lost = { isLost: false };
  const d1 = pausedD1(env.DB, async () => {
    if (lost.isLost) throw new Error('Network connection lost.');
  });
  const deps: Deps = testApp({ db: database(d1) }).deps;
  await runInDurableObject(env.RELEASES.getByName(crypto.randomUUID()), async (_, state) => {
    const make = async () => {
      const object = new OwnObject(state, env, deps);
      await state.blockConcurrencyWhile(async () => {}); // until it has read its storage
      return object;
    };
    await use({ ...r, releaseId: r.id as ReleaseId, database: lost, make });
  });
}

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
