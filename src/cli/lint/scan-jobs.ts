// Spreads many files over threads. The outcomes come in the order of the jobs, whatever thread was done first.
import module from 'node:module';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Judging } from './lint-result.ts';
import { runScanJob, type ScanJob, type ScanOutcome } from './scan-job.ts';
import { ThreadedScanner } from './threaded-scanner.ts';

/** Less than this for each thread isn't worth starting one: it has the scanner to load. */
const bytesPerThread = 512 * 1024;
const batchBytes = 128 * 1024;
const batchJobsMax = 64;
/** So that a thread has the next batch at hand while its answer to the last one is on its way. */
const batchesAhead = 2;

/** The calling thread is one of them, so that with one nothing else is started. */
export async function runScanJobs(jobs: readonly ScanJob[], judging: Judging): Promise<ScanOutcome[]> {
  const bytes = jobs.reduce((sum, { size }) => sum + size, 0);
  const others = Math.max(0, Math.min(judging.threads, Math.floor(bytes / bytesPerThread)) - 1);
  const cache = module.getCompileCacheDir?.();
  const data = { level: judging.level, cacheFolder: cache === undefined ? undefined : dirname(cache) };
  const threads = Array.from({ length: others }, () => new ThreadedScanner(data));
  const batches = batchesOf(jobs);
  const outcomes: ScanOutcome[][] = batches.map(() => []);
  const queue = batches.entries();
  const work = async (run: (batch: ScanJob[]) => Promise<ScanOutcome[]>) => {
    for (const [index, batch] of queue) outcomes[index] = await run(batch);
  };
  try {
    const lanes = threads.flatMap((thread) =>
      Array.from({ length: batchesAhead }, () => work((batch) => thread.run(batch))),
    );
    await Promise.all([...lanes, work((batch) => runHere(batch, judging))]);
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
  return outcomes.flat();
}

async function runHere(batch: ScanJob[], judging: Judging): Promise<ScanOutcome[]> {
  const outcomes: ScanOutcome[] = [];
  for (const job of batch) outcomes.push(await runScanJob(job, judging));
  // Other threads' answers wait for this one to come up for air.
  await setImmediate();
  return outcomes;
}

function batchesOf(jobs: readonly ScanJob[]): ScanJob[][] {
  const batches: ScanJob[][] = [];
  let batch: ScanJob[] = [];
  let bytes = 0;
  for (const job of jobs) {
    if (batch.length === 0) batches.push(batch);
    batch.push(job);
    bytes += job.size;
    if (bytes >= batchBytes || batch.length >= batchJobsMax) {
      batch = [];
      bytes = 0;
    }
  }
  return batches;
}
