// Sends one POST request repeatedly over several connections, as a separate process: load.ts JSON. Runs for a set time, or until
// standard input ends and it has made enough calls. Prints its measurements as JSON. It shares the CPU with the measured server, so it
// writes prepared bytes and reads as little of each response as it can.
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { Connection, type Response, requestBytes } from './connection.ts';

export const loadSchema = z.object({
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  /** Bytes of extra numbers in the inputs; the handler ignores them. */
  more: z.int().default(0),
  /** Status of each response, and text that it must contain. */
  status: z.number().default(200),
  expected: z.string(),
  connections: z.number(),
  /** Calls to start per second. Default: as many as possible. */
  rate: z.number().optional(),
  seconds: z.number().optional(),
  /** Number of calls, instead of `seconds`. */
  calls: z.number().optional(),
});
export type Load = z.input<typeof loadSchema>;
type ReadLoad = z.output<typeof loadSchema>;

export const measuredSchema = z.object({
  callsPerSecond: z.number(),
  p50: z.number(),
  p95: z.number(),
  p99: z.number(),
  /** Mean size of batches, if each answer says how many calls were in its batch; otherwise 0. */
  meanBatch: z.number(),
  calls: z.number(),
  failed: z.number(),
});
export type Measured = z.infer<typeof measuredSchema>;

async function measure(load: ReadLoad): Promise<Measured> {
  const request = requestBytes({ ...load, body: filled(load) });
  const times: number[] = [];
  let failed = 0;
  let batches = 0;
  let inBatches = 0;
  const startedAt = performance.now();
  const isOver = load.seconds === undefined ? afterInput(load.calls ?? 0) : afterTime(startedAt + load.seconds * 1000);
  const turn = load.rate === undefined ? undefined : turns(startedAt, load.rate);
  const callers = Array.from({ length: load.connections }, async () => {
    const connection = new Connection(load.url);
    while (!isOver(times.length)) {
      if (turn) await turn();
      const sentAt = performance.now();
      const response = await connection.send(request).catch(() => undefined);
      times.push(performance.now() - sentAt);
      if (!response || !isExpected(response, load)) failed++;
      const [, size] = /"batch": ?(\d+)/.exec(response?.body ?? '') ?? [];
      if (size !== undefined) {
        inBatches++;
        batches += 1 / Number(size);
      }
    }
    connection.close();
  });
  await Promise.all(callers);
  const elapsedMs = performance.now() - startedAt;
  times.sort((a, b) => a - b);
  const quantile = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return {
    callsPerSecond: (times.length - failed) / (elapsedMs / 1000),
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    meanBatch: batches > 0 ? inBatches / batches : 0,
    calls: times.length,
    failed,
  };
}

/** Uses numbers because they are the slowest to parse. */
function filled({ body, more }: ReadLoad): string {
  if (more === 0) return body;
  const numbers = Array.from({ length: Math.ceil(more / 8) }, (_, n) => (n % 1_000_000) / 1_000_000 + 1);
  const text = numbers.map((number) => number.toFixed(5)).join();
  return body.replace('"text":', `"more":[${text}],"text":`);
}

/** Returns a function that waits for the caller's turn. All callers share `rate` turns a second. */
function turns(startedAt: number, rate: number): () => Promise<void> {
  let taken = 0;
  return () => delay(Math.max(0, startedAt + (1000 * taken++) / rate - performance.now()));
}

function afterTime(until: number): () => boolean {
  return () => performance.now() >= until;
}

function afterInput(calls: number): (made: number) => boolean {
  let hasEnded = false;
  process.stdin.once('end', () => (hasEnded = true)).resume();
  return (made) => hasEnded && made >= calls;
}

function isExpected({ body, status }: Response, { expected, ...load }: ReadLoad): boolean {
  return status === load.status && (body.includes(expected) || body.replaceAll(' ', '').includes(expected));
}

if (import.meta.main) {
  const load = loadSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
  process.stdout.write(JSON.stringify(await measure(load)));
}
