// Measures the processor time of a server: of its process and of all below it.
import { readFileSync } from 'node:fs';
import { allProcesses } from '../../scripts/testing/processes.ts';

/** Ticks of `/proc`. */
const ticksPerSecond = 100;

/** Returns seconds. Those of processes that have ended count if their parent has waited for them. */
export function processorTimeOf(root: number): number {
  const parents = new Map(allProcesses().map(({ parent, pid }) => [pid, parent]));
  const isInside = (pid: number | undefined): boolean =>
    pid === root || (pid !== undefined && pid > 1 && isInside(parents.get(pid)));
  const inside = [...parents.keys()].filter(isInside);
  return inside.reduce((sum, pid) => sum + ticksOf(pid), 0) / ticksPerSecond;
}

function ticksOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}
