// Tests the standby's copy when its process is killed, when objects change while it is made, and backups of damaged states.
import { spawn } from 'node:child_process';
import { access, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readStandby } from '../../../scripts/local/state-folder.ts';
import { killGroup } from '../../../scripts/local/supervise.ts';
import { waitFor } from '../../support/waiting.ts';
import { copied, ended, standbyOf, temporaryFolder } from './follower.ts';
import { index, objects, PrimaryState, readCopy, whole } from './primary-state.ts';

test('a standby killed within a round has the previous one, and resumes', async () => {
  const primary = await PrimaryState.create();
  const { copy, follow } = await standbyOf(primary.folder);
  const before = primary.write();
  const first = follow();
  await copied(copy);
  killGroup(first);
  const after = primary.write();
  const second = follow('head -n 3; exec sleep 600');
  await waitFor(() => access(join(copy, 'journal.unfinished')));
  killGroup(second);
  expect(await readCopy(copy)).toEqual({ ...whole, transfers: before });
  follow();
  await copied(copy);
  expect(await readCopy(copy)).toEqual({ ...whole, transfers: after });
});

test('an object that the primary removes is removed from the copy', async () => {
  const primary = await PrimaryState.create();
  const { copy, follow } = await standbyOf(primary.folder);
  for (let transfers = 0; transfers < 20; transfers++) primary.write();
  follow();
  await copied(copy);
  primary.removeObject('object-0');
  await expect.poll(() => readdir(join(copy, objects))).toEqual(['object-10']);
});

test('an object that is overwritten after the index was sent is in the copy, with the index that lists it', async () => {
  const primary = await PrimaryState.create();
  const { copy, follow } = await standbyOf(primary.folder);
  primary.write();
  // The sender waits within this database, until the index has passed.
  primary.addLargeDatabase();
  const passed = join(await temporaryFolder(), 'passed');
  follow(`while read -r line; do printf '%s\\n' "$line"; case $line in
    *'${index}"'*size*) touch ${passed}; while [ ! -e ${passed}.on ]; do sleep 0.1; done ;;
    *'"commit"'*) exec sleep 600 ;;
  esac; done`);
  await waitFor(() => access(passed));
  primary.overwriteObject('object-0');
  await writeFile(`${passed}.on`, '');
  await waitFor(async () => expect((await readStandby(copy))?.asked_at).toBeDefined());
  expect((await readCopy(copy)).missing).toEqual([]);
});

test.each([
  ['changed', (path: string) => writeFile(path, 'object-1')],
  ['missing', (path: string) => rm(path)],
])('a backup, and a restore of it, name an object that is %s in the state folder', async (_, damage) => {
  const primary = await PrimaryState.create();
  const { folder } = primary;
  primary.write();
  await writeFile(join(folder, 'secrets.json'), '{"data_kek": "k"}');
  await damage(join(folder, objects, 'object-0'));
  const to = join(await temporaryFolder(), 'backup');
  const run = (script: string, state: string) => {
    const env = { ...process.env, SLIPWAY_STATE: state };
    const args = [`scripts/${script}.ts`, to, ...(script === 'backup' ? ['--with-keys'] : [])];
    return ended(spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
  };
  const damaged = expect.stringContaining('1 object in the store is damaged or missing: object-0. ');
  expect(await run('backup', folder)).toEqual({ code: 1, output: damaged });
  expect(await run('restore', join(await temporaryFolder(), 'state'))).toEqual({ code: 0, output: damaged });
});
