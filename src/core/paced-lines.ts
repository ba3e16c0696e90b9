// Reads streams of lines, such as NDJSON, in turns.
import { PieceReader } from './paced-bytes.ts';
import { LoopTurns } from './turns.ts';

/** A line did not end within its limit. */
export class LineTooLong extends Error {
  override readonly name = 'LineTooLong';
}

/** Parsing and handling a line costs at least as much as reading this many bytes. */
const lineWorkBytes = 512;
const newline = 0x0a;
const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });

/** Collects pieces until lines end. Copies each byte once, however many pieces a line spans. */
class LineCollector {
  readonly #bytesMax: number;
  #parts: Uint8Array[] = [];
  #size = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Returns the lines that end in the piece, or undefined. */
  push(piece: Uint8Array): string[] | undefined {
    const end = piece.lastIndexOf(newline) + 1;
    if (end > 0) this.#add(piece.subarray(0, end));
    const lines = end > 0 ? this.take() : undefined;
    this.#add(piece.subarray(end));
    if (this.#size > this.#bytesMax) throw new LineTooLong();
    return lines;
  }

  /** Returns the collected lines, without empty ones. */
  take(): string[] {
    const whole = new Uint8Array(this.#size);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.#size = 0;
    return decoder
      .decode(whole)
      .split('\n')
      .filter((line) => line !== '');
  }

  #add(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#parts.push(bytes);
    this.#size += bytes.length;
  }
}

export class LineReader {
  readonly #reader: PieceReader;
  readonly #collector: LineCollector;
  readonly #turns = new LoopTurns();

  /** `bytesMax` is the longest line to buffer. */
  constructor(stream: ReadableStream<Uint8Array>, bytesMax: number) {
    this.#reader = new PieceReader(stream);
    this.#collector = new LineCollector(bytesMax);
  }

  /** Returns the next lines, or none if only empty lines arrived. Returns undefined at the end. Throws LineTooLong. */
  async read(): Promise<string[] | undefined> {
    for (let piece = await this.#reader.read(); piece; piece = await this.#reader.read()) {
      const lines = this.#collector.push(piece);
      if (!lines) continue;
      await this.#turns.spend(lineWorkBytes * lines.length);
      return lines;
    }
    const last = this.#collector.take();
    return last.length > 0 ? last : undefined;
  }

  async cancel(): Promise<void> {
    await this.#reader.cancel();
  }
}

/** Yields a stream's lines in groups. Cancels the stream when the loop ends. */
export async function* readLines(stream: ReadableStream<Uint8Array>, bytesMax: number): AsyncGenerator<string[], void> {
  const reader = new LineReader(stream, bytesMax);
  try {
    for (let lines = await reader.read(); lines; lines = await reader.read()) yield lines;
  } finally {
    await reader.cancel().catch(() => {});
  }
}
