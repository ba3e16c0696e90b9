// Tests the sweep of the builders of the settings: the one of all tests, and one that refuses connections.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { builderByPool } from '../../../src/builders/pool/pool.ts';
import { sweepBuilders } from '../../../src/builders/pool/sweep.ts';
import { poolLimits } from '../../../src/contract/limits/builder.ts';
import { builders } from '../../../src/db/schema/builders.ts';
import { clockAt, testApp } from '../../support/deps.ts';
import { newPool } from '../../support/pool.ts';

const absent = 'http://127.0.0.1:1';

test('the sweep lists the builders of the settings, gives up a silent one after 30 s, and not the last that answers', async () => {
  const clock = clockAt(Date.now());
  const app = testApp({ clock });
  const warnings: string[] = [];
  const log = { ...app.deps.log, warn: (event: string) => void warnings.push(event) };
  const builderUrls = [env.BUILDER_URL, absent];
  const builder = builderByPool(newPool(app.deps, builderUrls, env.BUILDER_TOKEN));
  const deps = { ...app.deps, log, builder, builderUrls };
  const rows = () => deps.directory.select().from(builders);
  await sweepBuilders(deps);
  const [silent] = await deps.directory.select().from(builders).where(eq(builders.name, '127.0.0.1:1'));
  expect([(await rows()).length, silent?.silentSince, silent?.lostAt]).toEqual([2, clock.now(), null]);
  clock.advance(poolLimits.lostMs - 1);
  await sweepBuilders(deps);
  expect(warnings).toEqual([]);
  clock.advance(1);
  await sweepBuilders(deps);
  expect((await rows()).map(({ lostAt, url }) => [url, lostAt !== null]).toSorted()).toEqual(
    [
      [absent, true],
      [env.BUILDER_URL, false],
    ].toSorted(),
  );
  expect(warnings).toEqual(['builder.lost']);
  await sweepBuilders({ ...deps, builderUrls: [env.BUILDER_URL] });
  expect((await rows()).map(({ url }) => url)).toEqual([env.BUILDER_URL]);
});
