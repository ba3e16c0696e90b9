// Tests control groups that accept limits without enforcing them, as in some container runtimes: folders that contain files with the
// right names.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { enforcementProblem } from '../../../builder/server/sandbox/cgroups.ts';
import { newFolder } from '../support.ts';

function folderLikeGroup(): string {
  const folder = newFolder();
  writeFileSync(join(folder, 'cgroup.procs'), '');
  return folder;
}

test('a group in which processes start without a limit is not used', async () => {
  const group = { folders: [folderLikeGroup()], kills: () => 0 };
  expect(await enforcementProblem(group, inject('python'))).toBe(
    'the kernel accepts process limits but does not enforce them',
  );
});

test("a group that processes can't join is not used", async () => {
  const group = { folders: [join(newFolder(), 'absent')], kills: () => 0 };
  expect(await enforcementProblem(group, inject('python'))).toBe('a process in a group exited with exit code 1');
});
