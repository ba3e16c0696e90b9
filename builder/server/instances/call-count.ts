// Counts an instance's calls, and limits how many the builder holds. It counts calls whose body is arriving, calls in progress,
// abandoned calls that their process hasn't read yet, and calls whose answer the caller hasn't read yet.
import { Refusal } from '../core/refusal.ts';
import type { Limits } from '../core/settings.ts';
import type { StreamReader } from '../processes/plugin-call.ts';

/**
 * A call in progress, to pass to `leave`. `currentEnded` starts a new group, so that it can wait for the calls that entered before it.
 */
export interface CountedCall {
  bytes: number;
  /** Number of parties that hold its bytes: the call itself, its process, its caller. */
  holders: number;
  group: { calls: number; long: number; onEnd: () => void };
  /** True if it may outlast a drain, because it is answered later or streams. */
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

  /** Returns running totals, whose growth gives the average number of calls in flight. */
  get load(): { call_ms: number; up_ms: number; refused: number } {
    this.#addCallMs();
    return { call_ms: this.#callMs, up_ms: this.#callMsAt - this.#beganAt, refused: this.#refused };
  }

  /** Counts a call that was refused because it would have waited too long. */
  refuse(): void {
    this.#refused++;
  }

  /**
   * Reserves capacity for a call whose body is about to be read, until the returned function is called. Throws a Refusal if there is no
   * capacity.
   */
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

  /** Counts an unfinished call, plus `moreBytes`, toward the limits until the returned function is called once. */
  hold(call: CountedCall, moreBytes = 0): () => void {
    call.holders++;
    call.bytes += moreBytes;
    this.#bytesHeld += moreBytes;
    return () => this.#release(call);
  }

  /**
   * Counts the values of a call's stream that its reader hasn't taken yet. Calls `onFirst` at the first value: until then, a call's time
   * limits apply to the stream.
   */
  stream(call: CountedCall, reader: StreamReader, onFirst: () => void): StreamReader {
    return {
      begin: () => reader.begin(),
      value: (json, taken) => {
        if (!call.isLong) {
          call.isLong = true;
          call.group.long++;
          onFirst();
        }
        this.#bytesHeld += json.length;
        reader.value(json, () => {
          this.#bytesHeld -= json.length;
          taken();
        });
      },
    };
  }

  leave(call: CountedCall): void {
    this.#addCallMs();
    this.#inFlight--;
    if (call.isLong) call.group.long--;
    if (--call.group.calls === 0) call.group.onEnd();
    this.#release(call);
  }

  /** Call this before the number of calls in flight changes. */
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
    const waiting = left === 0 ? '' : `, and ${left} with an unread request or answer`;
    return new Refusal(
      'instance-busy',
      `The instance already has ${this.#inFlight} calls in progress${waiting}. Retry later.`,
    );
  }

  /**
   * Resolves when the calls now in progress have ended, or after `ms`. If long calls remain by then, it calls `onLongLeft` and resolves
   * after `longMs` at the latest. It doesn't wait for calls that enter later.
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
