// Tests the standby's copy while its primary changes, its connection fails, and its process is killed.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { access, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readStandby, writeStandby } from '../../../scripts/local/state-folder.ts';
import { killGroup } from '../../../scripts/local/supervise.ts';
import { waitFor } from '../../support/waiting.ts';
import { copied, ended, standbyOf, startStandby, temporaryFolder } from './follower.ts';
import { index, objects, PrimaryState, readCopy } from './primary-state.ts';

const whole = { sum: 0, missing: [], check: 'ok' };

test('a copy made during writes is the primary at one moment, each time it changes', async () => {
  const primary = await PrimaryState.create();
  const { copy, follow } = await standbyOf(primary.folder);
  const writer = setInterval(() => primary.write(), 10);
  onTestFinished(() => clearInterval(writer));
  const follower = follow();
  let transfers = 0;
  for (let round = 0; round < 3; round++) {
    await copied(copy);
    follower.kill('SIGSTOP');
    const found = await readCopy(copy);
    follower.kill('SIGCONT');
    expect(found).toMatchObject(whole);
    expect(found.transfers).toBeGreaterThan(transfers);
    transfers = found.transfers;
  }
  expect((await stat(join(copy, 'secrets.json'))).mode & 0o777).toBe(0o600);
});

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

test('a byte that changes on the way is refused, and the copy stays as it was', async () => {
  const primary = await PrimaryState.create();
  const { copy, follow, promote } = await standbyOf(primary.folder);
  const before = primary.write();
  const follower = follow();
  await copied(copy);
  killGroup(follower);
  primary.write();
  const { output } = await promote("sed -u '1s/A/B/'");
  expect(output).toContain('are lost (a message was changed on the way)');
  expect(await readCopy(copy)).toEqual({ ...whole, transfers: before });
});

test.each([
  [1, 0],
  [11, 1],
])('the status of a copy that is %d s old exits with %d', async (ageSeconds, code) => {
  const folder = await temporaryFolder();
  const asked_at = new Date(Date.now() - ageSeconds * 1000).toISOString();
  await writeStandby(folder, { id: randomUUID(), of: '/primary', pid: 1, at: asked_at, asked_at });
  const status = await ended(startStandby(['--status', folder]));
  expect(status).toMatchObject({
    code,
    output: expect.stringMatching(/ is a copy of \/primary, at most [\d.]+ s old/),
  });
});

test('a folder with other files is left alone', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'notes.txt'), '');
  const { code, output } = await ended(startStandby(['--of', '/primary', folder]));
  expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining('is not empty') });
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
