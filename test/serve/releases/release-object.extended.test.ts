// Tests the object that measures a release when it is evicted, when its database is away, and when reports and ends arrive late.
import { expect, test } from 'vitest';
import { releaseOf } from '../../support/scenes/releasing.ts';
import { waitFor } from '../../support/waiting.ts';
import { failing, withObject } from './release-object-scene.ts';

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
