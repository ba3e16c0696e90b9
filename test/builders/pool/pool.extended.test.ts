// Tests what the Worker does with two real builders: what ends everywhere, merged logs, the builder of a storage plugin's files, and the
// sweep that gives a builder up.
import { eq, sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { builderProblem } from '../../../src/builders/builder-problem.ts';
import { askHealth } from '../../../src/builders/client.ts';
import { setHome } from '../../../src/builders/pool/homes.ts';
import { builderName } from '../../../src/builders/pool/members.ts';
import { builderByPool } from '../../../src/builders/pool/pool.ts';
import { removeBuilder } from '../../../src/builders/pool/register.ts';
import { sweepBuilders } from '../../../src/builders/pool/sweep.ts';
import { BuilderError } from '../../../src/contract/builder/errors.ts';
import type { ExecutableSpec } from '../../../src/contract/builder/instances.ts';
import { poolLimits } from '../../../src/contract/limits/builder.ts';
import type { DeploymentId } from '../../../src/core/ids.ts';
import { builders } from '../../../src/db/schema/builders.ts';
import { deployments } from '../../../src/db/schema/deploy.ts';
import type { Deps } from '../../../src/deps.ts';
import { startInstance } from '../../../src/instances/fleets/instances.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { ownBuilder } from '../../support/own-builder.ts';
import { newPool } from '../../support/pool.ts';
import { deploy, scene } from '../../support/scenes/scene.ts';
import { waitFor } from '../../support/waiting.ts';

const token = crypto.randomUUID();
const both = [await ownBuilder(token), await ownBuilder(token)];
const urls = both.map(({ at }) => at.url);

const printing = `class HelloInferenceService:
    def load_model(self):
        print("loaded")

    async def run_inference(self, inputs, parameters):
        return {"hello": 1}
`;

/** A builder that refuses connections. */
const absent = 'http://127.0.0.1:1';

/** Returns a scene whose Worker calls these builders. */
async function sceneOver(listed: readonly string[] = urls) {
  const s = await scene({ files: { 'realtime.py': printing } });
  const { clock, db, defer, directory } = s.deps;
  const warnings: string[] = [];
  const log = { ...s.deps.log, warn: (event: string) => void warnings.push(event) };
  const pool = newPool({ clock, db, defer, directory }, listed, token);
  const deps = { ...s.deps, log, builder: builderByPool(pool), builderUrls: listed };
  const started = async () => {
    const { id } = await deploy({ ...s, deps });
    await advanceDeployment(deps, id);
    return id;
  };
  const rows = () => directory.select().from(builders).orderBy(sql`${builders.addedAt}, ${builders.name}`);
  return { ...s, deps, pool, rows, started, warnings };
}

/** Returns at which of the builders the instance is. */
async function whereIs(id: string): Promise<boolean[]> {
  return Promise.all(both.map(async ({ builder }) => (await builder.status(id)) !== undefined));
}

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

const storage: ExecutableSpec = {
  runtime: 'executable',
  organization: 'org_1',
  kind: 'storage',
  artifact: 'ab'.repeat(32),
  plugin: { name: 'files', version: '1' },
  data: 'plg_1',
  network: false,
};

/** Starts a storage plugin, as far as the builder that lacks its code. Returns its builder's name. */
async function pinnedTo(s: Awaited<ReturnType<typeof sceneOver>>, id: Awaited<ReturnType<typeof s.started>>) {
  const start = async () => {
    for await (const _ of s.deps.builder.start(id, storage)) expect.fail('started');
  };
  await expect(start()).rejects.toMatchObject({ code: 'blob-missing' });
  const [row] = await s.deps.db.select().from(deployments).where(eq(deployments.id, id));
  return row?.placement.home;
}

async function moveFiles(db: Deps['db'], id: DeploymentId, home: string): Promise<void> {
  const placement = sql`json_set(${deployments.placement}, '$.home', ${home})`;
  await db.update(deployments).set({ placement }).where(eq(deployments.id, id));
}

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

test('a builder that was given up gets work again once it answers, even if it is the only one left', async () => {
  const s = await sceneOver(urls.slice(0, 1));
  await sweepBuilders(s.deps);
  await s.deps.directory.update(builders).set({ lostAt: 1, silentSince: 1 });
  await sweepBuilders(s.deps);
  expect((await s.rows()).map(({ lostAt }) => lostAt)).toEqual([null]);
});
