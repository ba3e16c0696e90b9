// Measures what batching adds to a lone call. The targets take turns call by call, so that other programs disturb them equally.
import { Connection, requestBytes } from '../realtime/connection.ts';
import type { Target } from '../realtime/servers.ts';
import { median } from '../realtime/start-load.ts';
import type { Started } from './servers.ts';

const calls = 1500;
const warmUpCalls = 150;

/** Prints the p50 of each target. The first one has no batching. */
export async function printLoneCalls(title: string, targets: Started['targets']): Promise<void> {
  const subjects = Object.entries(targets).map(([name, target]) => ({
    name,
    call: caller(target),
    times: [] as number[],
  }));
  for (let n = 0; n < warmUpCalls + calls; n++)
    for (const { call, times } of subjects) {
      const micros = await call();
      if (n >= warmUpCalls) times.push(micros);
    }
  const [without = 0, ...others] = subjects.map(({ times }) => median(times));
  const names = subjects.map(({ name }) => name);
  console.log(`\nA lone call, ${title}: ${names[0]} ${without.toFixed(0)} µs (p50)`);
  for (const [n, other] of others.entries())
    console.log(`  ${names[n + 1]} ${other.toFixed(0)} µs, ${(other - without).toFixed(0)} µs more`);
}

function caller(target: Target): () => Promise<number> {
  const connection = new Connection(target.url);
  const request = requestBytes(target);
  return async () => {
    const sentAt = performance.now();
    const { body, status } = await connection.send(request);
    if (status !== 200) throw new Error(`a lone call was answered with ${status}: ${body}`);
    return 1000 * (performance.now() - sentAt);
  };
}
