// Redeploys the handler under load: how long each takes from the request to the promotion, and how many calls fail.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { type Load, type Measured, measuredSchema } from './load.ts';
import type { Server, Target } from './servers.ts';

export interface Redeploys {
  /** Times from the request to the promotion, by the server's own record. */
  milliseconds: number[];
  measured: Measured;
}

/** Makes at least `calls`, and redeploys at even intervals of the time that they take at `callsPerSecond`. */
export async function measureRedeploys(
  { redeploy }: Pick<Server, 'redeploy'>,
  target: Target,
  plan: { redeploys: number; calls: number; callsPerSecond: number; connections: number },
): Promise<Redeploys> {
  if (!redeploy) throw new Error('this server is not redeployed');
  const { redeploys, calls, callsPerSecond, connections } = plan;
  const load = startLoad({ ...target, connections, calls });
  const printed = text(load.stdout);
  try {
    const milliseconds: number[] = [];
    for (let count = 0; count < redeploys; count++) {
      await delay((1000 * calls) / callsPerSecond / (redeploys + 1));
      milliseconds.push(await redeploy());
    }
    load.stdin.end();
    return { milliseconds, measured: measuredSchema.parse(JSON.parse(await printed)) };
  } finally {
    load.kill();
  }
}

function startLoad(load: Load): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, ['bench/realtime/load.ts', JSON.stringify(load)]);
  child.stderr.pipe(process.stderr);
  return child;
}
