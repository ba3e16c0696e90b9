// Measures a server's processes: their memory, that of the Python ones alone, and the processor time of workerd. A shared page is split
// evenly among its processes, except in a resident size.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface Memory {
  totalMiB: number;
  pythonMiB: number;
}

interface Running {
  parent: number;
  name: string;
  /** Processor time in clock ticks. */
  ticks: number;
}

export function memoryOf(root: number): Memory {
  const inside = runningBelow(root);
  const sum = (which: typeof inside) => which.reduce((total, [pid]) => total + shareMiB(pid), 0);
  return { totalMiB: sum(inside), pythonMiB: sum(inside.filter(([, { name }]) => name.startsWith('python'))) };
}

const ticksOfSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Returns the milliseconds of processor time that workerd has used, in all its threads. */
export function workerdMs(root: number): number {
  const workerds = runningBelow(root).filter(([, { name }]) => name === 'workerd');
  return (1000 * workerds.reduce((total, [, { ticks }]) => total + ticks, 0)) / ticksOfSecond;
}

export function residentMiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;
}

function runningBelow(root: number): (readonly [number, Running])[] {
  const running = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        const found = processOf(Number(name));
        return found ? [[Number(name), found] as const] : [];
      }),
  );
  const isInside = (pid: number): boolean => pid === root || isBelow(running.get(pid)?.parent);
  const isBelow = (parent: number | undefined): boolean => parent !== undefined && parent > 1 && isInside(parent);
  return [...running].filter(([pid]) => isInside(pid));
}

function processOf(pid: number): Running | undefined {
  // Fields of proc(5): state, parent, and the processor time of user and kernel as the 14th and 15th.
  const [, name, rest] = /^\d+ \((.*)\) (.*)$/s.exec(read(`/proc/${pid}/stat`)) ?? [];
  const [, parent, ...fields] = rest?.split(' ') ?? [];
  return name === undefined
    ? undefined
    : { parent: Number(parent), name, ticks: Number(fields[9]) + Number(fields[10]) };
}

function shareMiB(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) / 1024;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // the process has exited
  }
}
