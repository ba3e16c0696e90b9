// Measures the memory of all of a server's processes, and of the Python ones alone. A shared page is split evenly among its processes.
import { readdirSync, readFileSync } from 'node:fs';

export interface Memory {
  totalMiB: number;
  pythonMiB: number;
}

interface Running {
  parent: number;
  isPython: boolean;
}

export function memoryOf(root: number): Memory {
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
  const inside = [...running].filter(([pid]) => isInside(pid));
  const sum = (which: typeof inside) => which.reduce((total, [pid]) => total + shareMiB(pid), 0);
  return { totalMiB: sum(inside), pythonMiB: sum(inside.filter(([, { isPython }]) => isPython)) };
}

function processOf(pid: number): Running | undefined {
  const stat = read(`/proc/${pid}/stat`);
  const [, name = '', parent] = /^\d+ \((.*)\) \S (\d+) /s.exec(stat) ?? [];
  return parent === undefined ? undefined : { parent: Number(parent), isPython: name.startsWith('python') };
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
