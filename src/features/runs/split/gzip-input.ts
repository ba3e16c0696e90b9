// Inflates a run's input piece by piece while reading, because a few KiB of gzip may inflate to a thousand times as much.
import { GzipMember } from '../../../archive/compression/gunzip.ts';
import { Defect } from '../../../archive/reading/defect.ts';
import { LoopTurns, turnBytes } from '../../../core/turns.ts';
import { InputRefused } from './refusals.ts';

/** Cost of starting a member, in bytes: it builds the member's tables. */
const memberWorkBytes = turnBytes / 4;
/** A file may have this many members, plus one per `memberBytesMin` bytes. Programs that compress in blocks write members of 64 KiB. */
const membersMax = 1000;
const memberBytesMin = 4096;

/** Yields the inflated content of a gzip file's members, one after another (RFC 1952 §2.2). */
export async function* inflatedPieces(compressed: AsyncGenerator<Uint8Array, void>): AsyncGenerator<Uint8Array, void> {
  const input = new PieceInput(compressed);
  try {
    yield* members(input);
  } catch (cause) {
    if (cause instanceof Defect) throw new InputRefused('The input is not a complete gzip file.', { cause });
    throw cause;
  } finally {
    await compressed.return();
  }
}

async function* members(input: PieceInput): AsyncGenerator<Uint8Array, void> {
  const turns = new LoopTurns();
  const piece = new PieceBuffer();
  let size = 0;
  for (let count = 1; count === 1 || !(await input.hasEnded()); count++) {
    if (count > membersMax + size / memberBytesMin) throw new InputRefused('The gzip file has too many small members.');
    await turns.spend(memberWorkBytes);
    const member = new GzipMember(input);
    for (let bytes = await member.next(piece.room); bytes.length > 0; bytes = await member.next(piece.room)) {
      size += bytes.length;
      await turns.spend(bytes.length);
      piece.add(bytes);
      if (piece.room === 0) yield piece.take();
    }
    input.putBack(member.surplus);
  }
  if (piece.size > 0) yield piece.take();
}

/** Collects pieces of `turnBytes`. */
class PieceBuffer {
  #bytes = new Uint8Array(turnBytes);
  size = 0;

  get room(): number {
    return turnBytes - this.size;
  }

  add(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.size);
    this.size += bytes.length;
  }

  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.size);
    this.#bytes = new Uint8Array(turnBytes);
    this.size = 0;
    return taken;
  }
}

/** Reads the pieces, in parts of any length. */
class PieceInput {
  readonly #pieces: AsyncGenerator<Uint8Array, void>;
  #piece: Uint8Array = new Uint8Array(0);

  constructor(pieces: AsyncGenerator<Uint8Array, void>) {
    this.#pieces = pieces;
  }

  async next(max: number): Promise<Uint8Array<ArrayBuffer>> {
    if (await this.hasEnded()) return new Uint8Array(0);
    const part = this.#piece.slice(0, max);
    this.#piece = this.#piece.subarray(part.length);
    return part;
  }

  async take(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const taken = new Uint8Array(length);
    let size = 0;
    while (size < length && !(await this.hasEnded())) {
      const part = await this.next(length - size);
      taken.set(part, size);
      size += part.length;
    }
    return taken.subarray(0, size);
  }

  /** Puts back unused bytes. They are at most one piece, so little is copied. */
  putBack(bytes: Uint8Array): void {
    const piece = new Uint8Array(bytes.length + this.#piece.length);
    piece.set(bytes);
    piece.set(this.#piece, bytes.length);
    this.#piece = piece;
  }

  async hasEnded(): Promise<boolean> {
    while (this.#piece.length === 0) {
      const { value } = await this.#pieces.next();
      if (!value) return true;
      this.#piece = value;
    }
    return false;
  }
}
