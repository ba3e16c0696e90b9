// Gives each call to the process with the fewest running calls. If all processes are full, calls wait in order of arrival. A call is
// refused immediately if recent call durations suggest that it would wait beyond its time limit.
import { Refusal } from '../core/refusal.ts';
import type { HostProcess } from '../processes/host-process.ts';
import { callCancelled, type HeldCall } from '../processes/plugin-call.ts';
import type { Replica } from './replica.ts';

export interface QueueLimits {
  /** Concurrent calls per process. */
  perProcess: number;
  /** A call's time limit, including its wait. */
  callMs: number;
}

const newestWeight = 0.1;

type Answer = Uint8Array<ArrayBuffer>;

interface Waiting {
  call: HeldCall;
  since: number;
  resolve(answer: Answer | Promise<Answer>): void;
  reject(refusal: Refusal): void;
}

export class CallQueue {
  readonly #limits: QueueLimits;
  readonly #replicas: readonly Pick<Replica, 'ready'>[];
  readonly #waiting = new Set<Waiting>();
  #timer: NodeJS.Timeout | undefined;
  /** Mean duration of recent calls, with newer ones weighted more. Measured only where calls may have to wait. */
  #meanMs = 0;

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
      this.#waiting.delete(waiting);
      waiting.resolve(this.#run(process, waiting.call, performance.now() - waiting.since));
    }
  }

  /** Rejects all waiting calls. */
  rejectAll(refusal: () => Refusal): void {
    for (const waiting of this.#waiting) waiting.reject(refusal());
    this.#waiting.clear();
  }

  #run(process: HostProcess, call: HeldCall, waitedMs: number): Promise<Answer> {
    const answer = process.call(call, waitedMs);
    // Excludes calls that are answered later, because their long durations would cause others to be refused.
    if (this.#limits.perProcess === Number.POSITIVE_INFINITY || call.isLater) return answer;
    const startedAt = performance.now();
    return answer.finally(() => {
      const weight = this.#meanMs === 0 ? 1 : newestWeight;
      this.#meanMs += weight * (performance.now() - startedAt - this.#meanMs);
    });
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
    const expectedMs = ((waiting + 1) * this.#meanMs) / (perProcess * this.#replicas.length);
    if (expectedMs > callMs) {
      const message = `${waiting} calls are waiting (max_concurrency is ${perProcess}), and the wait would exceed a call's time limit. Retry later.`;
      return Promise.reject(new Refusal('instance-busy', message));
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { call, since: performance.now(), resolve, reject };
      this.#waiting.add(waiting);
      call.cancellation.onCancel(() => {
        if (this.#waiting.delete(waiting)) reject(callCancelled());
      });
      this.#timer ??= setTimeout(() => this.#expire(), this.#limits.callMs);
    });
  }

  /** The first call in the queue is also the first to expire. No waiting call has reached the plugin. */
  #expire(): void {
    this.#timer = undefined;
    for (const waiting of this.#waiting) {
      const leftMs = waiting.since + this.#limits.callMs - performance.now();
      if (leftMs > 0) {
        this.#timer = setTimeout(() => this.#expire(), leftMs);
        return;
      }
      this.#waiting.delete(waiting);
      const message = `The call waited ${this.#limits.callMs / 1000} s for its turn. Retry later.`;
      waiting.reject(new Refusal('instance-busy', message));
    }
  }
}
