// Encodes and decodes the frames between the builder and a Python worker: [u32 body length][u32 call ID][u8 kind][body],
// big-endian. The worker's side is host-python/slipway_host/messages.py.

export const headerBytes = 9;

export const toWorker = { start: 1, call: 2, cancel: 3 } as const;
/** `ended`: a cancelled call is over, whatever its result. */
export const fromWorker = { event: 1, answer: 2, refused: 3, ended: 4 } as const;

export function frameHeader(kind: number, callId: number, bodyBytes: number): Buffer {
  const header = Buffer.allocUnsafe(headerBytes);
  header.writeUInt32BE(bodyBytes, 0);
  header.writeUInt32BE(callId, 4);
  header[8] = kind;
  return header;
}

type Bytes = Buffer<ArrayBuffer>;
export type OnFrame = (kind: number, callId: number, body: Bytes) => void;

/** Splits a stream into frames. Bodies are views of the received chunks where possible; each byte is copied at most once. */
export class FrameReader {
  readonly #bodyBytesMax: number;
  readonly #onFrame: OnFrame;
  #chunks: Bytes[] = [];
  #receivedBytes = 0;
  #needed = headerBytes;

  constructor(bodyBytesMax: number, onFrame: OnFrame) {
    this.#bodyBytesMax = bodyBytesMax;
    this.#onFrame = onFrame;
  }

  /** Throws a RangeError if a frame is longer than allowed. */
  push(chunk: Bytes): void {
    this.#chunks.push(chunk);
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes < this.#needed) return;
    const data = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#receivedBytes);
    let at = 0;
    this.#needed = headerBytes;
    while (data.length - at >= headerBytes) {
      const bodyBytes = data.readUInt32BE(at);
      if (bodyBytes > this.#bodyBytesMax) throw new RangeError(`a frame of ${bodyBytes} bytes`);
      const end = at + headerBytes + bodyBytes;
      if (end > data.length) {
        this.#needed = headerBytes + bodyBytes;
        break;
      }
      this.#onFrame(data[at + 8] ?? 0, data.readUInt32BE(at + 4), data.subarray(at + headerBytes, end));
      at = end;
    }
    this.#chunks = at < data.length ? [data.subarray(at)] : [];
    this.#receivedBytes = data.length - at;
  }
}
