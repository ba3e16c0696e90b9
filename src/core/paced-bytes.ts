// The only way to read byte streams in the Worker. Readers take turns (turns.ts), so none blocks other work. They read nothing before
// it is requested, and hold one piece. `test/architecture.test.ts` forbids loops over streams elsewhere.
import { copyBytes, LoopTurns, turnBytes } from './turns.ts';

/** Reads a stream piece by piece. */
export class PieceReader<Memory extends ArrayBufferLike = ArrayBufferLike> {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<Memory>>;
  readonly #turns = new LoopTurns();
  /** Remainder of a chunk larger than a piece. */
  #rest: Uint8Array<Memory> | undefined;

  constructor(stream: ReadableStream<Uint8Array<Memory>>) {
    this.#reader = stream.getReader();
  }

  /** Returns the bytes available, up to `turnBytes`. Undefined at the end. */
  async read(): Promise<Uint8Array<Memory> | undefined> {
    const chunk = this.#rest ?? (await this.#reader.read()).value;
    if (!chunk) return undefined;
    const piece = chunk.subarray(0, turnBytes);
    this.#rest = piece.length < chunk.length ? chunk.subarray(piece.length) : undefined;
    await this.#turns.spend(piece.length);
    return piece;
  }

  /** Cancels the stream, even while a read waits. */
  async cancel(cause?: unknown): Promise<void> {
    await this.#reader.cancel(cause);
  }
}

/** Yields a stream's pieces as they arrive. Cancels the stream when the loop ends. */
export async function* readPieces(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = new PieceReader(stream);
  try {
    for (let piece = await reader.read(); piece; piece = await reader.read()) yield piece;
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/**
 * Yields a stream made by the runtime, such as a store object, in pieces of `turnBytes`. Waits for full pieces: workerd allocates some
 * twenty objects per small chunk, and collecting them causes pauses.
 */
export async function* readFullPieces(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const turns = new LoopTurns();
  for await (const piece of fullPieces(stream, () => turnBytes)) {
    await turns.spend(piece.length);
    yield piece;
  }
}

/** Yields full pieces for a copy, whose writer takes the turns (`withLength`). */
export function piecesToCopy(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  return fullPieces(stream, copyBytes);
}

async function* fullPieces(stream: ReadableStream<Uint8Array>, size: () => number): AsyncGenerator<Uint8Array, void> {
  const reader = stream.getReader({ mode: 'byob' });
  try {
    for (;;) {
      const bytes = size();
      const { done, value } = await reader.readAtLeast(bytes, new Uint8Array(bytes));
      if (value && value.length > 0) yield value;
      if (done) return;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
