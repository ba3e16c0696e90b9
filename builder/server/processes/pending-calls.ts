// Tracks a worker process's running calls. A call ends with a response or a refusal, at its time limit, or when its caller leaves.
import { Refusal } from '../core/refusal.ts';
import type { OpenStream } from './open-stream.ts';
import { type Cancellation, callCancelled } from './plugin-call.ts';

export class PartialDeadline {
  readonly #ms: number;
  readonly #onLate: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number, onLate: () => void) {
    this.#ms = ms;
    this.#onLate = onLate;
  }

  /** Starts the timer unless it's already running. */
  start(): void {
    this.#timer ??= setTimeout(this.#onLate, this.#ms).unref();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

interface Pending {
  resolve(answer: Uint8Array<ArrayBuffer>): void;
  reject(refusal: Refusal): void;
  limitMs: number;
  deadline: number;
  stream: OpenStream | undefined;
  /** True once the call's stream has sent a value. */
  isStreaming: boolean;
  beganAt: number;
}

interface Cancelled {
  limitMs: number;
  /** When the call starts to count as hanging. */
  hangsAt: number;
  /** True if the response and the cancellation crossed. */
  isAnswered: boolean;
  stream: OpenStream | undefined;
}

export interface CallTimes {
  /** Time limit for a call, unless it is answered later. */
  callMs: number;
  /** How long a call may continue after its time limit. */
  hangMs: number;
  /** Time limit for a stream that has sent a value. */
  streamMs: number;
}

export interface CallActions {
  /** Asks the process to end a call. */
  cancel(id: number): void;
  /** Called when a call is still running long after its time limit. */
  onHang(limitMs: number): void;
  /** Called when a call has ended, so that the process may get another one. */
  onEnded(): void;
}

/** Parameters for starting a call. */
export interface CallStart {
  limitMs: number;
  /** The part of the time limit that the call has spent waiting for its turn. */
  waitedMs: number;
  /** Returns the stream for its values, given the call's ID. */
  streamOf?: ((id: number) => OpenStream) | undefined;
}

/** Interval for checking all calls' deadlines. A timer for each call would cost more than the call. */
const sweepMs = 50;

export class PendingCalls {
  readonly #times: CallTimes;
  readonly #actions: CallActions;
  /** Ordered by deadline, because all these calls have the same time limit. */
  readonly #pending = new Map<number, Pending>();
  /** Longer calls: those answered later, and streams that have sent a value. */
  readonly #long = new Map<number, Pending>();
  /** Calls that were cancelled and are still running. */
  readonly #cancelled = new Map<number, Cancelled>();
  #lastId = 0;
  #sweep: NodeJS.Timeout | undefined;

  constructor(times: CallTimes, actions: CallActions) {
    this.#times = times;
    this.#actions = actions;
  }

  /** Number of running calls, including abandoned ones. */
  get running(): number {
    return this.#pending.size + this.#long.size + this.#cancelled.size;
  }

  add(
    cancellation: Cancellation,
    { limitMs, waitedMs, streamOf }: CallStart,
  ): { id: number; answer: Promise<Uint8Array<ArrayBuffer>> } {
    do this.#lastId = (this.#lastId + 1) >>> 0;
    while (this.#isKnown(this.#lastId));
    const id = this.#lastId;
    const beganAt = performance.now() - waitedMs;
    const answer = new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) => {
      const calls = limitMs > this.#times.callMs ? this.#long : this.#pending;
      calls.set(id, {
        resolve,
        reject,
        limitMs,
        deadline: beganAt + limitMs,
        beganAt,
        stream: streamOf?.(id),
        isStreaming: false,
      });
    });
    cancellation.onCancel(() => this.#cancel(id, callCancelled));
    this.#sweep ??= setInterval(() => this.#checkDeadlines(), sweepMs);
    return { id, answer };
  }

  /** Starts a call's stream of values. Returns false if the worker isn't expected to send one. */
  streamBegan(id: number): boolean {
    return this.#streamOf(id)?.begin() ?? false;
  }

  /**
   * Forwards a stream's value. From the first value on, the stream has a longer time limit. Returns false if the worker must not send
   * it.
   */
  streamed(id: number, value: Uint8Array): boolean {
    const waiting = this.#pending.get(id);
    if (waiting?.stream) {
      waiting.deadline = waiting.beganAt + this.#times.streamMs;
      waiting.isStreaming = true;
      this.#pending.delete(id);
      this.#long.set(id, waiting);
    }
    const outcome = this.#streamOf(id)?.value(value) ?? 'unexpected';
    if (outcome === 'too-deep')
      this.#cancel(id, () => new Refusal('answer-invalid', 'A value in the stream nests too deeply.'));
    return outcome !== 'unexpected';
  }

  /**
   * Resolves the call. Returns false if the worker isn't expected to send a response. Drops a response that crosses its cancellation.
   */
  answer(id: number, body: Uint8Array<ArrayBuffer>): boolean {
    const pending = this.#take(id);
    pending?.resolve(body);
    return pending !== undefined || this.#crosses(id);
  }

  /** Rejects the call. Returns false if the worker isn't expected to respond. */
  refuse(id: number, refusal: Refusal): boolean {
    const pending = this.#take(id);
    pending?.reject(refusal);
    return pending !== undefined || this.#crosses(id);
  }

  /** Removes a cancelled call. Returns false if the worker has no such call. */
  ended(id: number): boolean {
    const existed = this.#cancelled.delete(id);
    if (existed) this.#actions.onEnded();
    return existed;
  }

  rejectAll(refusal: () => Refusal): void {
    for (const calls of [this.#pending, this.#long]) {
      for (const { reject, stream } of calls.values()) {
        stream?.close();
        reject(refusal());
      }
      calls.clear();
    }
    this.#cancelled.clear();
    this.#checkDeadlines();
  }

  #isKnown(id: number): boolean {
    return this.#pending.has(id) || this.#long.has(id) || this.#cancelled.has(id);
  }

  #streamOf(id: number): OpenStream | undefined {
    return (this.#pending.get(id) ?? this.#long.get(id) ?? this.#cancelled.get(id))?.stream;
  }

  #remove(id: number): Pending | undefined {
    const pending = this.#pending.get(id) ?? this.#long.get(id);
    this.#pending.delete(id);
    this.#long.delete(id);
    return pending;
  }

  #take(id: number): Pending | undefined {
    const pending = this.#remove(id);
    if (!pending) return undefined;
    pending.stream?.close();
    this.#actions.onEnded();
    return pending;
  }

  /** Asks the process to end the call. Work that can't be cancelled, such as a thread, may run until the time limit. */
  #cancel(id: number, refusal: () => Refusal): void {
    const pending = this.#remove(id);
    if (!pending) return;
    const { deadline, limitMs, stream } = pending;
    stream?.close();
    this.#cancelled.set(id, { limitMs, hangsAt: deadline + this.#times.hangMs, isAnswered: false, stream });
    pending.reject(refusal());
    this.#actions.cancel(id);
  }

  #crosses(id: number): boolean {
    const cancelled = this.#cancelled.get(id);
    if (!cancelled || cancelled.isAnswered) return false;
    cancelled.isAnswered = true;
    return true;
  }

  #timedOut({ isStreaming, limitMs }: Pending): Refusal {
    const { streamMs } = this.#times;
    const late = isStreaming ? `The stream did not end within ${streamMs} ms.` : `No response within ${limitMs} ms.`;
    return new Refusal('call-timeout', late);
  }

  #checkDeadlines(): void {
    const now = performance.now();
    for (const [id, pending] of this.#pending) {
      if (pending.deadline > now) break;
      this.#cancel(id, () => this.#timedOut(pending));
    }
    for (const [id, pending] of this.#long)
      if (pending.deadline <= now) this.#cancel(id, () => this.#timedOut(pending));
    for (const { hangsAt, limitMs } of this.#cancelled.values()) {
      if (hangsAt > now) continue;
      this.#cancelled.clear();
      this.#actions.onHang(limitMs);
      break;
    }
    if (this.running === 0) {
      clearInterval(this.#sweep);
      this.#sweep = undefined;
    }
  }
}
