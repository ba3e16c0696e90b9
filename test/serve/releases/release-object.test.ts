// Tests the object that measures a release: without its database, after its end, and with reports that arrive too late.
import { expect, test } from 'vitest';
import { releaseOf } from '../../support/scenes/releasing.ts';
import { failing, withObject } from './release-object-scene.ts';

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
