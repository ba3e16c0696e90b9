// Tests where a builder finds its own control group. The kernel files come from machines other than those that run the tests.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findPlace } from '../../../builder/server/sandbox/cgroup-place.ts';
import { newFolder } from '../support.ts';

/** Writes files as in /proc/self. */
function processFiles(mountinfo: string[], cgroup: string[]): string {
  const folder = newFolder();
  writeFileSync(join(folder, 'mountinfo'), `${mountinfo.join('\n')}\n`);
  writeFileSync(join(folder, 'cgroup'), `${cgroup.join('\n')}\n`);
  return folder;
}

const v1Mount = (controllers: string, root = '/') =>
  `36 31 0:33 ${root} /sys/fs/cgroup/${controllers} rw,relatime - cgroup cgroup rw,${controllers}`;

test('version 1 control groups can share a hierarchy, and each has its own path', async () => {
  const mounts = [v1Mount('memory'), v1Mount('pids'), v1Mount('cpu,cpuacct')];
  const memberships = ['5:pids:/jobs', '4:cpu,cpuacct:/', '3:memory:/jobs/a', '0::/'];
  expect(await findPlace(processFiles(mounts, memberships))).toEqual({
    version: 'v1',
    folders: {
      memory: '/sys/fs/cgroup/memory/jobs/a',
      pids: '/sys/fs/cgroup/pids/jobs',
      cpu: '/sys/fs/cgroup/cpu,cpuacct',
    },
  });
});

test('a container with version 1 control groups mounts only its own part of the hierarchy', async () => {
  const mounts = ['memory', 'pids', 'cpu'].map((name) => v1Mount(name, '/docker/abc'));
  const memberships = ['3:memory:/docker/abc', '2:pids:/docker/abc/inner', '1:cpu:/docker/abc'];
  expect(await findPlace(processFiles(mounts, memberships))).toMatchObject({
    folders: { memory: '/sys/fs/cgroup/memory', pids: '/sys/fs/cgroup/pids/inner', cpu: '/sys/fs/cgroup/cpu' },
  });
});

test('a builder with version 2 control groups leaves its group, so that the group can limit the groups below it', async () => {
  const [mountPoint] = [newFolder()];
  const own = join(mountPoint, 'system.slice/slipway.service');
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'cgroup.controllers'), 'cpuset cpu io memory pids\n');
  const files = processFiles(
    [`31 23 0:28 / ${mountPoint} rw - cgroup2 cgroup2 rw`],
    ['0::/system.slice/slipway.service'],
  );
  expect(await findPlace(files)).toEqual({ version: 'v2', folders: { memory: own, pids: own, cpu: own } });
  expect(readFileSync(join(own, 'slipway.server/cgroup.procs'), 'utf8')).toBe('0');
  expect(readFileSync(join(own, 'cgroup.subtree_control'), 'utf8')).toBe('+memory +pids +cpu');
});

test.each([
  ['does not offer a controller', { controllers: 'cpu memory' }, "the builder's group does not offer pids"],
  ['is not there', {}, "the builder's group does not offer memory, pids, cpu"],
])('a version 2 group that %s is not used', async (_, { controllers }: { controllers?: string }, reason) => {
  const mountPoint = newFolder();
  if (controllers) writeFileSync(join(mountPoint, 'cgroup.controllers'), controllers);
  expect(await findPlace(processFiles([`31 23 0:28 / ${mountPoint} rw - cgroup2 cgroup2 rw`], ['0::/']))).toBe(reason);
});

test('a machine without mounted control groups gives that as the reason', async () => {
  expect(await findPlace(processFiles([], ['0::/']))).toBe('no control groups are mounted');
});
