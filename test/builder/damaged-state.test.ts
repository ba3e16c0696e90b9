// Tests that a builder starts with any damage in its state folder: truncated records, and folders that nobody can read.
// @module-tag long
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { JsonRecords } from '../../builder/server/builds/json-records.ts';
import { sharedPython } from './breakout/kinds.ts';
import { eventually, handler, isRoot, newFolder, TestBuilder } from './support.ts';

/** Paths in the state folder, and their content. Null for a folder closed to its owner. */
const damaged: Record<string, string | null> = {
  'cgroups.json': '["/sys/fs/cgroup/slipway.',
  'confinement.json': '{"sandbox',
  'instances/dep_1.aaaaaa/temp': null,
  'instances/\u0001 ,name': '',
  'builds/build.aaaaaa': null,
  'data/plg_1': null,
  'data/plg_2.1.0': null,
  'compile-caches/plg_1': null,
  'compile-caches/plg_2.1.0': null,
  'sources/fetch.aaaaaa': null,
  'blobs/0.1.0.part': null,
  'environments/staging/new-aaaaaa': null,
  'environments/installed/0': null,
  'environments/installed/1/environment.json': '{"key":',
  'environments/packages/0': null,
  'environments/packages/1/package.json': '{"key":',
  'environments/packages/1.parts': '{',
  'build-records/0': '{"built":',
  'build-records/0.1.0.part': null,
  'removing/,,': null,
  'quarantine/instance,dep_1,org_1,0': null,
};

const users = [
  { name: 'the user of the tests', uid: undefined },
  ...(isRoot ? [{ name: 'an ordinary user', uid: 61_234 }] : []),
];

test.each(users)(
  'a builder with a damaged state folder, as $name, starts, deploys, and finishes pending removals',
  async ({ uid }) => {
    const stateFolder = newFolder();
    chmodSync(stateFolder, 0o711);
    for (const [path, content] of Object.entries(damaged)) {
      const full = join(stateFolder, path);
      mkdirSync(content === null ? full : dirname(full), { recursive: true });
      if (content === null) chmodSync(full, 0);
      else writeFileSync(full, content);
    }
    if (uid !== undefined) execFileSync('chown', ['-R', `${uid}:${uid}`, stateFolder]);
    const PYTHON = await sharedPython();
    const builder = await TestBuilder.start({
      stateFolder,
      hasGitAndGo: true,
      env: { PYTHON },
      ...(uid === undefined ? {} : { uid }),
    });
    const id = await builder.run(handler('def predict(self, request):\n    return {}'));
    expect(await builder.result(id)).toEqual({});
    await builder.send('DELETE', `/instances/${id}`);
    const removed = ['instances', 'builds', 'sources', 'blobs', 'removing', 'quarantine'];
    await eventually(() => removed.flatMap((name) => readdirSync(join(stateFolder, name)))).toEqual([
      expect.stringMatching(/^[0-9a-f]{64}$/), // the plugin's archive
    ]);
    expect(readdirSync(join(stateFolder, 'data'))).toEqual(['plg_1']);
    await builder.close();
  },
);

test('a truncated record is treated as missing, and is rewritten', async () => {
  const folder = newFolder();
  const records = new JsonRecords(folder, z.object({ value: z.int() }));
  await records.open();
  await records.put('key', { value: 1 });
  writeFileSync(join(folder, 'key'), '{"val');
  expect(await records.get('key')).toBeUndefined();
  await records.put('key', { value: 2 });
  expect(await records.get('key')).toEqual({ value: 2 });
});
