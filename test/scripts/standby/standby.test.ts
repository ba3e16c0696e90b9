// Tests the standby's copy while its primary changes and its connection fails, and its status.
import { randomUUID } from 'node:crypto';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeStandby } from '../../../scripts/local/state-folder.ts';
import { killGroup } from '../../../scripts/local/supervise.ts';
import { copied, ended, standbyOf, startStandby, temporaryFolder } from './follower.ts';
import { PrimaryState, readCopy, whole } from './primary-state.ts';

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
