// Distributes scan jobs over threads. Outcomes keep the order of the jobs, whichever thread finishes first.
import module from 'node:module';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { LintContext } from './lint-result.ts';
import { runScanJob, type ScanJob, type ScanOutcome } from './scan-job.ts';
import { ThreadedScanner } from './threaded-scanner.ts';

/** Minimum work per thread. Below it, loading the scanner costs more than the thread saves. */
const bytesPerThread = 512 * 1024;
const batchBytes = 128 * 1024;
const batchJobsMax = 64;
/** Queues a second batch so a thread has work while its last result is in transit. */
const batchesAhead = 2;

/** The calling thread counts, so `threads: 1` starts no thread. */
export async function runScanJobs(jobs: readonly ScanJob[], context: LintContext): Promise<ScanOutcome[]> {
  const bytes = jobs.reduce((sum, { size }) => sum + size, 0);
  const others = Math.max(0, Math.min(context.threads, Math.floor(bytes / bytesPerThread)) - 1);
  const cache = module.getCompileCacheDir?.();
  const data = { level: context.level, cacheFolder: cache === undefined ? undefined : dirname(cache) };
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
    await Promise.all([...lanes, work((batch) => runHere(batch, context))]);
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
  return outcomes.flat();
}

async function runHere(batch: ScanJob[], context: LintContext): Promise<ScanOutcome[]> {
  const outcomes: ScanOutcome[] = [];
  for (const job of batch) outcomes.push(await runScanJob(job, context));
  // Let the event loop process results from other threads.
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
