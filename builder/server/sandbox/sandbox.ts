// How a process is confined on this machine: the command that starts one of host-python's scripts, which confine themselves.
import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Python } from '../python/python.ts';
import type { SandboxKind } from '../settings.ts';

/**
 * `namespaces`: a root of its own, made by the script itself; no network unless granted, no other process in sight.
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

/** The folders of one instance or build, made by instance-home.ts. */
export interface Home {
  code: string;
  temp: string;
  mountPoint: string;
  uid: number;
}

/** What is there on disk, and where it is seen. */
export type Mount = [source: string, target: string];

/** What is let in besides the system's folders. Without a root of its own a process sees all at its real place instead. */
export interface Confinement {
  readOnly: Mount[];
  writable: Mount[];
  tempBytes: number;
  network: boolean;
}

/** Of each process, as hard limits. `processes` counts all of the user's. */
export interface ProcessLimits {
  memoryBytes: number;
  fileBytes: number;
  openFiles: number;
  processes: number;
  cpuSeconds: number | null;
}

export interface Command {
  file: string;
  args: string[];
  env: Record<string, string>;
  /** Ends all that the command started. The warden of `namespaces` ends its worker itself. */
  endSignal: 'SIGTERM' | 'SIGKILL';
}

export const hostFolder = fileURLToPath(import.meta.resolve('../../host-python'));
const hostFolderInside = '/slipway';

/** Isolated from the environment and the user's files; without installed packages; writing no bytecode; in UTF-8. */
const isolated = ['-I', '-S', '-B', '-X', 'utf8'];

/** Whether the process has a root of its own. */
export function hasOwnRoot(sandbox: Sandbox): boolean {
  return sandbox.kind !== 'process';
}

/** The command of a script that is told `settings`, and how it is to confine itself. */
export function confinedCommand(
  sandbox: Sandbox,
  python: Python,
  home: Home,
  confinement: Confinement,
  limits: ProcessLimits,
  script: 'host.py' | 'launch.py',
  settings: Record<string, unknown>,
): Command {
  const temp = hasOwnRoot(sandbox) ? '/tmp' : home.temp;
  const told = JSON.stringify({ ...settings, ...selfConfinement(sandbox, python, home, confinement, limits) });
  const env = { LANG: 'C.UTF-8', HOME: temp, TMPDIR: temp };
  if (sandbox.bwrap !== undefined) {
    const inside = [python.executable, ...isolated, `${hostFolderInside}/${script}`, told];
    const args = [...bubblewrapArgs(sandbox, python, home, confinement), '--', ...inside];
    return { file: sandbox.bwrap, args, env, endSignal: 'SIGKILL' };
  }
  const args = [...isolated, `${hostFolder}/${script}`, told];
  return { file: python.executable, args, env, endSignal: sandbox.kind === 'namespaces' ? 'SIGTERM' : 'SIGKILL' };
}

/** The part of the settings that slipway_host/namespaces.py and confine.py read. */
function selfConfinement(
  sandbox: Sandbox,
  python: Python,
  home: Home,
  { readOnly, writable, tempBytes, network }: Confinement,
  limits: ProcessLimits,
) {
  const system = systemFolders(python).map((path): Mount => [path, path]);
  const jail = {
    mount_point: home.mountPoint,
    uid: home.uid,
    temp_bytes: tempBytes,
    network,
    read_only: [...system, ...readOnly],
    writable,
  };
  return {
    jail: sandbox.kind === 'namespaces' ? jail : null,
    uid: sandbox.ownUser ? home.uid : null,
    limits: {
      memory_bytes: limits.memoryBytes,
      file_bytes: limits.fileBytes,
      open_files: limits.openFiles,
      // Counted per user: without one of its own, the worker would be charged for all that the user runs.
      processes: hasOwnRoot(sandbox) || sandbox.ownUser ? limits.processes : null,
      cpu_seconds: limits.cpuSeconds,
    },
  };
}

function bubblewrapArgs(sandbox: Sandbox, python: Python, home: Home, confinement: Confinement): string[] {
  const { readOnly, writable, tempBytes, network } = confinement;
  const shown = systemFolders(python).flatMap((path) =>
    lstatSync(path).isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path],
  );
  const targets = [python.prefix, ...readOnly.map(([, target]) => target), ...writable.map(([, target]) => target)];
  const onTheWay = [...new Set(targets.flatMap(parents))].filter((path) => path !== '/tmp');
  return [
    ...['--unshare-ipc', '--unshare-pid', '--unshare-uts', '--die-with-parent', '--new-session'],
    ...(network ? [] : ['--unshare-net']),
    // Root keeps what it takes to become the worker's own user, and the host gives that up when it has.
    ...(sandbox.ownUser
      ? ['--cap-drop', 'ALL', '--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SETGID']
      : ['--unshare-user', '--uid', String(home.uid), '--gid', String(home.uid)]),
    // Before what may lie in it.
    ...['--perms', '1777', '--size', String(tempBytes), '--tmpfs', '/tmp'],
    // Folders on the way to what is shown may be closed to others, such as a home: they are made anew.
    ...['/etc', ...onTheWay].flatMap((path) => ['--perms', '0755', '--dir', path]),
    ...shown,
    ...['--ro-bind', hostFolder, hostFolderInside],
    ...readOnly.flatMap(([source, target]) => ['--ro-bind', source, target]),
    ...writable.flatMap(([source, target]) => ['--bind', source, target]),
    ...['--proc', '/proc', '--dev', '/dev', '--remount-ro', '/dev', '--remount-ro', '/'],
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
