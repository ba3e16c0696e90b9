// Calls a plugin 20 times a second in a thread of its own, so that the neighbor's requests don't delay the measurement.
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { SteadyLoad, type Target } from './load.ts';

export const callsPerSecond = 20;

const target: Target = z.object({ url: z.string(), headers: z.record(z.string(), z.string()) }).parse(workerData);
let load: SteadyLoad | undefined;
parentPort?.on('message', async () => {
  if (!load) {
    load = new SteadyLoad(target, callsPerSecond);
    return;
  }
  await load.stop();
  parentPort?.postMessage(load.outcomes);
  load = undefined;
});
