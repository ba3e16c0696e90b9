// Tests how long releases are kept.
import { expect, test } from 'vitest';
import { sweepReleases } from '../../../src/releases/sweep.ts';
import { clockAt } from '../../support/deps.ts';
import { releasing, start } from '../../support/scenes/releasing.ts';

const days = 86_400_000;

test('a release is deleted 90 days after it ended, and an active one is kept', async () => {
  const r = await releasing();
  const clock = clockAt(Date.now());
  await r.org.post(`${r.one}/cancel`);
  const active = Object((await start(r)).body).id;
  clock.advance(89 * days);
  await sweepReleases({ ...r.app.deps, clock });
  expect((await r.org.get(r.one)).status).toBe(200);
  clock.advance(2 * days);
  await sweepReleases({ ...r.app.deps, clock });
  expect((await r.org.get(r.one)).status).toBe(404);
  expect((await r.org.get(`${r.at}/${active}`)).status).toBe(200);
});
