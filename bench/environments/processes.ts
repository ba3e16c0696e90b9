// Watches what a builder and its programs take, from /proc. Needs root for processes of other users.
import { readFileSync } from 'node:fs';
import { allProcesses, type Process } from '../../scripts/testing/processes.ts';

const everyMs = 500;
const KiB = 1024;
/** Plugins with large packages have more than this, other programs of the builder less. */
const largeMiB = 100;
/** Clock ticks per second in /proc/PID/stat, on every Linux that Node supports. */
const ticksPerSecond = 100;

/** Memory and time that work took: memory in MiB, at most, and seconds of processors. */
export interface Taken {
  builder: number;
  'with its programs': number;
  'processor seconds of the builder': number;
  'of the Worker': number;
}

/** Watches until it is ended. */
export class Watch {
  readonly #state: string;
  readonly #timer: NodeJS.Timeout;
  readonly #before: { builder: number; worker: number };
  #peak = 0;
  #peakWithPrograms = 0;

  constructor(state: string) {
    this.#state = state;
    this.#before = processorSeconds(state);
    this.#timer = setInterval(() => this.#look(), everyMs);
  }

  end(): Taken {
    clearInterval(this.#timer);
    const after = processorSeconds(this.#state);
    return {
      builder: Math.round(this.#peak),
      'with its programs': Math.round(this.#peakWithPrograms),
      'processor seconds of the builder': Math.round(after.builder - this.#before.builder),
      'of the Worker': Math.round(after.worker - this.#before.worker),
    };
  }

  #look(): void {
    const [builder = 0, ...programs] = builderTree(this.#state).map(({ pid }) => mebibytes(pid, 'status', 'VmRSS'));
    this.#peak = Math.max(this.#peak, builder);
    this.#peakWithPrograms = Math.max(
      this.#peakWithPrograms,
      programs.reduce((sum, one) => sum + one, builder),
    );
  }
}

/** Returns the memory of each process of a plugin in MiB: all of it, and with its share of what several have. */
export function pluginMemory(state: string): { rss: number; pss: number }[] {
  return builderTree(state)
    .slice(1)
    .map(({ pid }) => ({ rss: mebibytes(pid, 'smaps_rollup', 'Rss'), pss: mebibytes(pid, 'smaps_rollup', 'Pss') }))
    .filter(({ rss }) => rss > largeMiB);
}

/** Counts programs that ended with their parent. */
function processorSeconds(state: string): { builder: number; worker: number } {
  const sum = (of: Process[]) => of.reduce((total, { pid }) => total + secondsOf(pid), 0);
  const worker = allProcesses().filter(({ pid, command }) => command.includes('workerd serve') && isOf(state, pid));
  return { builder: sum(builderTree(state)), worker: sum(worker) };
}

/** The builder comes first. */
function builderTree(state: string): Process[] {
  const all = allProcesses();
  const found = all.filter(({ pid, command }) => command.includes('builder/server/main.ts') && isOf(state, pid));
  for (const { pid } of found) found.push(...all.filter(({ parent }) => parent === pid));
  return found;
}

function isOf(state: string, pid: number): boolean {
  return read(`/proc/${pid}/environ`).includes(state) || read(`/proc/${pid}/cmdline`).includes(state);
}

function secondsOf(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  const ticks = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15);
  return ticks.reduce((sum, one) => sum + Number(one), 0) / ticksPerSecond;
}

function mebibytes(pid: number, file: 'status' | 'smaps_rollup', name: string): number {
  const [, kib = '0'] = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(read(`/proc/${pid}/${file}`)) ?? [];
  return Number(kib) / KiB;
}

/** Empty if the process has ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
