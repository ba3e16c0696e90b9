// Sends the same POST request over a number of connections for some time, as a process of its own: load.ts JSON. Prints its
// measurements as JSON.
import { Agent, type IncomingMessage, request } from 'node:http';
import { z } from 'zod';

export const loadSchema = z.object({
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  /** What each answer has to contain. */
  expected: z.string(),
  connections: z.number(),
  seconds: z.number(),
});
export type Load = z.infer<typeof loadSchema>;

export const measuredSchema = z.object({
  callsPerSecond: z.number(),
  p50: z.number(),
  p99: z.number(),
  failed: z.number(),
});
export type Measured = z.infer<typeof measuredSchema>;

async function measure(load: Load): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
  const times: number[] = [];
  let failed = 0;
  const startedAt = performance.now();
  const until = startedAt + load.seconds * 1000;
  const callers = Array.from({ length: load.connections }, async () => {
    while (performance.now() < until) {
      const sentAt = performance.now();
      const isGood = await call(agent, load).catch(() => false);
      times.push(performance.now() - sentAt);
      if (!isGood) failed++;
    }
  });
  await Promise.all(callers);
  const elapsedMs = performance.now() - startedAt;
  agent.destroy();
  times.sort((a, b) => a - b);
  const quantile = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return {
    callsPerSecond: (times.length - failed) / (elapsedMs / 1000),
    p50: quantile(0.5),
    p99: quantile(0.99),
    failed,
  };
}

async function call(agent: Agent, { url, headers, body, expected }: Load): Promise<boolean> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request(url, { agent, method: 'POST', headers }, resolve);
    sent.on('error', reject).end(body);
  });
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return response.statusCode === 200 && text.replaceAll(' ', '').includes(expected);
}

if (import.meta.main) {
  const load = loadSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
  process.stdout.write(JSON.stringify(await measure(load)));
}
