// How a worker is confined on this machine: the command and the settings that host-python/host.py is started with.
import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Python } from './python.ts';
import type { Limits, SandboxKind } from './settings.ts';

/**
 * `namespaces`: a root of its own, made by the host itself; no network, no other process in sight.
 * `bubblewrap`: the same by `bwrap`, where only that one may make namespaces.
 * `process`: limits, an empty environment and, as root, a user of its own; the disk stays readable as far as that user may.
 */
export interface Sandbox {
  kind: SandboxKind;
  /** The path of bwrap, for `bubblewrap`. */
  bwrap: string | undefined;
  /** Whether workers run as users of their own, one per instance. Only root can do that. */
  ownUser: boolean;
}

/** The folders of one instance, made by instance-home.ts. */
export interface Home {
  code: string;
  temp: string;
  mountPoint: string;
  uid: number;
}

export interface Command {
  file: string;
  args: string[];
  env: Record<string, string>;
  /** Ends all that the command started. The warden of `namespaces` ends its worker itself. */
  endSignal: 'SIGTERM' | 'SIGKILL';
}

const hostFolder = fileURLToPath(new URL('../host-python', import.meta.url));

/** Isolated from the environment and the user's files; without installed packages; writing no bytecode; in UTF-8. */
const isolated = ['-I', '-S', '-B', '-X', 'utf8'];

const fileBytes = 256 * 1024 * 1024;
const tempBytes = 256 * 1024 * 1024;
const openFiles = 256;
const processes = 128;

export function workerCommand(sandbox: Sandbox, python: Python, home: Home, limits: Limits): Command {
  const settings = workerSettings(sandbox, python, home, limits);
  const env = { LANG: 'C.UTF-8', HOME: settings.temp, TMPDIR: settings.temp };
  if (sandbox.bwrap !== undefined) {
    const inside = [python.executable, ...isolated, '/slipway/host.py', JSON.stringify(settings)];
    return {
      file: sandbox.bwrap,
      args: [...bubblewrapArgs(sandbox, python, home), '--', ...inside],
      env,
      endSignal: 'SIGKILL',
    };
  }
  const args = [...isolated, `${hostFolder}/host.py`, JSON.stringify(settings)];
  return { file: python.executable, args, env, endSignal: sandbox.kind === 'namespaces' ? 'SIGTERM' : 'SIGKILL' };
}

function workerSettings(sandbox: Sandbox, python: Python, home: Home, limits: Limits) {
  const inside = sandbox.kind !== 'process';
  return {
    jail:
      sandbox.kind === 'namespaces'
        ? {
            mount_point: home.mountPoint,
            uid: home.uid,
            temp_bytes: tempBytes,
            read_only: [
              ...systemFolders(python).map((path) => [path, path]),
              [`${hostFolder}/shims`, '/slipway/shims'],
              [home.code, '/plugin'],
            ],
          }
        : null,
    uid: sandbox.ownUser ? home.uid : null,
    limits: {
      memory_bytes: limits.memoryBytes,
      file_bytes: fileBytes,
      open_files: openFiles,
      // Counted per user: without one of its own, the worker would be charged for all that the user runs.
      processes: inside || sandbox.ownUser ? processes : null,
      answer_bytes: limits.callBytes,
    },
    code: inside ? '/plugin' : home.code,
    shims: inside ? '/slipway/shims' : `${hostFolder}/shims`,
    temp: inside ? '/tmp' : home.temp,
  };
}

function bubblewrapArgs(sandbox: Sandbox, python: Python, home: Home): string[] {
  const shown = systemFolders(python).flatMap((path) =>
    lstatSync(path).isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path],
  );
  return [
    ...['--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--die-with-parent', '--new-session'],
    // Root keeps what it takes to become the worker's own user, and the host gives that up when it has.
    ...(sandbox.ownUser
      ? ['--cap-drop', 'ALL', '--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SETGID']
      : ['--unshare-user', '--uid', String(home.uid), '--gid', String(home.uid)]),
    // Folders on the way to Python that may be closed to others, such as a home, are made anew.
    ...['/etc', ...parents(python.prefix)].flatMap((path) => ['--perms', '0755', '--dir', path]),
    ...shown,
    ...['--ro-bind', hostFolder, '/slipway', '--ro-bind', home.code, '/plugin'],
    ...['--proc', '/proc', '--dev', '/dev', '--remount-ro', '/dev'],
    ...['--perms', '1777', '--size', String(tempBytes), '--tmpfs', '/tmp', '--remount-ro', '/'],
  ];
}

/** `/a/b/c` → `/a`, `/a/b` */
function parents(path: string): string[] {
  const names = path.split('/').slice(1, -1);
  return names.map((_, i) => `/${names.slice(0, i + 1).join('/')}`);
}

/** What Python and its libraries need of the disk, none of them within another. */
function systemFolders(python: Python): string[] {
  const wanted = [
    '/usr',
    '/bin',
    '/lib',
    '/lib32',
    '/lib64',
    '/libx32',
    '/etc/ld.so.cache',
    '/nix/store',
    python.prefix,
  ];
  return wanted.filter(
    (path) => existsSync(path) && !wanted.some((other) => other !== path && path.startsWith(`${other}/`)),
  );
}
