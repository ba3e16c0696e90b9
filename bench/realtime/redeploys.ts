// Redeploys the handler under load: how long each takes from the request to the promotion, and how many calls fail.
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { type Measured, measuredSchema } from './load.ts';
import type { Server, Target } from './servers.ts';

export interface Redeploys {
  /** From the request to the promotion, by the server's own record. */
  milliseconds: number[];
  calls: number;
  failed: number;
}

/** Calls for as long as it takes to make `calls` at `callsPerSecond`, and redeploys at even intervals. */
export async function measureRedeploys(
  { redeploy }: Pick<Server, 'redeploy'>,
  target: Target,
  plan: { redeploys: number; calls: number; callsPerSecond: number; connections: number },
): Promise<Redeploys> {
  if (!redeploy) throw new Error('this server is not redeployed');
  const seconds = Math.ceil(plan.calls / plan.callsPerSecond) + 1;
  const load = loadFor({ ...target, connections: plan.connections, seconds });
  const milliseconds: number[] = [];
  for (let count = 0; count < plan.redeploys; count++) {
    await delay((seconds * 1000) / (plan.redeploys + 1));
    milliseconds.push(await redeploy());
  }
  const { calls, failed } = await load;
  return { milliseconds, calls, failed };
}

function loadFor(load: Target & { connections: number; seconds: number }): Promise<Measured> {
  const child = spawn(process.execPath, ['bench/realtime/load.ts', JSON.stringify(load)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.once('error', reject);
    child.once('close', () => {
      const printed = measuredSchema.safeParse(JSON.parse(text || 'null'));
      if (printed.success) resolve(printed.data);
      else reject(new Error('the load generator failed'));
    });
  });
}
