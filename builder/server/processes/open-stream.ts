// Forwards one stream's values, and tells the worker which ones the reader has taken. The worker runs plugin code, so it may send more
// than it should.
import { streamValueCost } from '../../../src/contract/limits/builder.ts';
import { nestsDeeper } from '../../../src/core/json/depth.ts';
import type { Limits } from '../core/settings.ts';
import type { StreamReader } from './plugin-call.ts';

type StreamLimits = Pick<Limits, 'streamValueBytes' | 'streamBytes' | 'streamWindowBytes' | 'answerLevels'>;

/**
 * The reader takes this part of the window before the worker gets a credit. This saves messages, and avoids sending one to a worker
 * that has just ended.
 */
const creditPart = 4;

export class OpenStream {
  readonly #limits: StreamLimits;
  readonly #credit: (bytes: number) => void;
  #reader: StreamReader | undefined;
  #hasBegun = false;
  #total = 0;
  #ahead = 0;
  /** Bytes that the reader has taken but the worker hasn't been credited for. */
  #taken = 0;

  /** `credit` reports how many bytes the reader has taken. */
  constructor(reader: StreamReader, limits: StreamLimits, credit: (bytes: number) => void) {
    this.#reader = reader;
    this.#limits = limits;
    this.#credit = credit;
  }

  /** Returns false if the stream has already begun. */
  begin(): boolean {
    if (this.#hasBegun) return false;
    this.#hasBegun = true;
    this.#reader?.begin();
    return true;
  }

  /** Returns whether the value was forwarded. A worker sends `too-deep` values by mistake, and `unexpected` ones on purpose. */
  value(json: Uint8Array): 'passed' | 'too-deep' | 'unexpected' {
    const { streamValueBytes, streamBytes, streamWindowBytes, answerLevels } = this.#limits;
    const mayFollow = this.#hasBegun && this.#ahead < streamWindowBytes;
    const cost = json.length + streamValueCost;
    this.#total += json.length;
    this.#ahead += cost;
    if (!mayFollow || json.length > streamValueBytes || this.#total > streamBytes || hasLineBreak(json))
      return 'unexpected';
    if (nestsDeeper(json, answerLevels)) return 'too-deep';
    this.#reader?.value(json, () => this.#onTaken(cost));
    return 'passed';
  }

  #onTaken(cost: number): void {
    this.#ahead -= cost;
    this.#taken += cost;
    if (!this.#reader || this.#taken < this.#limits.streamWindowBytes / creditPart) return;
    this.#credit(this.#taken);
    this.#taken = 0;
  }

  /** Drops everything that the worker sends from now on, because nobody reads it. */
  close(): void {
    this.#reader = undefined;
  }
}

/** A line break would end a value too early for clients that read lines. */
function hasLineBreak(json: Uint8Array): boolean {
  return json.includes(0x0a) || json.includes(0x0d);
}
