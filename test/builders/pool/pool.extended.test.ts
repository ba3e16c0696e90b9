// Tests what becomes of instances and files when builders come, go or stay silent, with two real builders.
import { eq, sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { askHealth } from '../../../src/builders/client.ts';
import { builderName } from '../../../src/builders/pool/members.ts';
import { removeBuilder } from '../../../src/builders/pool/register.ts';
import { sweepBuilders } from '../../../src/builders/pool/sweep.ts';
import type { DeploymentId } from '../../../src/core/ids.ts';
import { builders } from '../../../src/db/schema/builders.ts';
import { deployments } from '../../../src/db/schema/deploy.ts';
import type { Deps } from '../../../src/deps.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { deploy, scene } from '../../support/scenes/scene.ts';
import { absent, both, pinnedTo, sceneOver, token, urls, whereIs } from './pool-scene.ts';

beforeEach(async () => {
  await (await scene()).deps.directory.delete(builders);
});

test('one of two builders says what installs, fetches and builds can do', async () => {
  const { deps } = await sceneOver();
  const own = await both[0]?.builder.capabilities();
  expect(await deps.builder.capabilities()).toEqual(own);
});

test('a stop fails while a builder is silent, because it may have the instance, and passes over one that was given up', async () => {
  const { deps, pool, started } = await sceneOver([...urls, absent]);
  const id = await started();
  await expect(deps.builder.stop(id)).rejects.toThrow('The builder 127.0.0.1:1 does not answer');
  expect(await whereIs(id)).toEqual([false, false]);
  Object.assign(pool.view.members.get('127.0.0.1:1') ?? {}, { isLost: true });
  await deps.builder.stop(id);
});

async function moveFiles(db: Deps['db'], id: DeploymentId, home: string): Promise<void> {
  const placement = sql`json_set(${deployments.placement}, '$.home', ${home})`;
  await db.update(deployments).set({ placement }).where(eq(deployments.id, id));
}

test.each([
  ['a new isolate', false],
  ['an isolate that last listed the builders before', true],
])(
  "%s sends a call to the files on a builder that an operator added, which isn't removed with them",
  async (_, isListed) => {
    const [first = '', second = ''] = urls;
    const s = await sceneOver([first]);
    const { id } = await deploy(s);
    if (isListed) await s.deps.builder.status(id);
    await s.deps.directory
      .insert(builders)
      .values({ name: 'east', url: second, source: 'operator', addedAt: s.clock.now() });
    await moveFiles(s.deps.db, id, 'east');
    await advanceDeployment(s.deps, id);
    expect(await whereIs(id)).toEqual([false, true]);
    await s.deps.builder.stop(id);
    const operator = { ...s.deps, askBuilder: (url: string) => askHealth({ url, token }) };
    await expect(removeBuilder(operator, 'east', false)).rejects.toThrow('has the files of live storage plugins');
    await removeBuilder(operator, 'east', true);
  },
);

test('the error of a storage plugin whose builder was removed says so', async () => {
  const { deps } = await sceneOver();
  const { id } = await deploy(await sceneOver());
  await moveFiles(deps.db, id, 'gone');
  await expect(deps.builder.status(id)).rejects.toThrow(
    "The plugin's files are on the builder gone, which was removed.",
  );
});

test('a storage plugin that ran before there were several builders is at the first of the settings', async () => {
  const s = await sceneOver();
  for (let n = 0; n < 4; n++) {
    const { id } = await deploy(s);
    await s.deps.db.update(deployments).set({ promotedAt: 1, status: 'promoted' }).where(eq(deployments.id, id));
    expect(await pinnedTo(s, id)).toBe(builderName(urls[0] ?? ''));
    await s.deps.db
      .update(deployments)
      .set({ placement: sql`json_remove(${deployments.placement}, '$.home')` })
      .where(eq(deployments.id, id));
  }
});

test('a builder that was given up gets work again once it answers, even if it is the only one left', async () => {
  const s = await sceneOver(urls.slice(0, 1));
  await sweepBuilders(s.deps);
  await s.deps.directory.update(builders).set({ lostAt: 1, silentSince: 1 });
  await sweepBuilders(s.deps);
  expect((await s.rows()).map(({ lostAt }) => lostAt)).toEqual([null]);
});
