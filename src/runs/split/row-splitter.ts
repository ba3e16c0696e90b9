// Finds the chunks of an input in one pass: ranges of whole rows. Holds nothing of it, however long a row is.
import { runLimits } from '../../contract/limits/batches.ts';
import { type FindEnd, isBlank, type RowFormat, recordEnds } from '../../contract/runs/records.ts';

export interface FoundChunk {
  number: number;
  startAt: number;
  bytes: number;
  firstRow: number;
  rows: number;
  isTooLong: boolean;
}

/** Where a pass begins, or goes on: behind the last chunk that is known. */
export interface SplitPosition {
  at: number;
  chunks: number;
  rows: number;
}

type Limits = Record<'chunkBytes' | 'chunkRows' | 'rowBytes', number>;

export class RowSplitter {
  readonly #limits: Limits;
  readonly #findEnd: FindEnd;
  readonly #onChunk: (chunk: FoundChunk) => void;
  #number: number;
  /** The open chunk: where it begins, its rows, and those before. */
  #startAt: number;
  #rows = 0;
  #rowsBefore: number;
  /** Where the open row begins, and whether it has anything. */
  #rowAt: number;
  #hasContent = false;
  #at: number;

  constructor(
    format: RowFormat,
    from: SplitPosition,
    onChunk: (chunk: FoundChunk) => void,
    limits: Limits = runLimits,
  ) {
    this.#limits = limits;
    this.#findEnd = recordEnds(format);
    this.#onChunk = onChunk;
    this.#number = from.chunks;
    this.#rowsBefore = from.rows;
    this.#startAt = from.at;
    this.#rowAt = from.at;
    this.#at = from.at;
  }

  push(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      const found = this.#findEnd(bytes, from);
      const end = found === -1 ? bytes.length : found;
      this.#hasContent ||= !isBlank(bytes, from, end);
      if (found !== -1) this.#endRow(this.#at + end);
      from = end;
    }
    this.#at += bytes.length;
    // What is before it is stored before that is forgotten.
    if (this.#at - this.#rowAt > this.#limits.rowBytes) this.#close(this.#rowAt);
  }

  /** The last row needs no end of line. */
  end(): void {
    this.#endRow(this.#at);
    this.#close(this.#at);
  }

  #endRow(end: number): void {
    const start = this.#rowAt;
    const hasContent = this.#hasContent;
    this.#rowAt = end;
    this.#hasContent = false;
    const { chunkBytes, chunkRows, rowBytes } = this.#limits;
    const isTooLong = end - start > rowBytes;
    const isFull = hasContent && this.#rows === chunkRows;
    if (isTooLong || isFull || end - this.#startAt > chunkBytes) this.#close(start);
    if (hasContent) this.#rows += 1;
    else if (this.#rows === 0) this.#startAt = end;
    if (hasContent && isTooLong) this.#close(end, true);
  }

  /** Spaces between rows are part of a chunk, unless they make it too large. */
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
