// Scans batches of jobs in a worker thread and sends back their outcomes, one batch at a time.
import { parentPort } from 'node:worker_threads';
import type { PolicyLevel } from '../../contract/states.ts';
import { nodeParsers } from '../parsers.ts';
import { runScanJob, type ScanJob, type ScanOutcome } from './scan-job.ts';

export function scanBatches(level: PolicyLevel): void {
  const scanner = { parsers: nodeParsers(), level };
  let lastBatch = Promise.resolve();
  const answer = async (jobs: readonly ScanJob[]) => {
    const outcomes: ScanOutcome[] = [];
    for (const job of jobs) outcomes.push(await runScanJob(job, scanner));
    parentPort?.postMessage(outcomes);
  };
  parentPort?.on('message', (jobs: ScanJob[]) => {
    lastBatch = lastBatch.then(() => answer(jobs));
  });
}
