// Runs the least that a Worker can do for a call, in the runtime that runs Slipway's: floor.ts JSON. It reads the body, asks the
// instance, and sends the answer that Slipway's Worker sent. A figure's share of this one says how much of a call is Slipway's own work.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { startMiniflare } from '../../scripts/local/miniflare.ts';
import { workerBundle } from '../../scripts/local/worker-bundle.ts';
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import { loopback } from '../../scripts/machine/ports.ts';

const usage = `node bench/realtime/floor.ts JSON

Runs the floor of bench/realtime/run.ts, which starts it, on a port.`;

const headers = z.record(z.string(), z.string());
const floorSchema = z.object({
  port: z.number(),
  instance: z.object({ url: z.string(), headers }),
  answer: z.object({ status: z.number(), headers, body: z.string() }),
});
export type Floor = z.infer<typeof floorSchema>;

const script = `export default {
  async fetch(request, { ANSWER, INSTANCE: { headers, url }, NETWORK }) {
    const body = await request.text();
    const response = await NETWORK.fetch(url, { method: 'POST', headers, body });
    await response.text();
    return new Response(ANSWER.body, { ...ANSWER, status: response.status });
  },
}`;

const { positionals } = readCommandLine(usage, { options: {}, positionals: [1, 1] });
const { answer: ANSWER, instance: INSTANCE, port } = floorSchema.parse(JSON.parse(positionals[0] ?? '{}'));
const { compatibilityDate, compatibilityFlags } = await workerBundle();
const state = await mkdtemp(join(tmpdir(), 'slipway-bench-floor-'));
const options = { compatibilityDate, compatibilityFlags, modules: true, script, bindings: { ANSWER, INSTANCE } };
/** As Slipway's Worker reaches builders. */
const serviceBindings = { NETWORK: { network: { allow: ['private'] } } };
const workers = [{ name: 'floor', ...options, serviceBindings, unsafeDirectSockets: [{ host: loopback, port }] }];
const miniflare = await startMiniflare({ state, workers, onLine: (line) => console.error(line) });
process.once('SIGINT', async () => {
  await miniflare.dispose();
  await rm(state, { recursive: true, force: true });
  process.exit();
});
