// Tests what the Worker does with two real builders: what ends everywhere, merged logs, the builder of a storage plugin's files, and the
// sweep that gives a builder up.
import { eq } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { builderProblem } from '../../../src/builders/builder-problem.ts';
import { setHome } from '../../../src/builders/pool/homes.ts';
import { builderName } from '../../../src/builders/pool/members.ts';
import { sweepBuilders } from '../../../src/builders/pool/sweep.ts';
import { BuilderError } from '../../../src/contract/builder/instances.ts';
import { poolLimits } from '../../../src/contract/limits/builder.ts';
import { builders } from '../../../src/db/schema/builders.ts';
import { startInstance } from '../../../src/instances/fleets/instances.ts';
import { deploy, scene } from '../../support/scenes/scene.ts';
import { waitFor } from '../../support/waiting.ts';
import { absent, both, pinnedTo, sceneOver, urls, whereIs } from './pool-scene.ts';

beforeEach(async () => {
  await (await scene()).deps.directory.delete(builders);
});

test('an instance that moves starts at the other builder first, then gets its calls there, and ends at the first', async () => {
  const { deps, pool, started, version, clock } = await sceneOver();
  const id = await started();
  const before = await whereIs(id);
  expect(before.toSorted()).toEqual([false, true]);
  const home = pool.view.homes.get(id)?.name ?? '';
  Object.assign(pool.view.members.get(home) ?? {}, { mode: 'draining' });
  const move = deps.builder.moving(id);
  expect(deps.builder.moving(id)).toBeUndefined(); // once at a time
  await startInstance({ ...deps, builder: move?.builder ?? deps.builder }, id, version);
  expect(await whereIs(id)).toEqual([true, true]);
  expect(pool.view.homes.get(id)?.name).toBe(home);
  move?.moved();
  expect(pool.view.homes.get(id)?.name).not.toBe(home);
  const after = before.map((wasThere) => !wasThere);
  await waitFor(async () => expect(await whereIs(id)).toEqual(after));
  const log = await deps.builder.logs(id);
  expect(new Set(log?.chunks.map(({ writer }) => writer)).size).toBe(2);
  clock.advance(1);
  await deps.builder.stop(id, { takenBack: true });
  await expect(Promise.all(both.map(({ builder }) => builder.status(id)))).resolves.toEqual([undefined, undefined]);
});

test("a storage plugin stays at the builder with its files, and the error names it when it's away", async () => {
  const s = await sceneOver();
  const { id } = await deploy(s);
  const home = await pinnedTo(s, id);
  expect(urls.map(builderName)).toContain(home);
  const other = [...s.pool.view.members.values()].find(({ name }) => name !== home);
  const own = s.pool.view.members.get(home ?? '');
  if (!other || !own) throw new Error('no members');
  setHome(s.pool.view, { id }, other, s.clock.now());
  own.mode = 'draining';
  expect(await pinnedTo(s, id)).toBe(home);
  Object.assign(own, { isUp: false, downSince: s.clock.now() - 10_000 });
  const error: unknown = await s.deps.builder.status(id).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(BuilderError);
  expect(builderProblem(error)).toMatchObject({
    code: 'builder-unavailable',
    message: `The plugin's files are on the builder ${home}, which does not answer.`,
  });
});

test('the sweep lists the builders of the settings, gives up a silent one after 30 s, and not the last that answers', async () => {
  const { clock, deps, rows, warnings } = await sceneOver([...urls, absent]);
  await sweepBuilders(deps);
  const [silent] = await deps.directory.select().from(builders).where(eq(builders.name, '127.0.0.1:1'));
  expect([(await rows()).length, silent?.silentSince, silent?.lostAt]).toEqual([3, clock.now(), null]);
  clock.advance(poolLimits.lostMs - 1);
  await sweepBuilders(deps);
  expect(warnings).toEqual([]);
  clock.advance(1);
  await sweepBuilders(deps);
  expect((await rows()).map(({ lostAt }) => lostAt !== null).toSorted()).toEqual([false, false, true]);
  expect(warnings).toEqual(['builder.lost']);
  await sweepBuilders({ ...deps, builderUrls: urls });
  expect((await rows()).map(({ url }) => url).toSorted()).toEqual(urls.toSorted());
});

test('a builder that was given up ends its instances before it gets work again', async () => {
  const s = await sceneOver();
  await sweepBuilders(s.deps);
  const id = await s.started();
  await s.deps.directory.update(builders).set({ lostAt: 1, silentSince: 1 });
  await sweepBuilders(s.deps);
  await waitFor(async () => expect(await whereIs(id)).toEqual([false, false]));
  expect((await s.rows()).map(({ lostAt, silentSince }) => [lostAt, silentSince])).toEqual([
    [null, null],
    [null, null],
  ]);
});
