// Tests how the builder probes a sandbox before it runs plugins in it. A sandbox that starts a plugin without confining it is not used.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { closedFileProblem } from '../../../builder/server/probe/closed-file.ts';
import { sandboxProblem, writeProbe } from '../../../builder/server/probe/probe.ts';
import type { Command } from '../../../builder/server/programs/command.ts';
import { findPython, type Python } from '../../../builder/server/programs/python.ts';
import { pluginFolders, pythonCommand } from '../../../builder/server/python/python-command.ts';
import { Homes, type RemovableHome } from '../../../builder/server/sandbox/homes.ts';
import { pluginProcessLimits } from '../../../builder/server/sandbox/process-limits.ts';
import type { Sandbox } from '../../../builder/server/sandbox/sandbox.ts';
import { builderLimits as limits } from '../../../src/contract/limits/builder.ts';
import { openRemovals } from '../removal/open-removals.ts';
import { newFolder } from '../support.ts';

const isRoot = process.getuid?.() === 0;
const namespaces: Sandbox = { kind: 'namespaces', ownUser: isRoot, cgroup: 'none' };
const unconfined: Sandbox = { kind: 'none', ownUser: false, cgroup: 'none' };

let python: Python;
let home: RemovableHome;
beforeAll(async () => {
  const found = await findPython(process.env.PYTHON);
  if (typeof found === 'string') throw new Error(found);
  python = found;
  const folder = newFolder();
  await chmod(folder, 0o711);
  const homes = new Homes(join(folder, 'instances'), undefined, await openRemovals(folder));
  await homes.clear();
  home = await homes.make({ kind: 'probe' }, namespaces, pluginProcessLimits(limits));
  await writeProbe(home);
});
afterAll(() => home.remove());

function commandOf(sandbox: Sandbox): Command {
  return pythonCommand({ sandbox, python, limits }, home);
}

/** Returns the command with changed settings in its last argument, to simulate a misconfigured sandbox. */
function changed(command: Command, change: (settings: { jail: Record<string, unknown> }) => void): Command {
  const settings = JSON.parse(command.args.at(-1) ?? '');
  change(settings);
  return { ...command, args: [...command.args.slice(0, -1), JSON.stringify(settings)] };
}

/** Returns whether this machine refuses the call without a sandbox, as Docker's system call filter does. */
function isUnshareRefused(): boolean {
  const script = `
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
libc.unshare(0x1)  # flags that are invalid, which a kernel says first
raise SystemExit(ctypes.get_errno() == errno.EPERM)
`;
  return spawnSync(python.executable, ['-I', '-c', script]).status === 1;
}

function homesFolder(): string {
  return dirname(dirname(home.code));
}

const mountModel = z.array(z.tuple([z.string(), z.string()]));

function systemMounts({ read_only }: Record<string, unknown>) {
  return mountModel.parse(read_only).filter(([, target]) => target !== '/plugin');
}

function pluginMounts({ read_only }: Record<string, unknown>) {
  return mountModel.parse(read_only).filter(([, target]) => target === '/plugin');
}

function problemOf(command: Command, sandbox: Sandbox): Promise<string | undefined> {
  return sandboxProblem(command, sandbox, home, limits);
}

describe('a sandbox with its own root', () => {
  test('a sandbox with its own root that confines the plugin has no problem', { tags: ['namespaces'] }, async () => {
    expect(await problemOf(commandOf(namespaces), namespaces)).toBeUndefined();
  });

  test('a probe that others kill is tried again, so that no weaker sandbox is used', {
    tags: ['namespaces'],
  }, async () => {
    const command = commandOf(namespaces);
    const mark = join(newFolder(), 'killed');
    const killOnce = `test -e ${mark} || { : > ${mark}; kill -KILL $$; }; unset PWD; exec "$0" "$@"`;
    const args = ['-c', killOnce, command.file, ...command.args];
    expect(await problemOf({ ...command, file: '/bin/sh', args }, namespaces)).toBeUndefined();
    expect(existsSync(mark)).toBe(true);
    const always = { ...command, file: '/bin/sh', args: ['-c', 'kill -KILL $$'] };
    expect(await problemOf(always, namespaces)).toBe(
      'the probe failed: The probe was stopped from outside: signal SIGKILL.',
    );
  });

  test('a sandbox with its own root that confines nothing has every problem', async () => {
    expect((await problemOf(commandOf(unconfined), namespaces))?.split(', ')).toEqual([
      'a plugin can reach the network',
      "a plugin can see this machine's files",
      "a plugin can open this machine's files",
      "a plugin can read the builder's files",
      'a plugin can write outside its folder',
      ...(isRoot ? ['a plugin runs as root'] : []),
      'a plugin can see other processes',
      'a plugin can see the builder',
      'a plugin can send signals to the builder',
      // Only root can empty it.
      ...(isRoot ? [] : ['a plugin has capabilities in its bounding set']),
      `a plugin can make the system call ${isUnshareRefused() ? 'socket' : 'unshare and socket'}`,
    ]);
  });

  test.each<[string, (jail: Record<string, unknown>) => object, string]>([
    ['leaves the network open', () => ({ network: true }), 'a plugin can reach the network'],
    [
      "shows a folder of this machine's",
      (jail) => ({ read_only: [...[jail.read_only].flat(), [homesFolder(), homesFolder()]] }),
      isRoot
        ? "a plugin can see this machine's files, a plugin can open this machine's files"
        : "a plugin can see this machine's files, a plugin can open this machine's files, a plugin can read the builder's files",
    ],
  ])(
    'a sandbox with its own root that %s is reported with that problem',
    { tags: ['namespaces'] },
    async (_, change, problem) => {
      const command = changed(commandOf(namespaces), ({ jail }) => Object.assign(jail, change(jail)));
      expect(await problemOf(command, namespaces)).toBe(problem);
    },
  );

  test('a sandbox with its own root mounts the code read-only, whatever its permissions', {
    tags: ['namespaces'],
  }, async () => {
    await chmod(home.code, 0o777);
    expect(await problemOf(commandOf(namespaces), namespaces)).toBeUndefined();
    const command = changed(commandOf(namespaces), ({ jail }) =>
      Object.assign(jail, { read_only: systemMounts(jail), writable: pluginMounts(jail) }),
    );
    expect(await problemOf(command, namespaces)).toBe('a plugin can write outside its folder');
    await chmod(home.code, 0o755);
  });

  test('a sandbox with its own root that passes on the environment is reported with that problem', {
    tags: ['namespaces'],
  }, async () => {
    const command = commandOf(namespaces);
    const env = { ...command.env, BUILDER_TOKEN: 'a token' };
    expect(await problemOf({ ...command, env }, namespaces)).toBe("a plugin has the builder's variables");
  });

  test('a sandbox with its own root that does not start reports the reason', { tags: ['namespaces'] }, async () => {
    const command = changed(commandOf(namespaces), ({ jail }) => Object.assign(jail, { mount_point: '/nowhere' }));
    expect(await problemOf(command, namespaces)).toBe(
      "The process exited: exit code 1. FileNotFoundError: [Errno 2] No such file or directory: '/nowhere'",
    );
  });

  test('a sandbox whose plugin may not read a file is reported with that file and its mode', {
    tags: ['namespaces', 'root'],
  }, async () => {
    const file = join(home.code, 'realtime.py');
    await chmod(file, 0o600);
    const failure = (await problemOf(commandOf(namespaces), namespaces)) ?? '';
    await chmod(file, 0o644);
    expect(failure).toBe(
      "The process exited: exit code 1. PermissionError: [Errno 13] Permission denied: '/plugin/realtime.py'",
    );
    expect(await closedFileProblem(failure, pluginFolders(home))).toBeUndefined();
    await chmod(file, 0o600);
    const problem = await closedFileProblem(failure, pluginFolders(home));
    await chmod(file, 0o644);
    expect(problem).toEqual({
      problem: `instances run as their own users, which can't read ${file}, because the mode of ${file} is 0600`,
      fix: `Run \`chmod o+r ${file}\``,
    });
  });
});
