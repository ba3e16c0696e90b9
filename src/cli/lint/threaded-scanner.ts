// A scanner in a thread of its own, as the calling thread sees it. What runs there is scan-thread.ts.
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { PolicyLevel } from '../../contract/states.ts';
import type { ScanJob, ScanOutcome } from './scan-job.ts';

/** What a thread is started with. */
export interface ThreadData {
  level: PolicyLevel;
  /** Of the compile cache, which threads don't inherit. */
  cacheFolder: string | undefined;
}

interface Waiting {
  resolve(outcomes: ScanOutcome[]): void;
  reject(error: unknown): void;
}

export class ThreadedScanner {
  readonly #worker: Worker;
  /** Answers come in the order of the questions. */
  readonly #waiting: Waiting[] = [];
  #ended: { error: unknown } | undefined;

  constructor(workerData: ThreadData) {
    this.#worker = new Worker(fileURLToPath(import.meta.resolve('./scan-thread.ts')), { workerData });
    this.#worker.on('message', (outcomes: ScanOutcome[]) => this.#waiting.shift()?.resolve(outcomes));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', (code) => this.#fail(new Error(`a scanning thread ended with exit code ${code}`)));
  }

  /** Rejects when the thread ends before its answer: what was not scanned is not clean. */
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
