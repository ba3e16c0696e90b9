// Tests removing trees that are hard to remove, or that a process changes during the removal. Whatever remains goes to quarantine.
// @module-tag long
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { Removals } from '../../../builder/server/removal/removals.ts';
import { removeWhole } from '../../../builder/server/removal/tree-remover.ts';
import type { Log, LogFields } from '../../../src/core/log.ts';
import { eventually, newFolder } from '../support.ts';

const treesFolder = fileURLToPath(new URL('../breakout', import.meta.url).href);
const owner = { kind: 'instance', id: 'dep_1', organization: 'org_1' } as const;
const never = 1_000_000;

let state: string;
let lines: [event: string, fields: LogFields][];
let log: Log;
const undo: (() => void)[] = [];
beforeEach(() => {
  state = newFolder();
  // Log lines of this test only, without those of an earlier test's background removals.
  const own: typeof lines = [];
  lines = own;
  const write = (event: string, fields: LogFields = {}) => void own.push([event, fields]);
  log = { info: write, warn: write, error: write };
});
afterEach(() => {
  for (const step of undo.splice(0)) step();
});

function python(code: string, ...args: string[]) {
  return [inject('python'), ['-c', code, ...args]] as const;
}

/** Returns the path of a new folder with the files. */
function tree(name: string, files: Record<string, string> = {}): string {
  const top = join(state, name);
  mkdirSync(top);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(top, path, '..'), { recursive: true });
    writeFileSync(join(top, path), text);
  }
  return top;
}

async function open(retryMs = never): Promise<Removals> {
  const removals = new Removals(state, log);
  await removals.open(retryMs);
  return removals;
}

function left(): string[] {
  return ['removing', 'quarantine'].flatMap((folder) => readdirSync(join(state, folder)));
}

test('a tree beyond the path length limit, with names that are not UTF-8 and closed folders, is removed', async () => {
  const top = tree('top');
  execFileSync(
    ...python(
      'import sys; sys.path.insert(0, sys.argv[1]); from trees import fill; fill(sys.argv[2], 150)',
      treesFolder,
      top,
    ),
  );
  const removals = await open();
  expect(removals.remove(top, owner)).toBe(true);
  expect(existsSync(top)).toBe(false);
  await removals.settled();
  expect(left()).toEqual([]);
  expect([removals.quarantined, lines]).toEqual([0, []]);
});

test('targets of symbolic links are kept when a folder is removed', async () => {
  const kept = tree('kept', { 'inner/file': 'kept' });
  const top = tree('top', { 'a/b': '' });
  symlinkSync(kept, join(top, 'link'));
  symlinkSync(join(kept, 'inner'), join(top, 'a/link'));
  expect(await removeWhole(top)).toBeUndefined();
  symlinkSync(kept, top);
  expect(await removeWhole(top)).toBeUndefined();
  expect(existsSync(top)).toBe(false);
  expect(readFileSync(join(kept, 'inner/file'), 'utf8')).toBe('kept');
});

test("a process that swaps folders for symbolic links during the removal can't cause a file outside the tree to be removed", async () => {
  const kept = tree('kept', Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`d${at}/file`, 'kept'])));
  const top = tree('top');
  const attack = `
import os, sys
top, kept = sys.argv[1:]
folder = os.open(top, os.O_RDONLY)
print(flush=True)
for _ in range(150):
    for at in range(50):
        name = f"d{at}"
        for step in (
            lambda: os.makedirs(f"/proc/self/fd/{folder}/{name}/{name}"),
            lambda: os.close(os.open(f"/proc/self/fd/{folder}/{name}/file", os.O_CREAT)),
            lambda: os.rename(name, name + "x", src_dir_fd=folder, dst_dir_fd=folder),
            lambda: os.symlink(kept, name, dir_fd=folder),
            lambda: os.rename(name, name + "y", src_dir_fd=folder, dst_dir_fd=folder),
            lambda: os.rename(name + "x", name, src_dir_fd=folder, dst_dir_fd=folder),
            lambda: os.symlink(kept, f"/proc/self/fd/{folder}/{name}/{name}/link"),
        ):
            try:
                step()
            except OSError:
                pass
`;
  const child = spawn(...python(attack, top, kept), { stdio: ['ignore', 'pipe', 'inherit'] });
  undo.push(() => child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  const removals = await open(50);
  removals.remove(top, owner);
  await exited;
  await eventually(left).toEqual([]);
  expect(removals.quarantined).toBe(0);
  expect(readdirSync(kept)).toHaveLength(50);
  for (const name of readdirSync(kept)) expect(readFileSync(join(kept, name, 'file'), 'utf8')).toBe('kept');
});

test('an unfinished removal is continued by the next builder', async () => {
  mkdirSync(join(state, 'removing'));
  tree('removing/instance,dep_1,org_1,0', { 'a/b/c': '' });
  const removals = await open();
  await removals.settled();
  expect(left()).toEqual([]);
});

test.runIf(existsSync('/dev/shm'))('a tree on another file system is removed there', async () => {
  const top = `/dev/shm/slipway-removals-${process.pid}`;
  mkdirSync(join(top, 'inner/folder'), { recursive: true });
  undo.push(() => execFileSync('rm', ['-rf', top]));
  const removals = await open();
  expect(removals.remove(join(top, 'inner'), owner)).toBe(true);
  expect(existsSync(join(top, 'inner'))).toBe(false);
  await removals.settled();
  expect(readdirSync(top)).toEqual([]);
});

describe('a tree with a file that nobody can remove', { tags: ['immutable'] }, () => {
  function immutable(path: string): void {
    execFileSync('chattr', ['+i', path]);
    undo.push(() => execFileSync('chattr', ['-R', '-i', state], { stdio: 'ignore' }));
  }

  test('the remains of a tree with a file that nobody can remove go to quarantine with their owner', async () => {
    const top = tree('top', { 'a/b/stuck': '', 'a/b/file': '', 'c/d': '' });
    immutable(join(top, 'a/b/stuck'));
    const removals = await open();
    expect(removals.remove(top, owner)).toBe(true);
    await removals.settled();
    expect(removals.quarantined).toBe(1);
    const [name = ''] = readdirSync(join(state, 'quarantine'));
    expect(name).toMatch(/^instance,dep_1,org_1,/);
    const path = join(state, 'quarantine', name);
    expect(readdirSync(path, { recursive: true }).filter((one) => !one.toString().startsWith('slipway-'))).toEqual([]);
    expect(
      readdirSync(path, { recursive: true })
        .map(String)
        .filter((one) => /stuck|file|d$/.test(one)),
    ).toHaveLength(1);
    expect(lines).toEqual([['removal.quarantined', { ...owner, path, reason: 'EPERM' }]]);
  });

  test('a quarantined tree is removed as soon as that is possible, by the next builder or by the same one', async () => {
    const top = tree('top', { stuck: '' });
    immutable(join(top, 'stuck'));
    const first = await open();
    first.remove(top, owner);
    await first.close();
    const second = await open(50);
    await second.settled();
    expect(second.quarantined).toBe(1);
    execFileSync('chattr', ['-R', '-i', join(state, 'quarantine')]);
    await eventually(() => second.quarantined).toBe(0);
    expect(left()).toEqual([]);
    expect(lines.map(([event]) => event)).toEqual([
      'removal.quarantined',
      'removal.quarantine_kept',
      'removal.left_quarantine',
    ]);
  });

  test('all quarantined trees are retried in turn, although each turn tries only 20', async () => {
    const count = 21;
    const first = await open();
    for (let made = 0; made < count; made++) {
      const top = tree(`top${made}`, { stuck: '' });
      immutable(join(top, 'stuck'));
      first.remove(top, owner);
    }
    await first.close();
    const quarantine = join(state, 'quarantine');
    const last = readdirSync(quarantine).at(-1) ?? '';
    const second = await open(50);
    await second.settled();
    expect(second.quarantined).toBe(count);
    execFileSync('chattr', ['-R', '-i', join(quarantine, last)]);
    await eventually(() => second.quarantined).toBe(count - 1);
    expect(existsSync(join(quarantine, last))).toBe(false);
  });

  test("a path that can't be renamed is left in place and counted", async () => {
    const top = tree('top', { file: '' });
    immutable(top);
    const removals = await open();
    expect(removals.remove(top, owner)).toBe(false);
    expect(removals.quarantined).toBe(1);
    expect(lines).toEqual([['removal.left_in_place', { ...owner, path: top, reason: 'EPERM' }]]);
    execFileSync('chattr', ['-i', top]);
    expect(removals.remove(top, owner)).toBe(true);
    expect(removals.quarantined).toBe(0);
    await removals.settled();
  });
});

test.each([
  ['mounted', 'it is a mount point'],
  ['a/mounted', 'EBUSY'],
])(
  'a mounted folder in a tree at %s stays, and the tree is quarantined until it is unmounted',
  { tags: ['mounts'] },
  async (at, reason) => {
    const kept = tree('kept', { 'inner/file': 'kept' });
    const top = tree('top', { 'a/file': '' });
    mkdirSync(join(top, at));
    execFileSync('mount', ['--bind', kept, join(top, at)]);
    const mounts = () => readFileSync('/proc/self/mountinfo', 'utf8').match(/\S+\/mounted(?= )/g) ?? [];
    const unmount = () => {
      // Unmounts lazily, because the removal may be reading the folder at this moment.
      for (const path of mounts()) execFileSync('umount', ['-l', path]);
    };
    undo.push(unmount);
    const removals = await open(50);
    removals.remove(top, owner);
    await removals.settled();
    expect(removals.quarantined).toBe(1);
    expect(lines).toEqual([['removal.quarantined', expect.objectContaining({ reason })]]);
    expect(readFileSync(join(kept, 'inner/file'), 'utf8')).toBe('kept');
    unmount();
    await eventually(left).toEqual([]);
    expect(readFileSync(join(kept, 'inner/file'), 'utf8')).toBe('kept');
  },
);
