// Tests the takeover of a standby: from a stopped primary, and from one that is gone.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { stateFormatError } from '../../../scripts/local/state-folder.ts';
import { killGroup } from '../../../scripts/local/supervise.ts';
import { copied, standbyOf } from './follower.ts';
import { PrimaryState, readCopy, whole } from './primary-state.ts';

test('takeover needs a stopped primary, copies its last changes, and turns it into a standby', async () => {
  const primary = await PrimaryState.create();
  const { copy, follow, promote } = await standbyOf(primary.folder);
  follow();
  await copied(copy);
  const lock = new DatabaseSync(join(primary.folder, 'running.lock'));
  lock.exec('begin exclusive');
  expect(await promote()).toMatchObject({ code: 1, output: expect.stringContaining('the primary is running') });
  const last = primary.write();
  lock.close();
  primary.close();
  expect(await promote()).toMatchObject({ code: 0, output: expect.stringContaining('Nothing is lost') });
  expect(await readCopy(copy)).toEqual({ ...whole, transfers: last });
  expect(await stateFormatError(copy)).toBeUndefined();
  expect(await stateFormatError(primary.folder)).toContain(
    `a standby took over from the state folder ${primary.folder} at 2`,
  );

  const back = await standbyOf(copy, primary.folder);
  back.follow();
  await copied(back.copy);
  expect(await readCopy(back.copy)).toEqual({ ...whole, transfers: last });
});

test.each(['standby.json', 'taken-over.json'])('a state folder with a damaged %s does not start', async (name) => {
  const { folder } = await PrimaryState.create();
  await writeFile(join(folder, name), '');
  expect(await stateFormatError(folder)).toContain(`the state folder ${folder}`);
});

test('takeover from a primary that is gone says what is lost', async () => {
  const primary = await PrimaryState.create();
  const { copy, follow, promote, disconnect } = await standbyOf(primary.folder);
  const before = primary.write();
  const follower = follow();
  await copied(copy);
  killGroup(follower);
  await disconnect();
  primary.write();
  const { code, output } = await promote();
  const [, at = ''] = /^Writes after (\S+) are lost \(the connection ended/m.exec(output) ?? [];
  expect({ code, isTime: !Number.isNaN(Date.parse(at)) }).toEqual({ code: 0, isTime: true });
  expect(await readCopy(copy)).toEqual({ ...whole, transfers: before });
});
