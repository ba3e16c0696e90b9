// Measures wall time and CPU time. On a busy machine, only CPU time shows the cost of the work.
import { execFileSync } from 'node:child_process';

/** Seconds. */
export interface Cost {
  wall: number;
  cpu: number;
}

/** Measures this process with all its threads. Returns the cheapest of several runs; the first one also warms up. */
export async function measured(work: () => unknown, runs = 3): Promise<Cost> {
  const costs: Cost[] = [];
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    const before = process.cpuUsage();
    await work();
    const { system, user } = process.cpuUsage(before);
    costs.push({ wall: (performance.now() - start) / 1000, cpu: (user + system) / 1e6 });
  }
  return cheapest(costs);
}

/** Measures a command and every process it starts. `python` runs timed.py. */
export function measuredCommand(python: string, command: string[], runs = 1): Cost {
  const costs: Cost[] = [];
  for (let run = 0; run < runs; run += 1) {
    const line = execFileSync(python, ['bench/scan/timed.py', ...command], { encoding: 'utf8', maxBuffer: 1 << 20 });
    const [wall = 0, cpu = 0] = line.split(' ').map(Number);
    costs.push({ wall, cpu });
  }
  return cheapest(costs);
}

function cheapest(costs: readonly Cost[]): Cost {
  return { wall: Math.min(...costs.map(({ wall }) => wall)), cpu: Math.min(...costs.map(({ cpu }) => cpu)) };
}
