// Counts an instance's calls, and limits how many the builder holds: those whose body is arriving, those in progress, those whose
// caller left before their process has read them, and those whose answer the caller has not read.
import { Refusal } from '../refusal.ts';
import type { Limits } from '../settings.ts';

/** A call in progress, for `leave`. Calls of one group entered before or after the same moment. */
export interface CountedCall {
  bytes: number;
  /** Holders of its bytes: the call itself, its process, its caller. */
  holders: number;
  group: { calls: number; long: number; onEnd: () => void };
  /** It may take longer than a drain: it is answered later, or streams. */
  isLong: boolean;
}

export class CallCount {
  readonly #limits: Pick<Limits, 'callsInFlight' | 'callBytesInFlight'>;
  #total = 0;
  #inFlight = 0;
  #held = 0;
  #bytesHeld = 0;
  #refused = 0;
  #callMs = 0;
  #callMsAt: number;
  readonly #beganAt: number;
  #group: CountedCall['group'] = { calls: 0, long: 0, onEnd: () => {} };

  constructor(limits: Pick<Limits, 'callsInFlight' | 'callBytesInFlight'>) {
    this.#limits = limits;
    this.#beganAt = performance.now();
    this.#callMsAt = this.#beganAt;
  }

  get total(): number {
    return this.#total;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Returns sums whose growth tells how many calls were in flight on average. */
  get load(): { call_ms: number; up_ms: number; refused: number } {
    this.#addCallMs();
    return { call_ms: this.#callMs, up_ms: this.#callMsAt - this.#beganAt, refused: this.#refused };
  }

  /** Counts a call that was refused because it would wait for too long. */
  refuse(): void {
    this.#refused++;
  }

  /** Keeps room for a call whose body is to be read, until the returned function is called once. Throws a Refusal if there is none. */
  receive(bytes: number): () => void {
    this.#takeRoom(bytes);
    return () => this.#giveBack(bytes);
  }

  /** Counts a call. Throws a Refusal if the instance is at its limit. Each `enter` must be followed by a `leave`. */
  enter(bytes: number, isLong = false): CountedCall {
    this.#takeRoom(bytes);
    this.#addCallMs();
    this.#total++;
    this.#inFlight++;
    this.#group.calls++;
    if (isLong) this.#group.long++;
    return { bytes, holders: 1, group: this.#group, isLong };
  }

  /** Keeps a call that has not left within the limits, with so many bytes more, until the returned function is called once. */
  hold(call: CountedCall, moreBytes = 0): () => void {
    call.holders++;
    call.bytes += moreBytes;
    this.#bytesHeld += moreBytes;
    return () => this.#release(call);
  }

  /** The call has sent its first value, and may take as long as a stream may. */
  becomesLong(call: CountedCall): void {
    call.isLong = true;
    call.group.long++;
  }

  /** Counts the values of a stream that its reader has not taken. */
  holdBytes(bytes: number): void {
    this.#bytesHeld += bytes;
  }

  releaseBytes(bytes: number): void {
    this.#bytesHeld -= bytes;
  }

  leave(call: CountedCall): void {
    this.#addCallMs();
    this.#inFlight--;
    if (call.isLong) call.group.long--;
    if (--call.group.calls === 0) call.group.onEnd();
    this.#release(call);
  }

  /** Before the number of calls in flight changes. */
  #addCallMs(): void {
    const now = performance.now();
    this.#callMs += this.#inFlight * (now - this.#callMsAt);
    this.#callMsAt = now;
  }

  #release(call: CountedCall): void {
    if (--call.holders === 0) this.#giveBack(call.bytes);
  }

  #takeRoom(bytes: number): void {
    const { callsInFlight, callBytesInFlight } = this.#limits;
    if (this.#held >= callsInFlight || this.#bytesHeld + bytes > callBytesInFlight) throw this.#refusal();
    this.#held++;
    this.#bytesHeld += bytes;
  }

  #giveBack(bytes: number): void {
    this.#held--;
    this.#bytesHeld -= bytes;
  }

  #refusal(): Refusal {
    this.#refused++;
    const left = this.#held - this.#inFlight;
    const waiting = left === 0 ? '' : `, and ${left} whose request or answer has not been read yet`;
    return new Refusal(
      'instance-busy',
      `The instance already has ${this.#inFlight} calls in progress${waiting}. Retry later.`,
    );
  }

  /**
   * Resolves when the calls that are in progress now have ended, or after `ms`; if long ones are left then, after `longMs`, and
   * `onLongLeft` is called. Calls that enter later are not waited for.
   */
  async currentEnded(ms: number, longMs = ms, onLongLeft = () => {}): Promise<void> {
    const group = this.#group;
    if (group.calls === 0) return;
    this.#group = { calls: 0, long: 0, onEnd: () => {} };
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      group.onEnd = resolve;
      timer = setTimeout(() => {
        if (group.long === 0 || longMs <= ms) return resolve();
        onLongLeft();
        timer = setTimeout(resolve, longMs - ms);
      }, ms);
    });
    clearTimeout(timer);
  }
}
