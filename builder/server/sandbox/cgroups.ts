// Limits the memory, processes and CPU time of instances and builds with control groups, version 1 or 2. It uses only limits whose
// enforcement it verified at startup; otherwise the builder measures memory itself (memory-watch.ts). Instances are in one group. All
// background work shares another one, with a low weight compared to the instances, the builder and the Worker.
import { randomBytes } from 'node:crypto';
import { readFileSync, rmdirSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { probeMs } from '../../../src/contract/limits/builder.ts';
import { parseJson } from '../../../src/core/json/parse.ts';
import { backgroundWeight } from '../programs/priority.ts';
import { runProgram } from '../programs/run-program.ts';
import { type CgroupPlace, enableControllers, findPlace } from './cgroup-place.ts';
import { probeLimits } from './process-limits.ts';

/**
 * Starts more processes than allowed, then allocates memory that belongs to no process, for which the kernel must kill it. Standalone
 * Python builds lack os.memfd_create.
 */
const script = `import ctypes, os, sys
for folder in sys.argv[1:]:
    with open(folder + "/cgroup.procs", "w") as file:
        file.write("0")
try:
    for _ in range(8):
        if os.fork() == 0:
            os._exit(0)
    os._exit(3)
except OSError:
    pass
file = ctypes.CDLL(None).memfd_create(b"probe", 0)
for _ in range(32):
    os.write(file, bytes(1 << 20))
os._exit(4)
`;

const problems: Record<string, string> = {
  'exit code 3': 'the kernel accepts process limits but does not enforce them',
  'exit code 4': 'the kernel accepts memory limits but does not enforce them',
};

/** Returns why the kernel doesn't enforce the limits of a group with `probeLimits`. */
export async function enforcementProblem(
  group: { folders: string[]; kills(): number },
  pythonExecutable: string,
): Promise<string | undefined> {
  const args = ['-I', '-S', '-c', script, ...group.folders];
  const command = { file: pythonExecutable, args, env: {}, endSignal: 'SIGKILL' } as const;
  const { reason } = await runProgram(command, { timeoutMs: probeMs, outputBytesMax: 0 });
  if (reason === 'signal SIGKILL' && group.kills() > 0) return undefined;
  return problems[reason] ?? `a process in a group exited with ${reason}`;
}

export interface GroupLimits {
  memoryBytes: number;
  /** Includes threads. Null for no limit. */
  processes: number | null;
  /** Number of CPUs that the group may keep busy. */
  cpus: number;
  /** True if the group yields the CPU to calls. */
  isBackground: boolean;
}

/** The group of one instance or build. */
export interface Cgroup {
  /** The group's folder in each hierarchy. A process joins by writing 0 to each folder's `cgroup.procs`. */
  folders: string[];
  /** Returns how many processes the kernel has killed at the memory limit. */
  kills(): number;
  /** Kills the group's remaining processes and removes the group. */
  remove(): Promise<void>;
}

/** The file in the builder's state folder that lists its groups' folders, for the next builder if this one is killed. */
const recordFile = 'cgroups.json';
/** namespaces.py uses the same name to remove groups after a builder was killed. */
const backgroundSuffix = '.background';
const programsGroup = 'programs';
const periodUs = 100_000;
const removeMs = 2000;

/** Returns the groups, or the reason why they can't be used here. */
export async function openCgroups(stateFolder: string, pythonExecutable: string): Promise<Cgroups | string> {
  const record = join(stateFolder, recordFile);
  await removeRecorded(record);
  const place = await findPlace();
  if (typeof place === 'string') return place;
  const name = `slipway.${process.pid}.${randomBytes(4).toString('hex')}`;
  const cgroups = new Cgroups(place, name, record);
  try {
    await cgroups.create();
    const group = await cgroups.group(probeLimits);
    const problem = await enforcementProblem(group, pythonExecutable);
    await group.remove();
    if (problem === undefined) return cgroups;
    await cgroups.remove();
    return problem;
  } catch (error) {
    await cgroups.remove();
    return error instanceof Error ? error.message : String(error);
  }
}

export class Cgroups {
  readonly version: 'v1' | 'v2';
  readonly #place: CgroupPlace;
  readonly #name: string;
  readonly #record: string;
  #count = 0;

  constructor(place: CgroupPlace, name: string, record: string) {
    this.version = place.version;
    this.#place = place;
    this.#name = name;
    this.#record = record;
  }

  /** Creates the groups that contain all others. */
  async create(): Promise<void> {
    await writeFile(this.#record, JSON.stringify(this.#bases()));
    for (const base of this.#bases()) await mkdir(base);
    if (this.version === 'v2') for (const base of this.#bases()) await enableControllers(base);
    for (const folder of this.programs) await mkdir(folder);
    const [file, value] =
      this.version === 'v2' ? ['cpu.weight', backgroundWeight] : ['cpu.shares', Math.round(10.24 * backgroundWeight)];
    await writeFile(join(this.#place.folders.cpu, this.#background, file), `${value}`);
  }

  /** Folders of a group without limits, for background programs outside the sandbox. */
  get programs(): string[] {
    return this.#folders(join(this.#background, programsGroup));
  }

  async group(limits: GroupLimits): Promise<Cgroup> {
    const name = join(limits.isBackground ? this.#background : this.#name, String(this.#count++));
    const folders = this.#folders(name);
    const group = { folders, kills: () => this.#kills(name), remove: () => removeGroup(folders) };
    try {
      for (const folder of folders) await mkdir(folder);
      for (const [file, value] of await this.#settings(limits)) await writeFile(this.#file(name, file), `${value}`);
    } catch (error) {
      await group.remove();
      throw error;
    }
    return group;
  }

  async remove(): Promise<void> {
    for (const base of this.#bases()) await removeTree(base);
    await writeFile(this.#record, '[]');
  }

  /** Removes empty groups just before the process exits. */
  removeEmpty(): void {
    const names = [programsGroup, ...Array.from({ length: this.#count }, (_, at) => String(at))];
    for (const base of this.#bases())
      for (const folder of [...names.map((name) => join(base, name)), base]) tryRemove(folder);
  }

  async #settings({ memoryBytes, processes, cpus }: GroupLimits): Promise<[file: string, value: string | number][]> {
    const quota = Math.round(cpus * periodUs);
    if (this.version === 'v2')
      return [
        ['memory.max', memoryBytes],
        ...(await this.#swapSettings('memory.swap.max', 0)),
        ['memory.oom.group', 1],
        ['pids.max', processes ?? 'max'],
        ['cpu.max', `${quota} ${periodUs}`],
      ];
    return [
      ['memory.limit_in_bytes', memoryBytes],
      ...(await this.#swapSettings('memory.memsw.limit_in_bytes', memoryBytes)),
      ['pids.max', processes ?? 'max'],
      ['cpu.cfs_period_us', periodUs],
      ['cpu.cfs_quota_us', quota],
    ];
  }

  /** A kernel that doesn't count swap has no such file. Groups are then usable only if the machine has no swap. */
  async #swapSettings(file: string, value: number): Promise<[string, number][]> {
    const files = await readdir(join(this.#place.folders.memory, this.#name));
    if (files.includes(file)) return [[file, value]];
    const areas = await readFile('/proc/swaps', 'utf8').catch(() => '');
    if (areas.trim().split('\n').length > 1) throw new Error("the kernel does not limit a group's swap");
    return [];
  }

  get #background(): string {
    return this.#name + backgroundSuffix;
  }

  #bases(): string[] {
    return [...this.#folders(this.#name), ...this.#folders(this.#background)];
  }

  /** Returns a group's folder in each hierarchy. */
  #folders(group: string): string[] {
    return [...new Set(Object.values(this.#place.folders).map((folder) => join(folder, group)))];
  }

  #file(group: string, file: string): string {
    const [controller] = file.split('.');
    const { memory, pids, cpu } = this.#place.folders;
    const folder = controller === 'pids' ? pids : controller === 'cpu' ? cpu : memory;
    return join(folder, group, file);
  }

  #kills(group: string): number {
    const file = this.#file(group, this.version === 'v2' ? 'memory.events' : 'memory.oom_control');
    try {
      return Number(/^oom_kill (\d+)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? 0);
    } catch {
      return 0; // The group is gone, which means that it had no processes.
    }
  }
}

/** Removes the groups of a killed builder with the same state. */
async function removeRecorded(record: string): Promise<void> {
  const text = await readFile(record, 'utf8').catch(() => '');
  for (const base of z.array(z.string()).safeParse(parseJson(text)).data ?? []) await removeTree(base);
}

async function removeTree(base: string): Promise<void> {
  const entries = await readdir(base, { withFileTypes: true }).catch(() => []);
  const groups = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(base, name));
  await removeGroup([...groups, base]);
}

/** Kills the processes in the folders' groups, and removes the folders. */
async function removeGroup(folders: string[]): Promise<void> {
  const deadline = performance.now() + removeMs;
  for (const folder of folders) await writeFile(join(folder, 'pids.max'), '0', { flag: 'r+' }).catch(() => {});
  for (const folder of folders) {
    while (!(await removed(folder)) && performance.now() < deadline) {
      for (const pid of await processesOf(folder)) kill(pid);
      await delay(5);
    }
  }
}

/**
 * Returns false if the folder must be emptied first. Doesn't retry other failures, such as a read-only mount, which would only repeat.
 */
async function removed(folder: string): Promise<boolean> {
  return rmdir(folder).then(
    () => true,
    (error) => error.code !== 'EBUSY',
  );
}

async function processesOf(folder: string): Promise<number[]> {
  const text = await readFile(join(folder, 'cgroup.procs'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 0);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // The process has already exited.
  }
}

function tryRemove(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // A process in it is still exiting, or it was already removed.
  }
}
