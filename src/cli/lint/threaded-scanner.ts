// Runs scan-thread.ts in a worker thread and returns its results to the calling thread.
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { PolicyLevel } from '../../contract/states.ts';
import type { ScanJob, ScanOutcome } from './scan-job.ts';

/** The data passed to a new thread. */
export interface ThreadData {
  level: PolicyLevel;
  /** The compile cache's folder, which threads don't inherit. */
  cacheFolder: string | undefined;
}

interface PendingBatch {
  resolve(outcomes: ScanOutcome[]): void;
  reject(error: unknown): void;
}

export class ThreadedScanner {
  readonly #worker: Worker;
  /** Results arrive in the order of the batches. */
  readonly #waiting: PendingBatch[] = [];
  #ended: { error: unknown } | undefined;

  constructor(workerData: ThreadData) {
    this.#worker = new Worker(fileURLToPath(import.meta.resolve('./scan-thread.ts')), { workerData });
    this.#worker.on('message', (outcomes: ScanOutcome[]) => this.#waiting.shift()?.resolve(outcomes));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', (code) => this.#fail(new Error(`a scanner thread exited with code ${code}`)));
  }

  /** Rejects if the thread ends before it sends the result, since unscanned files must not count as clean. */
  run(jobs: ScanJob[]): Promise<ScanOutcome[]> {
    return new Promise((resolve, reject) => {
      if (this.#ended) reject(this.#ended.error);
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(jobs);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(error: unknown): void {
    this.#ended ??= { error };
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
