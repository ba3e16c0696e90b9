// @module-tag root
// Tests how root's builder keeps its files where the users that instances run as may enter.
import { chmodSync, mkdirSync, readdirSync, readlinkSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Homes } from '../../../builder/server/sandbox/homes.ts';
import { openFolder } from '../../../builder/server/sandbox/open-folder.ts';
import { openRemovals } from '../removal/open-removals.ts';
import { newFolder } from '../support.ts';

/** Returns a folder with a file, inside a folder that only its owner may enter. */
function closedFolder(): string {
  const folder = join(newFolder(), 'closed/state');
  mkdirSync(folder, { recursive: true });
  chmodSync(dirname(folder), 0o700);
  writeFileSync(join(folder, 'kept'), '');
  return folder;
}

test('a move that was interrupted before it left a link is completed', async () => {
  const folder = closedFolder();
  const moved = await openFolder(folder);
  onTestFinished(() => rmSync(moved, { recursive: true }));
  unlinkSync(folder);
  expect(await openFolder(folder)).toBe(moved);
  expect(readlinkSync(folder)).toBe(moved);
  expect(readdirSync(moved)).toEqual(['kept']);
});

test('files that are closed are copied again after a copy that failed', async () => {
  const source = closedFolder();
  const folder = newFolder();
  const homes = new Homes(folder, undefined, await openRemovals(folder));
  const sandbox = { kind: 'landlock', ownUser: true, cgroup: 'none' } as const;
  const copy = join(folder, 'state.copy');
  writeFileSync(copy, 'in the way');
  await expect(homes.readable(source, sandbox)).rejects.toThrow();
  rmSync(copy);
  expect(await homes.readable(source, sandbox)).toBe(copy);
  expect(readdirSync(copy)).toEqual(['kept']);
});
