// Builds the commands that start confined processes on this machine. Each command runs one of host-python's scripts, which
// confines itself and then runs a plugin or becomes another program.
import { existsSync } from 'node:fs';
import type { CgroupKind, SandboxKind } from '../../../src/contract/builder/instances.ts';
import type { Command } from '../programs/command.ts';
import { diskKeeper } from '../programs/disk-keeper.ts';
import type { DiskLimit } from '../programs/disk-watch.ts';
import { hostFolder, isolated } from '../programs/host-scripts.ts';
import { niceness } from '../programs/priority.ts';
import type { Python } from '../programs/python.ts';
import type { Relay } from '../relay/relay.ts';
import type { Cgroup } from './cgroups.ts';
import type { NamespacesAdvice } from './namespaces-advice.ts';
import type { ProcessLimits } from './process-limits.ts';
import { hiddenFolders, systemPaths } from './system-paths.ts';

/**
 * How processes are confined:
 * - `namespaces`: each has its own root, created by the script itself; no network unless granted; no other processes visible.
 * - `landlock`: Landlock limits the files they can open, and no socket can be created. For machines without namespaces.
 * - `vm`: only a separate user. The machine is a virtual one for this one instance.
 * - `none`: limits and an empty environment. They can do everything the builder's user can.
 *
 * In all but `none`, system calls are filtered.
 */
export interface Sandbox {
  kind: SandboxKind;
  /** True if each instance's processes run as a separate user. Requires root. */
  ownUser: boolean;
  /** The mechanism that limits the processes' memory. With `none`, the builder measures it, and a plugin can't start processes. */
  cgroup: CgroupKind;
  /** Why it isn't `namespaces`, as a clause, and the instruction that changes it. */
  withoutNamespaces?: NamespacesAdvice;
}

/** Programs and settings for starting confined processes. */
export interface Confiner {
  sandbox: Sandbox;
  python: Python;
}

/** The folders of one instance or build, created by homes.ts. */
export interface Home {
  code: string;
  temp: string;
  /** The folder with host-python's scripts, as the home's user can read it. */
  host: string;
  /** True if the home's temporary folder is in memory, where the kernel limits it. */
  isTempMounted?: boolean;
  mountPoint: string;
  uid: number;
  cgroup?: Cgroup | undefined;
  /** The folders of a group without limits of its own, used instead of `cgroup`. */
  sharedGroup?: readonly string[];
}

/** A path on disk, and its path inside the process's root. */
export type Mount = [source: string, target: string];

/** One process's share of GPUs. */
export interface GpuGrant {
  /** Device files, with their paths in the process's root. */
  nodes: readonly Mount[];
  /** The folder of the driver's libraries. Null if it is a system folder. */
  libraries: string | null;
  /** Value of CUDA_VISIBLE_DEVICES. */
  visible: string;
  /** Bytes that its allocator may take, without CUDA's context, and their part of the card's memory. Null for whole cards. */
  allocator: { bytes: number; part: number } | null;
  /** Reports once that the process in this home uses more than its share. Returns a function that ends the watch. */
  watch(home: Pick<Home, 'cgroup'>, onExceeded: (reason: string) => void): () => void;
}

/** Paths that a process can access in addition to system folders. A process without its own root sees each mount at its source path. */
export interface Confinement {
  readOnly: Mount[];
  writable: Mount[];
  /** The quota for a folder in `writable`. */
  data?: DiskLimit;
  /** True if the process shares this machine's network. Never true for a plugin. */
  network: boolean;
  /** Carries the plugin's connections to granted hosts. Requires a network namespace. */
  relay?: Relay;
  /** The GPUs that it may use. Requires a root of its own. */
  gpus?: GpuGrant;
}

export interface ConfinedScript {
  script: 'host.py' | 'launch.py';
  /** The script's own settings, sent together with the confinement's. */
  settings: Record<string, unknown>;
  confinement: Confinement;
  limits: ProcessLimits;
  /** Added to the few variables that every confined process gets. */
  environment?: Record<string, string>;
}

/** Returns whether processes have their own root. */
export function hasOwnRoot(sandbox: Sandbox): boolean {
  return sandbox.kind === 'namespaces';
}

/** Returns the path of a process's temporary folder, as the process sees it. */
export function tempInside(sandbox: Sandbox, home: Home): string {
  return hasOwnRoot(sandbox) ? '/tmp' : home.temp;
}

/** Returns the few variables that every confined process gets. `temp` is its temporary folder. */
export function basicVariables(temp: string): Record<string, string> {
  return { LANG: 'C.UTF-8', HOME: temp, TMPDIR: temp };
}

/** Returns the command that runs a script with its settings and the confinement to apply. */
export function confinedCommand(confiner: Confiner, home: Home, confined: ConfinedScript): Command {
  const { sandbox, python } = confiner;
  const { script, settings } = confined;
  const input = JSON.stringify({ ...settings, ...confinementSettings(confiner, home, confined) });
  const env = { ...basicVariables(tempInside(sandbox, home)), ...confined.environment };
  const args = [...isolated, `${hostFolder}/${script}`, input];
  return {
    file: python.executable,
    args,
    settings: input,
    env,
    endSignal: hasOwnRoot(sandbox) ? 'SIGTERM' : 'SIGKILL',
    ...(confined.limits.isBackground ? { isBackground: true } : {}),
    ...(confined.limits.cpuSeconds === null ? {} : { cpuSeconds: confined.limits.cpuSeconds }),
    ...(sandbox.kind === 'none' ? {} : watchedLimits(confiner, home, confined)),
    ...(confined.confinement.relay ? { relay: confined.confinement.relay } : {}),
    ...watchedGpus(home, confined.confinement),
  };
}

function watchedGpus(home: Home, { gpus }: Confinement): Pick<Command, 'watchGpus'> {
  return gpus ? { watchGpus: (onExceeded) => gpus.watch(home, onExceeded) } : {};
}

/** Returns the limits that the builder enforces or watches while the command runs. */
function watchedLimits({ sandbox, python }: Confiner, home: Home, { confinement, limits }: ConfinedScript) {
  const groups = home.cgroup?.folders ?? [];
  return {
    memory: { bytes: limits.memoryBytes, cgroup: home.cgroup },
    disk: {
      keeper: diskKeeper(python),
      limits: [tempLimit(sandbox, home, limits), ...(confinement.data ? [confinement.data] : [])],
      groups,
      uid: sandbox.ownUser ? home.uid : null,
    },
  };
}

function tempLimit(sandbox: Sandbox, home: Home, { temp }: ProcessLimits): DiskLimit {
  const inRoot = hasOwnRoot(sandbox);
  const inMemory = inRoot || home.isTempMounted === true;
  const seen = tempInside(sandbox, home);
  return {
    ...temp,
    folder: seen,
    seen,
    inRoot,
    name: 'its temporary folder',
    kind: 'temp',
    by: inMemory ? 'kernel' : 'sampled',
    inMemory,
    isFull: false,
  };
}

/** Returns whether the builder measures a folder that the process writes to. */
function isSampled(sandbox: Sandbox, home: Home, { confinement, limits }: ConfinedScript): boolean {
  return tempLimit(sandbox, home, limits).by === 'sampled' || confinement.data?.by === 'sampled';
}

/** Returns the settings that slipway_host/confine.py and namespaces.py read. */
function confinementSettings({ sandbox, python }: Confiner, home: Home, confined: ConfinedScript) {
  const { confinement, limits } = confined;
  const { kind, ownUser } = sandbox;
  const isWatched = kind !== 'none' && home.cgroup === undefined;
  return {
    jail: kind === 'namespaces' ? jailSettings(python, home, confined) : null,
    landlock: kind === 'landlock' ? landlockSettings(python, home, confinement) : null,
    system_calls:
      kind === 'none'
        ? null
        : {
            kind,
            shares_user: kind !== 'namespaces' && !ownUser,
            hides_memory: !isWatched,
            starts_processes: !isWatched || limits.startsProcesses,
            allocates: !isSampled(sandbox, home, confined),
          },
    uid: ownUser ? home.uid : null,
    cgroup: home.cgroup?.folders ?? home.sharedGroup ?? [],
    limits: {
      memory_bytes: addressSpace(limits, isWatched, home.cgroup !== undefined),
      file_bytes: limits.fileBytes,
      open_files: limits.openFiles,
      // Counted per user, so a process without its own user would be charged for everything that the user runs.
      processes: hasOwnRoot(sandbox) || ownUser ? limits.processes : null,
      cpu_seconds: limits.cpuSeconds,
      niceness: niceness(limits),
    },
  };
}

/**
 * If memory is only measured, the number of processes times their address space stays within twice the limit: a plugin has one process,
 * and `go build` runs two at a time.
 */
function addressSpace(limits: ProcessLimits, isWatched: boolean, isCounted: boolean) {
  const { memoryBytes, startsProcesses, reservesAddresses = false } = limits;
  if (isCounted || reservesAddresses) return null;
  return isWatched && !startsProcesses ? 2 * memoryBytes : memoryBytes;
}

function jailSettings(python: Python, home: Home, { confinement, limits }: ConfinedScript) {
  const { gpus, readOnly, writable, network, relay } = confinement;
  const system = systemPaths(python).map(({ path }): Mount => [path, path]);
  return {
    mount_point: home.mountPoint,
    uid: home.uid,
    temp_bytes: limits.temp.bytes,
    temp_files: limits.temp.files,
    network,
    listen: relay?.ports ?? [],
    system,
    hidden: hiddenFolders(python),
    read_only: [...readOnly, ...libraryMounts(gpus, system)],
    writable,
    gpu_nodes: gpus?.nodes ?? [],
  };
}

/** The folder of the driver's libraries, unless the process has it anyway. */
function libraryMounts(gpus: GpuGrant | undefined, system: readonly Mount[]): Mount[] {
  const folder = gpus?.libraries ?? null;
  const isThere = system.some(([path]) => folder === path || folder?.startsWith(`${path}/`));
  return folder === null || isThere ? [] : [[folder, folder]];
}

/** Returns files that Python opens if they exist. Landlock doesn't hide them, so Python fails if it may not open them. */
function foundByPython(): string[] {
  return ['/etc/mime.types'].filter((path) => existsSync(path));
}

function landlockSettings(python: Python, home: Home, { readOnly, writable }: Confinement) {
  // A rule for a symbolic link would apply to the link's target.
  const system = systemPaths(python).filter(({ isLink }) => !isLink);
  return {
    read_only: [...system.map(({ path }) => path), ...foundByPython(), ...readOnly.map(([source]) => source)],
    writable: [home.temp, ...writable.map(([source]) => source)],
  };
}
