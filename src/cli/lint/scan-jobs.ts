// Spreads many files over threads. The outcomes come in the order of the jobs, whatever thread was done first.
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PolicyLevel } from '../../contract/states.ts';
import type { Judging } from './judged.ts';
import { runScanJob, type ScanJob, type ScanOutcome } from './scan-job.ts';

/** Less than this for each thread isn't worth starting one: it has the scanner to load. */
const bytesPerThread = 512 * 1024;
const batchBytes = 128 * 1024;
const batchJobsMax = 64;

/** With one thread, or little to do, everything happens in the calling one. */
export async function runScanJobs(jobs: readonly ScanJob[], judging: Judging): Promise<ScanOutcome[]> {
  const bytes = jobs.reduce((sum, { size }) => sum + size, 0);
  const threads = Math.min(judging.threads, Math.floor(bytes / bytesPerThread));
  if (threads > 1) return await runInThreads(batchesOf(jobs), threads, judging.level);
  const outcomes: ScanOutcome[] = [];
  for (const job of jobs) outcomes.push(await runScanJob(job, judging));
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

/** What a thread is started with. */
export interface ThreadData {
  level: PolicyLevel;
  /** Of the compile cache, which threads don't inherit. */
  cacheFolder: string | undefined;
}

async function runInThreads(batches: ScanJob[][], threads: number, level: PolicyLevel): Promise<ScanOutcome[]> {
  const cache = getCompileCacheDir();
  const workerData: ThreadData = { level, cacheFolder: cache === undefined ? undefined : dirname(cache) };
  const outcomes: ScanOutcome[][] = batches.map(() => []);
  const queue = batches.entries();
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL('./scan-thread.ts', import.meta.url), { workerData }),
  );
  try {
    await Promise.all(
      workers.map(async (worker) => {
        for (const [index, batch] of queue) outcomes[index] = await answerOf(worker, batch);
      }),
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return outcomes.flat();
}

/** A thread that ends without an answer fails the whole scan: what was not scanned is not clean. */
function answerOf(worker: Worker, batch: ScanJob[]): Promise<ScanOutcome[]> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    };
    const onMessage = (outcomes: ScanOutcome[]) => {
      settle();
      resolve(outcomes);
    };
    const onError = (error: unknown) => {
      settle();
      reject(error);
    };
    const onExit = (code: number) => onError(new Error(`a scanning thread ended with exit code ${code}`));
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(batch);
  });
}
