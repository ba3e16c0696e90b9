// A harmless plugin that is called while others attack. Counts its failed calls and measures its latency.
import { z } from 'zod';
import type { BuilderClient } from '../../test/builder/builder-client.ts';

const answer = z.object({
  status: z.literal(200),
  body: z.object({ status: z.literal('success'), result: z.strictObject({ sum: z.literal(6) }) }),
});

const files = {
  'realtime.py': 'class RealtimeHandler:\n    def predict(self, request):\n        return {"sum": sum(request["n"])}\n',
};

export interface Measured {
  calls: number;
  failed: number;
  p99Ms: number;
}

export function startGoodPlugin(client: BuilderClient): Promise<string> {
  return client.run(files, { name: 'good' });
}

/** Makes one call after another until the work is done. */
export async function callDuring(client: BuilderClient, id: string, work: Promise<unknown>): Promise<Measured> {
  const times: number[] = [];
  let failed = 0;
  let isOver = false;
  const end = work.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const sentAt = performance.now();
    const isGood = answer.safeParse(await client.invoke(id, { n: [1, 2, 3] }).catch(() => undefined)).success;
    times.push(performance.now() - sentAt);
    if (!isGood) failed++;
  }
  await end;
  times.sort((a, b) => a - b);
  return { calls: times.length, failed, p99Ms: times[Math.floor(times.length * 0.99)] ?? Number.NaN };
}
