// Runs in a worker thread: receives batches of scan jobs and sends back their outcomes, one batch at a time.
import module from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { ScanJob, ScanOutcome } from './scan-job.ts';
import type { ThreadData } from './threaded-scanner.ts';

const { cacheFolder, level }: ThreadData = workerData;
if (cacheFolder !== undefined) module.enableCompileCache?.(cacheFolder);
const { nodeParsers } = await import('../parsers.ts');
const { runScanJob } = await import('./scan-job.ts');

const parsers = nodeParsers();
let lastBatch = Promise.resolve();

parentPort?.on('message', (jobs: ScanJob[]) => {
  lastBatch = lastBatch.then(() => answer(jobs));
});

async function answer(jobs: ScanJob[]): Promise<void> {
  const outcomes: ScanOutcome[] = [];
  for (const job of jobs) outcomes.push(await runScanJob(job, { parsers, level }));
  parentPort?.postMessage(outcomes);
}
