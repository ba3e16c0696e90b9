// Every way by which a version begins to take calls asks mayTakeCalls in its batch. The ways are found in the sources.
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { filesUnder, SourceFile } from './source-files.ts';
import { waysWithoutAsking } from './ways-to-live.ts';

/** Functions whose batch writes the tables and need not ask, and why. */
const exceptions = {
  'src/registry/uploads/outcomes.ts: acceptUpload': 'stages the version or not; mayTakeCalls reads the stage',
  'src/registry/versions/enabled.ts: enable': 'enables without deploying, if isAvailableIn admits the version',
};

const ways = z.object({ exceptions: z.record(z.string(), z.string()) });
const ofFeatures = await Promise.all(
  globSync('test/features/*/node/ways-to-live.ts').map(async (path) => ways.parse(await import(resolve(path)))),
);
const allExceptions = [exceptions, ...ofFeatures.map((own) => own.exceptions)].flatMap(Object.keys);

const files = filesUnder('src').filter(({ part }) => !['cli', 'client', 'console', 'reference'].includes(part));

test('every batch that can give a version calls asks mayTakeCalls', () => {
  expect(waysWithoutAsking(files).sort()).toEqual(allExceptions.sort());
});

const added = (write: string) =>
  new SourceFile('src/rollouts/added.ts', `export function addedWay(db, row, condition) {\n  return ${write};\n}\n`);

/** A file that runs the added way in a batch with the condition. */
const calling = (path: string, condition: string) =>
  new SourceFile(
    path,
    `import { addedWay } from './added.ts';\nexport function call(db) {\n  return db.batch([addedWay(db, {}, ${condition})]);\n}\n`,
  );

test.each([
  ['a pointer', 'db.update(livePointers).set({ targetId: versionId })'],
  ['an unknown column of a pointer', 'db.update(livePointers).set(columns)'],
  ['a deployment', 'insertWhere(db, deployments, row, condition)'],
  ['an enabled plugin', 'db.insert(enabledPlugins).values(row)'],
  ['the share of a release', 'db.update(releases).set({ ...{ weight: 100 } })'],
  ['a stage', "db.update(pluginVersions).set({ stage: 'approved' })"],
  ['a pointer in text', 'sql`update live_pointers set target_id = null`'],
])('a new batch that writes %s without asking is found', (_, write) => {
  const way = added(write);
  expect(waysWithoutAsking([way])).toEqual(['src/rollouts/added.ts: addedWay']);
  expect(waysWithoutAsking([way, calling('src/rollouts/calling.ts', 'sql`true`')])).toEqual([
    'src/rollouts/calling.ts: call',
  ]);
});

test('a batch that asks is accepted, and does not hide another one that does not ask', () => {
  const way = added('insertWhere(db, livePointers, row, condition)');
  const asking = calling('src/rollouts/asking.ts', 'mayTakeCalls(deps, place)');
  expect(waysWithoutAsking([way, asking])).toEqual([]);
  const silent = calling('src/rollouts/silent.ts', 'sql`true`');
  expect(waysWithoutAsking([way, asking, silent])).toEqual(['src/rollouts/silent.ts: call']);
});
