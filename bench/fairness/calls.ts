// Sends the same request at a fixed rate, as a process of its own: calls.ts JSON. Does so until standard input ends, and for some time
// at least. Prints its measurements as JSON. A call's time counts from the moment at which it was due. Calls that were due while others took
// the processors from this machine are left out.
import { z } from 'zod';
import { Connection, requestBytes } from '../realtime/connection.ts';
import { StolenTime } from './stolen.ts';

export const rateSchema = z.object({
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  perSecond: z.number(),
  seconds: z.number(),
});
export type Rate = z.infer<typeof rateSchema>;

export const latenciesSchema = z.object({
  calls: z.number(),
  /** How many of them were due while others took the processors. */
  left_out: z.number(),
  failed: z.number(),
  p50: z.number(),
  p99: z.number(),
  max: z.number(),
});
export type Latencies = z.infer<typeof latenciesSchema>;

const failuresPrinted = 5;

async function measure(rate: Rate): Promise<Latencies> {
  const request = requestBytes(rate);
  const idle: Connection[] = [];
  const made: { dueAt: number; ms: number }[] = [];
  const stolen = new StolenTime();
  let failed = 0;
  const startedAt = performance.now();
  const call = async (dueAt: number) => {
    const connection = idle.pop() ?? new Connection(rate.url);
    const response = await connection.send(request).catch((error: Error) => error);
    made.push({ dueAt, ms: performance.now() - dueAt });
    if (response instanceof Error || response.status !== 200) {
      failed++;
      const reason = response instanceof Error ? response.message : `${response.status} ${response.body}`;
      if (failed <= failuresPrinted)
        process.stderr.write(`failed after ${(performance.now() - startedAt).toFixed()} ms: ${reason}\n`);
    }
    idle.push(connection);
  };
  let isOver = false;
  process.stdin.once('end', () => (isOver = true)).resume();
  const calls: Promise<void>[] = [];
  for (let dueAt = startedAt; !isOver || dueAt < startedAt + rate.seconds * 1000; dueAt += 1000 / rate.perSecond) {
    while (performance.now() < dueAt) await new Promise((resolve) => setTimeout(resolve, 1));
    calls.push(call(dueAt));
  }
  await Promise.all(calls);
  for (const connection of idle) connection.close();
  stolen.close();
  const times = made.filter(({ dueAt }) => stolen.wasQuiet(dueAt)).map(({ ms }) => ms);
  times.sort((a, b) => a - b);
  const quantile = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  const quantiles = { p50: quantile(0.5), p99: quantile(0.99), max: times.at(-1) ?? 0 };
  return { calls: made.length, left_out: made.length - times.length, failed, ...quantiles };
}

if (import.meta.main) {
  const rate = rateSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
  process.stdout.write(JSON.stringify(await measure(rate)));
}
