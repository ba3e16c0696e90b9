// Redeploys the handler under load. Measures how long each redeploy takes, and how many calls fail meanwhile.
import { setTimeout as delay } from 'node:timers/promises';
import type { Measured } from './load.ts';
import type { Server, Target } from './servers.ts';
import { resultOf, startLoad } from './start-load.ts';

interface Plan {
  redeploys: number;
  calls: number;
  callsPerSecond: number;
  connections: number;
}

/** The calls go through the Worker. Other servers that can redeploy get a tenth of them. */
export async function printRedeploys(
  servers: readonly Server[],
  { callsPerSecond, ...plan }: Omit<Plan, 'callsPerSecond'> & { callsPerSecond: ReadonlyMap<string, number> },
): Promise<void> {
  console.log(`\n${'redeploys under load'.padEnd(26)}    calls   failed   p99 ms   each from request to promotion`);
  for (const server of servers) {
    const [name = '', target] = Object.entries(server.targets)[0] ?? [];
    if (!server.redeploy || !target) continue;
    const calls = plan.calls / (name === 'Worker' ? 1 : 10);
    const own = { ...plan, calls, callsPerSecond: callsPerSecond.get(name) ?? 1 };
    const { milliseconds, measured } = await measureRedeploys(server.redeploy, target, own);
    const cells = [measured.calls, measured.failed, measured.p99.toFixed(1)];
    const row = cells.map((cell) => String(cell).padStart(9)).join('');
    console.log(`${name.padEnd(26)}${row}   ${milliseconds.join(', ')} ms`);
  }
}

interface Redeploys {
  /** Times from request to promotion, as the server records them. */
  milliseconds: number[];
  measured: Measured;
}

/** Makes at least `calls` calls and spreads the redeploys evenly over their expected duration at `callsPerSecond`. */
async function measureRedeploys(
  redeploy: () => Promise<number>,
  target: Target,
  { redeploys, calls, callsPerSecond, connections }: Plan,
): Promise<Redeploys> {
  const load = startLoad({ ...target, connections, calls });
  try {
    const milliseconds: number[] = [];
    for (let count = 0; count < redeploys; count++) {
      await delay((1000 * calls) / callsPerSecond / (redeploys + 1));
      milliseconds.push(await redeploy());
    }
    load.stdin.end();
    return { milliseconds, measured: await resultOf(load) };
  } finally {
    load.kill();
  }
}
