// Reads a body that has reserved memory. A slow body is ended once other bodies wait, because its sender could otherwise hold the
// memory indefinitely.
import { bodyLimits } from '../../contract/limits/requests.ts';
import { Problem } from '../../core/problem.ts';
import type { WatchedPlace } from '../../core/room.ts';

/**
 * Waits for bytes of a body. Throws `body-too-slow` if they are overdue and another body waits, or `invalid-request` if the caller
 * disconnects.
 */
async function arrival<Bytes>(place: WatchedPlace, bytes: Promise<Bytes>, dueAt: number): Promise<Bytes> {
  const late = Promise.withResolvers<never>();
  place.look = () => {
    if (Date.now() >= dueAt && place.room.isWaitedFor()) late.reject(tooSlow());
  };
  place.look();
  try {
    return await Promise.race([late.promise, bytes.catch(throwCutOff)]);
  } finally {
    place.look = undefined;
  }
}

/** Reads a whole body of a known length, which has at most one piece's bytes. */
export async function readSmall(place: WatchedPlace, request: Request): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await arrival(place, request.arrayBuffer(), Date.now() + bodyLimits.pieceMs));
}

export class PacedReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #place: WatchedPlace;
  /** The current piece's bytes, and how long they took to arrive. */
  #bytes = 0;
  #ms = 0;

  constructor(body: ReadableStream<Uint8Array>, place: WatchedPlace) {
    this.#reader = body.getReader();
    this.#place = place;
  }

  /** Waits for the next bytes. Returns undefined after the last ones. Counts only the time that they take to arrive. */
  async read(): Promise<Uint8Array | undefined> {
    const began = Date.now();
    const { value } = await arrival(this.#place, this.#reader.read(), began + bodyLimits.pieceMs - this.#ms);
    this.#bytes += value?.length ?? 0;
    this.#ms += Date.now() - began;
    if (this.#bytes >= bodyLimits.pieceBytes) {
      this.#bytes = 0;
      this.#ms = 0;
    }
    return value;
  }

  /** Leaves the rest of a body that is refused to `dropRest`. */
  release(): void {
    this.#reader.releaseLock();
  }

  /** Stops reading. */
  cancel(cause?: unknown): void {
    this.#reader.cancel(cause).catch(() => {});
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
