// The only way to create byte streams in the Worker. A source is asked for a piece only when a reader waits for it, and nothing is
// buffered for idle readers. Writing takes turns (turns.ts).
import { LoopTurns } from './turns.ts';

/** The source of a stream's pieces. */
export interface PieceSource {
  /** Returns the next piece. Undefined at the end. */
  read(): Promise<Uint8Array | undefined>;
  /** Called when the reader has left, even while a read waits. */
  cancel(): Promise<void>;
}

export function streamFrom(source: PieceSource): ReadableStream<Uint8Array> {
  const turns = new LoopTurns();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const piece = await source.read();
        if (!piece) return controller.close();
        await turns.spend(piece.length);
        controller.enqueue(piece);
      },
      cancel: () => source.cancel(),
    },
    { highWaterMark: 0 },
  );
}

/** Streams a generator's output. Ends the generator when the reader leaves. */
export function toStream(pieces: AsyncGenerator<Uint8Array, void>): ReadableStream<Uint8Array> {
  return streamFrom({
    read: async () => (await pieces.next()).value ?? undefined,
    cancel: async () => {
      await pieces.return();
    },
  });
}

const encoder = new TextEncoder();
/** Characters to send together if nobody waits for the first ones. */
const groupChars = 16 * 1024;

/** Streams a long text that a generator yields in many small parts. */
export function toLongTextStream(texts: AsyncGenerator<string, void>): ReadableStream<Uint8Array> {
  return toStream(encoded(texts, groupChars));
}

async function* encoded(texts: AsyncGenerator<string, void>, charsMin: number): AsyncGenerator<Uint8Array, void> {
  let group = '';
  for await (const text of texts) {
    group += text;
    if (group.length < charsMin) continue;
    yield encoder.encode(group);
    group = '';
  }
  if (group !== '') yield encoder.encode(group);
}

/** Streams pieces of a known total length, as R2 and `fetch` require. `copied` rejects with the pieces' error. */
export function withLength(
  pieces: AsyncIterable<Uint8Array>,
  size: number,
): { body: ReadableStream<Uint8Array>; copied: Promise<void> } {
  const { readable, writable } = new FixedLengthStream(size);
  const copied = copy(pieces, writable.getWriter());
  // The body's reader sees the failure.
  copied.catch(() => {});
  return { body: readable, copied };
}

async function copy(pieces: AsyncIterable<Uint8Array>, to: WritableStreamDefaultWriter<Uint8Array>): Promise<void> {
  const turns = new LoopTurns();
  try {
    for await (const piece of pieces) {
      await to.write(piece);
      await turns.spend(piece.length);
    }
    await to.close();
  } catch (error) {
    await to.abort(error).catch(() => {});
    throw error;
  }
}
