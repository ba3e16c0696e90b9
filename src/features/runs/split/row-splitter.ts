// Finds an input's chunks, which are ranges of whole rows, in one pass. Keeps none of the input, however long a row is.
import { runLimits } from '../../../contract/limits/batches.ts';
import { isBlank, type RecordEnds } from '../../../contract/runs/records.ts';
import { InputRefused, OpenQuote } from './refusals.ts';

export interface FoundChunk {
  number: number;
  startAt: number;
  bytes: number;
  firstRow: number;
  rows: number;
  isTooLong: boolean;
}

/** Where a pass starts or continues, which is after the last known chunk. */
export interface SplitPosition {
  at: number;
  chunks: number;
  rows: number;
}

type Limits = Record<'chunkBytes' | 'chunkRows' | 'gapBytes' | 'rowBytes', number>;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Skips all empty lines in a row at once, which takes a fraction of the time. */
function emptyLinesEnd(bytes: Uint8Array, from: number): number {
  let end = from + 1;
  while (bytes[end] === lineFeed) end += 1;
  return end;
}

export class RowSplitter {
  readonly #limits: Limits;
  readonly #ends: RecordEnds;
  readonly #onChunk: (chunk: FoundChunk) => void;
  #number: number;
  /** Start of the open chunk, its number of rows, and the number of rows before it. */
  #startAt: number;
  #rows = 0;
  #rowsBefore: number;
  /** Start of the open row, and whether the row has content. */
  #rowAt: number;
  #hasContent = false;
  #at: number;
  /** End of the last row. */
  #rowEnd: number;
  #lastByte = 0;

  constructor(ends: RecordEnds, from: SplitPosition, onChunk: (chunk: FoundChunk) => void, limits: Limits = runLimits) {
    this.#limits = limits;
    this.#ends = ends;
    this.#onChunk = onChunk;
    this.#number = from.chunks;
    this.#rowsBefore = from.rows;
    this.#startAt = from.at;
    this.#rowAt = from.at;
    this.#at = from.at;
    this.#rowEnd = from.at;
  }

  /** Finds rows in the bytes. Returns the number of rows and blank lines that end in them. Throws InputRefused or OpenQuote. */
  push(bytes: Uint8Array): number {
    let ends = 0;
    for (let from = 0; from < bytes.length; ) {
      const isRowStart = this.#at + from === this.#rowAt;
      const found = isRowStart && bytes[from] === lineFeed ? emptyLinesEnd(bytes, from) : this.#ends.next(bytes, from);
      const end = found === -1 ? bytes.length : found;
      this.#hasContent ||= !isBlank(bytes, from, end, this.#ends);
      if (found !== -1) {
        const before = bytes[end - 2] ?? this.#lastByte;
        const last = bytes[end - 1] ?? this.#lastByte;
        this.#endRow(this.#at + end, before === carriageReturn && last === lineFeed ? 2 : 1);
        ends += 1;
      }
      from = end;
    }
    this.#at += bytes.length;
    this.#lastByte = bytes.at(-1) ?? this.#lastByte;
    if (this.#at - this.#rowEnd > this.#limits.gapBytes) {
      this.#requireClosed();
      throw this.#gapTooLong();
    }
    // Closes the chunk before the overlong row, so that the chunk is stored before its bytes are dropped.
    if (this.#at - this.#rowAt > this.#limits.rowBytes) this.#close(this.#rowAt);
    return ends;
  }

  /** Ends the input. The last row needs no line end. Throws OpenQuote if the input ends inside quotes. */
  end(): void {
    this.#requireClosed();
    this.#endRow(this.#at, 0);
    this.#close(this.#at);
  }

  /** `lineEnd`: number of bytes that form the line end. */
  #endRow(end: number, lineEnd: number): void {
    const start = this.#rowAt;
    const hasContent = this.#hasContent;
    this.#rowAt = end;
    this.#hasContent = false;
    const { chunkBytes, chunkRows, rowBytes } = this.#limits;
    const isTooLong = end - start - lineEnd > rowBytes;
    const isFull = hasContent && this.#rows === chunkRows;
    if (isTooLong || isFull || end - this.#startAt > chunkBytes) this.#close(start);
    if (hasContent) this.#rowEnd = end;
    if (hasContent) this.#rows += 1;
    else if (this.#rows === 0) this.#startAt = end;
    if (hasContent && isTooLong) this.#close(end, true);
  }

  #requireClosed(): void {
    const bytes = this.#ends.openQuoteBytes;
    if (bytes !== undefined) throw new OpenQuote(this.#at - bytes);
  }

  get #rowsFound(): number {
    return this.#rowsBefore + this.#rows;
  }

  #gapTooLong(): InputRefused {
    const { gapBytes } = this.#limits;
    return new InputRefused(
      `No row ends in the ${gapBytes} bytes of the input where row ${this.#rowsFound} (from 0) should be. Remove blank lines there.`,
    );
  }

  /** Blank space between rows belongs to the chunk, unless it makes the chunk too large. */
  #close(end: number, isTooLong = false): void {
    const bytes = end - this.#startAt;
    if (this.#rows > 0) {
      this.#onChunk({
        number: this.#number++,
        startAt: this.#startAt,
        bytes,
        firstRow: this.#rowsBefore,
        rows: this.#rows,
        isTooLong,
      });
    }
    this.#rowsBefore += this.#rows;
    this.#rows = 0;
    this.#startAt = end;
  }
}
