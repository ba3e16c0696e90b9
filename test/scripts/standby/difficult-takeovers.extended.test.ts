// Tests takeovers that are repeated, interrupted or made by two standbys, and those of damaged copies.
import { once } from 'node:events';
import { access, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { stateFormatError } from '../../../scripts/local/state-folder.ts';
import { killGroup } from '../../../scripts/local/supervise.ts';
import { finishCopy } from '../../../scripts/standby/copy.ts';
import { waitFor } from '../../support/waiting.ts';
import { ownMigrations, writeDatabase } from '../local/old-state.ts';
import { copied, type Standby, standbyOf, startStandby } from './follower.ts';
import { database, objects, PrimaryState, readCopy, whole } from './primary-state.ts';

test('a second standby neither follows nor takes over from a primary that was taken over', async () => {
  const primary = await PrimaryState.create();
  const first = await standbyOf(primary.folder);
  const second = await standbyOf(primary.folder);
  for (const { copy, follow } of [first, second]) {
    const follower = follow();
    await copied(copy);
    killGroup(follower);
  }
  primary.write();
  primary.close();
  expect(await first.promote()).toMatchObject({ code: 0, output: expect.stringContaining('Nothing is lost') });
  const reason = `a standby took over from the state folder ${primary.folder} at `;
  expect(await refusedRound(second)).toContain(reason);
  expect(await second.promote()).toMatchObject({ code: 1, output: expect.stringContaining(reason) });
  expect(await stateFormatError(second.copy)).toContain("is a standby's copy");

  const moved = await standbyOf(first.copy, second.copy);
  moved.follow();
  await copied(moved.copy);
  expect(await readCopy(moved.copy)).toEqual({ ...whole, transfers: 1 });
});

/** Follows until the primary refuses, and returns the reason. */
async function refusedRound({ follow }: Standby): Promise<string> {
  const follower = follow();
  const { stderr } = follower;
  const [line] = stderr ? await once(stderr, 'data') : [];
  killGroup(follower);
  return String(line);
}

test('a takeover that was interrupted, or is repeated, ends well', async () => {
  const primary = await PrimaryState.create();
  const { copy, env, follow, promote } = await standbyOf(primary.folder);
  const follower = follow();
  await copied(copy);
  killGroup(follower);
  primary.write();
  primary.close();
  const interrupted = startStandby(['--promote', copy], env);
  await waitFor(() => access(join(primary.folder, 'taken-over.json')));
  killGroup(interrupted);
  expect(await promote()).toMatchObject({ code: 0 });
  expect(await readCopy(copy)).toEqual({ ...whole, transfers: 1 });
  const again = await promote();
  expect(again).toEqual({ code: 0, output: expect.stringContaining('has taken over already. Nothing was changed.') });
});

test('a copy that is followed is no primary of another standby', async () => {
  const primary = await PrimaryState.create();
  const { copy, follow } = await standbyOf(primary.folder);
  follow();
  await copied(copy);
  expect(await refusedRound(await standbyOf(copy))).toContain(`the state folder ${copy} is a standby's copy`);
});

test('a takeover whose copy can not be written fails, and names the folder', async () => {
  const primary = await PrimaryState.create();
  const { copy, follow, promote } = await standbyOf(primary.folder);
  const follower = follow();
  await copied(copy);
  killGroup(follower);
  primary.write();
  primary.close();
  await mkdir(dirname(join(copy, objects)), { recursive: true });
  await writeFile(join(copy, objects), 'in the way');
  const { code, output } = await promote();
  expect({ code, output }).toEqual({
    code: 1,
    output: expect.stringContaining(`the copy in ${copy} can't be written: E`),
  });
  await rm(join(copy, objects));
  expect(await promote()).toMatchObject({ code: 0, output: expect.stringContaining('Nothing is lost') });
});

test("takeover refuses a copy whose database isn't this version's, and leaves the primary able to start", async () => {
  const primary = await PrimaryState.create();
  const { copy, follow, promote } = await standbyOf(primary.folder);
  writeDatabase(primary.folder, ownMigrations, 'drop table budgets');
  follow();
  await copied(copy);
  primary.close();
  expect(await promote()).toMatchObject({ code: 1, output: expect.stringContaining('lacks the table budgets') });
  expect(await stateFormatError(primary.folder)).toBeUndefined();
});

test('an object that was damaged in the copy is copied again at takeover', async () => {
  const primary = await PrimaryState.create();
  const { copy, follow, promote } = await standbyOf(primary.folder);
  const last = primary.write();
  const follower = follow();
  await copied(copy);
  killGroup(follower);
  primary.close();
  await writeFile(join(copy, objects, 'object-0'), 'object-1');
  expect(await promote()).toMatchObject({ code: 0, output: expect.stringContaining('Nothing is lost') });
  expect(await readFile(join(copy, objects, 'object-0'), 'utf8')).toBe('object-0');
  expect(await readCopy(copy)).toEqual({ ...whole, transfers: last });
});

test.each([
  ['changed', (path: string) => writeFile(path, 'object-1')],
  ['shorter', (path: string) => writeFile(path, '')],
  ['missing', (path: string) => rm(path)],
])('a takeover names an object that is %s and has no other copy', async (_, damage) => {
  const primary = await PrimaryState.create();
  const { copy, follow, promote, disconnect } = await standbyOf(primary.folder);
  primary.write();
  const follower = follow();
  await copied(copy);
  killGroup(follower);
  await disconnect();
  await damage(join(copy, objects, 'object-0'));
  const { code, output } = await promote();
  expect({ code, output }).toEqual({
    code: 0,
    output: expect.stringContaining('1 object in the store is damaged or missing: object-0. Publish'),
  });
});

test("a takeover refuses a copy whose database is damaged, until the primary's machine answers", async () => {
  const primary = await PrimaryState.create();
  const { copy, follow, promote, disconnect, connect } = await standbyOf(primary.folder);
  const last = primary.write();
  const follower = follow();
  await copied(copy);
  killGroup(follower);
  primary.close();
  await disconnect();
  await finishCopy(copy);
  const file = await open(join(copy, database), 'r+');
  const { size } = await file.stat();
  await file.write(Buffer.alloc(4096, 1), 0, 4096, size - 8192);
  await file.close();
  expect(await promote()).toMatchObject({ code: 1, output: expect.stringContaining(`${database} is damaged (`) });
  expect(await stateFormatError(copy)).toContain("is a standby's copy");
  await connect();
  expect(await promote()).toMatchObject({ code: 0, output: expect.stringContaining('Nothing is lost') });
  expect(await readCopy(copy)).toEqual({ ...whole, transfers: last });
});
