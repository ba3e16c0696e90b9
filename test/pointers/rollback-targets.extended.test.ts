// Tests the target of a rollback without a version: the newest version that had the name before the live one and served well (D4).
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { formatVersion } from '../../src/contract/plugin/manifest.ts';
import { promotions } from '../../src/db/schema/deploy.ts';
import { pluginVersions } from '../../src/db/schema/registry.ts';
import { versionHistory } from '../../src/pointers/history/version-history.ts';
import { undeployVersion } from '../../src/pointers/undeploy.ts';
import { deleteVersion } from '../../src/retirement/removal.ts';
import { countedRows, countRows, noRows } from '../support/database/d1-rows.ts';
import { publishVersion, type Scene, scene } from '../support/scenes/scene.ts';
import { active, attemptsOf, back, finish, live, named, two } from '../support/scenes/two-versions.ts';

countRows(env.DB);

/** Returns the version numbers that the history lists as rollback targets, best first. */
async function targets({ deps, actor, namespaceId }: Scene): Promise<string[]> {
  const history = await versionHistory(deps, actor, { namespaceId, name: 'hello_ext' }, { limit: 10 });
  return history.rollback.targets.map(formatVersion);
}

const rejecting = { 'tests/examples/wrong.json': '{"inputs": {}, "parameters": {}, "result": {"no": "such field"}}' };

/** Sets up 1.0.0, which was live, 1.1.0, which failed its example, and 1.2.0, which is live. */
async function failedBetween() {
  const s = await scene();
  const v1 = await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.1.0', files: rejecting });
  const v2 = await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.2.0' });
  for (const version of [s.version, v1, v2]) await live(s, version);
  expect((await attemptsOf(s, v1)).map(({ status }) => status)).toEqual(['failed']);
  return { ...s, v0: s.version, v1, v2 };
}

test('a rollback skips a version that was never live, and names the version that was live before the rollback', async () => {
  const s = await failedBetween();
  expect([await targets(s), await named(s)]).toEqual([['1.0.0'], s.v2.id]);
  const rollback = await back(s);
  expect([formatVersion(rollback.version), rollback.previous?.id, rollback.traffic]).toEqual([
    '1.0.0',
    s.v2.id,
    { state: 'serving' },
  ]);
  expect([await named(s), await active(s)]).toEqual([s.v0.id, s.v0.id]);
});

test('a rollback leaves the live version while a failed version is active', async () => {
  const s = await failedBetween();
  const failed = await back(s, '1.1.0');
  await finish(s, failed);
  expect([await active(s), await named(s)]).toEqual([s.v1.id, s.v2.id]);
  expect(await targets(s)).toEqual(['1.0.0']);
  const rollback = await back(s);
  expect([formatVersion(rollback.version), rollback.previous?.id]).toEqual(['1.0.0', s.v2.id]);
});

test('a rollback never goes forward to a version that an earlier one left', { tags: 'long' }, async () => {
  const s = await failedBetween();
  await back(s);
  expect(await targets(s)).toEqual([]);
  const v3 = await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.3.0' });
  await live(s, v3);
  expect(await targets(s)).toEqual(['1.0.0']);
});

test('a rollback is refused if only the live version was ever promoted', async () => {
  const s = await two();
  await live(s, s.v0);
  expect(await targets(s)).toEqual([]);
  await expect(back(s)).rejects.toMatchObject({
    code: 'conflict',
    message: 'No other version of hello_ext has been live before 1.0.0. Name the version to roll back to.',
  });
});

test('a rollback leaves out a version that a person undeployed, until it is live again', {
  tags: 'long',
}, async () => {
  const s = await two();
  await live(s, s.v1);
  await live(s, s.v0);
  expect(await targets(s)).toEqual([]);
  await undeployVersion(s.deps, s.namespaceId, s.v1, s.actor.ref);
  expect([await named(s), await targets(s)]).toEqual([s.v0.id, []]);
  await live(s, s.v1);
  expect([await named(s), await targets(s)]).toEqual([s.v1.id, ['1.0.0']]);
});

test('a rollback ignores a deleted version', { tags: 'long' }, async () => {
  const s = await failedBetween();
  await deleteVersion(s.deps, s.actor, s.namespaceId, 'hello_ext_1_0_0');
  expect(await targets(s)).toEqual([]);
  const rows = await s.deps.db.select().from(promotions).where(eq(promotions.pluginId, s.version.pluginId));
  expect(rows.map(({ versionId }) => versionId)).toEqual([s.v2.id]);
});

test('a rollback without a live version leaves out what a person undeployed', {
  tags: 'long',
}, async () => {
  const s = await failedBetween();
  for (const version of [s.v2, s.v0]) await undeployVersion(s.deps, s.namespaceId, version, s.actor.ref);
  expect([await named(s), await targets(s)]).toEqual([null, []]);
});

test('a rollback reads no versions that were never live, however many have been published since', {
  tags: 'long',
}, async () => {
  const s = await failedBetween();
  const { id: _, ...row } = s.v2;
  const read = async (published: number) => {
    for (let patch = 1; patch <= published; patch++) {
      const activation = 1000 * published + patch;
      const version = { ...row, id: s.deps.ids('version'), minor: published, patch, activation };
      await s.deps.db.insert(pluginVersions).values(version);
    }
    const rows = noRows();
    expect(await countedRows(rows, () => targets(s))).toEqual(['1.0.0']);
    return rows.read;
  };
  // Both numbers fill a page of the version history.
  expect(await read(10)).toBe(await read(30));
});
