// Builds the commands that start confined processes on this machine. Each command runs one of host-python's scripts, which
// confines itself and then runs a plugin or becomes another program.
import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Python } from '../python/python.ts';
import type { SandboxKind } from '../settings.ts';
import type { ProcessLimits } from './process-limits.ts';

/**
 * How processes are confined:
 * - `namespaces`: a root of their own, created by the script itself; no network unless granted; no other processes visible.
 * - `bubblewrap`: the same by `bwrap`, on machines where only bwrap may create namespaces.
 * - `process`: limits, an empty environment and, if the builder is root, a user of their own. They can read what that user can
 *   read.
 */
export interface Sandbox {
  kind: SandboxKind;
  /** The path of bwrap, for `bubblewrap`. */
  bwrap: string | undefined;
  /** Whether processes run as users of their own, one for each instance. Requires root. */
  ownUser: boolean;
}

/** What confined processes are started with. */
export interface Confiner {
  sandbox: Sandbox;
  python: Python;
}

/** The folders of one instance or build, created by homes.ts. */
export interface Home {
  code: string;
  temp: string;
  mountPoint: string;
  uid: number;
}

/** A path on disk, and where the process sees it. */
export type Mount = [source: string, target: string];

/**
 * What a process can access in addition to system folders. Without a root of its own it sees each mount at its source instead.
 */
export interface Confinement {
  readOnly: Mount[];
  writable: Mount[];
  tempBytes: number;
  network: boolean;
}

export interface ConfinedScript {
  script: 'host.py' | 'launch.py';
  /** The script's own settings, sent along with those of the confinement. */
  settings: Record<string, unknown>;
  confinement: Confinement;
  limits: ProcessLimits;
}

export interface Command {
  file: string;
  args: string[];
  env: Record<string, string>;
  /** Ends everything that the command started. In `namespaces` the warden process ends the worker on SIGTERM. */
  endSignal: 'SIGTERM' | 'SIGKILL';
}

export const hostFolder = fileURLToPath(import.meta.resolve('../../host-python'));
const hostFolderInside = '/slipway';

/** Isolated from the environment and the user's files; no installed packages; no bytecode written; UTF-8. */
const isolated = ['-I', '-S', '-B', '-X', 'utf8'];

/** Returns whether processes have a root of their own. */
export function hasOwnRoot(sandbox: Sandbox): boolean {
  return sandbox.kind !== 'process';
}

/** Returns the command that runs a script with its settings and the confinement to apply. */
export function confinedCommand(confiner: Confiner, home: Home, confined: ConfinedScript): Command {
  const { sandbox, python } = confiner;
  const { script, settings, confinement } = confined;
  const temp = hasOwnRoot(sandbox) ? '/tmp' : home.temp;
  const input = JSON.stringify({ ...settings, ...confinementSettings(confiner, home, confined) });
  const env = { LANG: 'C.UTF-8', HOME: temp, TMPDIR: temp };
  if (sandbox.bwrap !== undefined) {
    const inside = [python.executable, ...isolated, `${hostFolderInside}/${script}`, input];
    const args = [...bubblewrapArgs(confiner, home, confinement), '--', ...inside];
    return { file: sandbox.bwrap, args, env, endSignal: 'SIGKILL' };
  }
  const args = [...isolated, `${hostFolder}/${script}`, input];
  return { file: python.executable, args, env, endSignal: sandbox.kind === 'namespaces' ? 'SIGTERM' : 'SIGKILL' };
}

/** Returns the settings that slipway_host/namespaces.py and confine.py read. */
function confinementSettings({ sandbox, python }: Confiner, home: Home, { confinement, limits }: ConfinedScript) {
  const { readOnly, writable, tempBytes, network } = confinement;
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
      // Counted per user. A process without a user of its own would be charged for everything that the user runs.
      processes: hasOwnRoot(sandbox) || sandbox.ownUser ? limits.processes : null,
      cpu_seconds: limits.cpuSeconds,
    },
  };
}

function bubblewrapArgs({ sandbox, python }: Confiner, home: Home, confinement: Confinement): string[] {
  const { readOnly, writable, tempBytes, network } = confinement;
  const systemMounts = systemFolders(python).flatMap((path) =>
    lstatSync(path).isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path],
  );
  const targets = [python.prefix, ...readOnly.map(([, target]) => target), ...writable.map(([, target]) => target)];
  const parentFolders = [...new Set(targets.flatMap(parents))].filter((path) => path !== '/tmp');
  return [
    ...['--unshare-ipc', '--unshare-pid', '--unshare-uts', '--die-with-parent', '--new-session'],
    ...(network ? [] : ['--unshare-net']),
    // As root, bwrap keeps the capabilities to become the worker's own user; the host drops them afterwards.
    ...(sandbox.ownUser
      ? ['--cap-drop', 'ALL', '--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SETGID']
      : ['--unshare-user', '--uid', String(home.uid), '--gid', String(home.uid)]),
    // First, because other mounts may lie in it.
    ...['--perms', '1777', '--size', String(tempBytes), '--tmpfs', '/tmp'],
    // Parents of a mount may not be accessible to other users (a home, for example), so new folders take their place.
    ...['/etc', ...parentFolders].flatMap((path) => ['--perms', '0755', '--dir', path]),
    ...systemMounts,
    ...['--ro-bind', hostFolder, hostFolderInside],
    ...readOnly.flatMap(([source, target]) => ['--ro-bind', source, target]),
    ...writable.flatMap(([source, target]) => ['--bind', source, target]),
    ...['--proc', '/proc', '--dev', '/dev', '--remount-ro', '/dev', '--remount-ro', '/'],
  ];
}

/** Returns the parents of a path, outermost first: `/a/b/c` → `/a`, `/a/b`. */
function parents(path: string): string[] {
  const names = path.split('/').slice(1, -1);
  return names.map((_, i) => `/${names.slice(0, i + 1).join('/')}`);
}

/** Returns the folders that Python and its libraries need, none of them inside another. */
function systemFolders(python: Python): string[] {
  const candidates = [
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
  return candidates.filter(
    (path) => existsSync(path) && !candidates.some((other) => other !== path && path.startsWith(`${other}/`)),
  );
}
