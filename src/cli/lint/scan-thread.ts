// A worker thread that scans: gets batches of jobs, answers each with their outcomes, one batch after the other.
import module from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { ScanJob, ScanOutcome } from './scan-job.ts';
import type { ThreadData } from './threaded-scanner.ts';

const { cacheFolder, level }: ThreadData = workerData;
if (cacheFolder !== undefined) module.enableCompileCache?.(cacheFolder);
const { nodeParsers } = await import('../parsers.ts');
const { runScanJob } = await import('./scan-job.ts');

const parsers = nodeParsers();
let before = Promise.resolve();

parentPort?.on('message', (jobs: ScanJob[]) => {
  before = before.then(() => answer(jobs));
});

async function answer(jobs: ScanJob[]): Promise<void> {
  const outcomes: ScanOutcome[] = [];
  for (const job of jobs) outcomes.push(await runScanJob(job, { parsers, level }));
  parentPort?.postMessage(outcomes);
}
