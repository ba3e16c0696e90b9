// Reads a body that has reserved memory. A slow body is ended once other bodies wait, because its sender could otherwise hold the
// memory indefinitely.
import { bodyLimits } from '../../contract/limits/requests.ts';
import { Problem } from '../../core/problem.ts';
import type { Room } from '../../core/room.ts';

type Reader = ReadableStreamDefaultReader<Uint8Array>;

export class PacedReader {
  readonly #reader: Reader;
  readonly #room: Room;
  /** The current piece's bytes, and how long they took to arrive. */
  #bytes = 0;
  #ms = 0;

  constructor(body: ReadableStream<Uint8Array>, room: Room) {
    this.#reader = body.getReader();
    this.#room = room;
  }

  /**
   * Waits for the next bytes. Returns undefined after the last ones. Counts only the time that they take to arrive. Throws
   * `body-too-slow`, or `invalid-request` if the caller disconnects.
   */
  async read(): Promise<Uint8Array | undefined> {
    const began = Date.now();
    const { value } = await this.#soon(this.#reader.read().catch(throwCutOff), began + bodyLimits.pieceMs - this.#ms);
    this.#bytes += value?.length ?? 0;
    this.#ms += Date.now() - began;
    if (this.#bytes >= bodyLimits.pieceBytes) {
      this.#bytes = 0;
      this.#ms = 0;
    }
    return value;
  }

  /** Stops reading. */
  cancel(cause?: unknown): void {
    this.#reader.cancel(cause).catch(() => {});
  }

  /** Rejects when bytes are overdue and another body is waiting. */
  async #soon<Result>(read: Promise<Result>, dueAt: number): Promise<Result> {
    const late = Promise.withResolvers<never>();
    const look = () => {
      if (Date.now() >= dueAt && this.#room.isWaitedFor()) late.reject(tooSlow());
    };
    look();
    const timer = setInterval(look, bodyLimits.lookMs);
    try {
      return await Promise.race([late.promise, read]);
    } finally {
      clearInterval(timer);
    }
  }
}

function tooSlow(): Problem {
  const rate = bodyLimits.pieceBytes / bodyLimits.pieceMs / 1000;
  const message = `The body arrived slower than ${rate} MB a second while others were waiting for its memory`;
  return new Problem('body-too-slow', message);
}

function throwCutOff(cause: unknown): never {
  const message = 'The connection ended before the whole body arrived';
  throw new Problem('invalid-request', message, {
    fields: [{ path: ['body'], message, type: 'body_incomplete' }],
    cause,
  });
}
