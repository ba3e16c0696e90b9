// Gives each call to the process with the fewest running calls. If all processes are full, calls wait in order of arrival. A call is
// refused immediately if recent call durations suggest that it would wait beyond its time limit.
import { Refusal } from '../core/refusal.ts';
import type { HostProcess } from '../processes/host-process.ts';
import type { HeldCall } from '../processes/plugin-call.ts';
import { MeanDuration } from './mean-duration.ts';
import type { Replica } from './replica.ts';
import { type Answer, WaitingCalls } from './waiting-calls.ts';

export interface QueueLimits {
  /** Concurrent calls per process. */
  perProcess: number;
  /** A call's time limit, including its wait. */
  callMs: number;
}

export class CallQueue {
  readonly #limits: QueueLimits;
  readonly #replicas: readonly Pick<Replica, 'ready'>[];
  readonly #waiting = new WaitingCalls();
  /** Measured only where calls may have to wait. */
  readonly #duration = new MeanDuration();

  constructor(limits: QueueLimits, replicas: readonly Pick<Replica, 'ready'>[]) {
    this.#limits = limits;
    this.#replicas = replicas;
  }

  /** Rejects with a Refusal if the queue is full or the call's time limit ends before its turn. */
  call(call: HeldCall): Promise<Answer> {
    const process = this.#waiting.size === 0 ? this.#leastLoaded() : undefined;
    return process ? this.#run(process, call, 0) : this.#wait(call);
  }

  /** Starts waiting calls after a call has ended or a process has become ready. */
  advance(): void {
    for (const waiting of this.#waiting) {
      const process = this.#leastLoaded();
      if (!process) return;
      this.#waiting.take(waiting);
      waiting.resolve(this.#run(process, waiting.call, performance.now() - waiting.since));
    }
  }

  /** Rejects all waiting calls. */
  rejectAll(refusal: () => Refusal): void {
    this.#waiting.rejectAll(refusal);
  }

  #run(process: HostProcess, call: HeldCall, waitedMs: number): Promise<Answer> {
    const answer = process.call(call, waitedMs);
    // Excludes calls that are answered later, because their long durations would cause others to be refused.
    if (this.#limits.perProcess === Number.POSITIVE_INFINITY || call.isLater) return answer;
    return this.#duration.measured(answer);
  }

  #leastLoaded(): HostProcess | undefined {
    let best: HostProcess | undefined;
    let fewest = this.#limits.perProcess;
    for (const { ready } of this.#replicas) {
      if (!ready || ready.running >= fewest) continue;
      best = ready;
      fewest = ready.running;
    }
    return best;
  }

  #wait(call: HeldCall): Promise<Answer> {
    const { perProcess, callMs } = this.#limits;
    const waiting = this.#waiting.size;
    const expectedMs = ((waiting + 1) * this.#duration.meanMs) / (perProcess * this.#replicas.length);
    if (expectedMs > callMs) {
      const message = `${waiting} calls are waiting (max_concurrency is ${perProcess}), and the wait would exceed a call's time limit. Retry later.`;
      return Promise.reject(new Refusal('instance-busy', message));
    }
    return new Promise((resolve, reject) => {
      const since = performance.now();
      this.#waiting.add({ call, since, until: since + callMs, resolve, reject });
    });
  }
}
