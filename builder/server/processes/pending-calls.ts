// Tracks the calls that a worker process is running. Each ends with a response, a refusal or at its time limit.
import { Refusal } from '../refusal.ts';

interface Pending {
  resolve(answer: Uint8Array<ArrayBuffer>): void;
  reject(refusal: Refusal): void;
  deadline: number;
}

interface Cancelled {
  /** The time from which the call counts as hanging. */
  hangsAt: number;
  /** Its response crossed the cancellation. */
  isAnswered: boolean;
}

/** Interval at which the deadlines of all calls are checked. A timer for each call would cost more than the call. */
const sweepMs = 50;

export class PendingCalls {
  readonly #callMs: number;
  readonly #hangMs: number;
  readonly #cancel: (id: number) => void;
  readonly #onHang: () => void;
  /** In the order of their deadlines, because all calls have the same time limit. */
  readonly #pending = new Map<number, Pending>();
  /** Cancelled at their time limit and still running. */
  readonly #cancelled = new Map<number, Cancelled>();
  #lastId = 0;
  #sweep: NodeJS.Timeout | undefined;

  constructor(callMs: number, hangMs: number, cancel: (id: number) => void, onHang: () => void) {
    this.#callMs = callMs;
    this.#hangMs = hangMs;
    this.#cancel = cancel;
    this.#onHang = onHang;
  }

  add(): { id: number; answer: Promise<Uint8Array<ArrayBuffer>> } {
    do this.#lastId = (this.#lastId + 1) >>> 0;
    while (this.#pending.has(this.#lastId) || this.#cancelled.has(this.#lastId));
    const id = this.#lastId;
    const answer = new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, deadline: performance.now() + this.#callMs });
    });
    this.#sweep ??= setInterval(() => this.#checkDeadlines(), sweepMs);
    return { id, answer };
  }

  /** Resolves the call. Returns false if the worker owes no response to it. One that crosses its cancellation is dropped. */
  answer(id: number, body: Uint8Array<ArrayBuffer>): boolean {
    const pending = this.#take(id);
    pending?.resolve(body);
    return pending !== undefined || this.#crosses(id);
  }

  /** Rejects the call. Returns false if the worker owes no response to it. */
  refuse(id: number, refusal: Refusal): boolean {
    const pending = this.#take(id);
    pending?.reject(refusal);
    return pending !== undefined || this.#crosses(id);
  }

  /** Removes a cancelled call. Returns false if the worker has no such call. */
  ended(id: number): boolean {
    return this.#cancelled.delete(id);
  }

  rejectAll(refusal: () => Refusal): void {
    for (const pending of this.#pending.values()) pending.reject(refusal());
    this.#pending.clear();
    this.#cancelled.clear();
    this.#checkDeadlines();
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #crosses(id: number): boolean {
    const cancelled = this.#cancelled.get(id);
    if (!cancelled || cancelled.isAnswered) return false;
    cancelled.isAnswered = true;
    return true;
  }

  #checkDeadlines(): void {
    const now = performance.now();
    for (const [id, pending] of this.#pending) {
      if (pending.deadline > now) break;
      this.#pending.delete(id);
      this.#cancelled.set(id, { hangsAt: now + this.#hangMs, isAnswered: false });
      pending.reject(new Refusal('call-timeout', `No response within ${this.#callMs} ms.`));
      this.#cancel(id);
    }
    for (const { hangsAt } of this.#cancelled.values()) {
      if (hangsAt > now) break;
      this.#cancelled.clear();
      this.#onHang();
      break;
    }
    if (this.#pending.size === 0 && this.#cancelled.size === 0) {
      clearInterval(this.#sweep);
      this.#sweep = undefined;
    }
  }
}
