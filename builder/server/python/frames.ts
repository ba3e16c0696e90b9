// Encodes and decodes the frames between the builder and a Python worker: [u32 body length][u32 call ID][u8 kind][body],
// big-endian. The worker's side is host-python/slipway_host/messages.py.
import { formatTraceparent, type TraceContext } from '../../../src/core/trace-context.ts';
import type { PartialDeadline } from '../processes/pending-calls.ts';

export const headerBytes = 9;

/**
 * `probe`: the worker must echo the body, to show that it responds. `credit`: stream bytes that the reader has taken. `run`: the calls
 * since the last `run` are one batch, to a worker that runs batches.
 */
export const toWorker = { start: 1, call: 2, cancel: 3, probe: 4, credit: 5, run: 6 } as const;
/**
 * `ended`: a cancelled call is over, whatever its result. `probed`: echoes the probe's body. `began`: the answer is a stream of chunks.
 * `lost`: the process can't answer the call, and is to be replaced.
 */
export const fromWorker = {
  event: 1,
  answer: 2,
  refused: 3,
  ended: 4,
  probed: 5,
  began: 6,
  chunk: 7,
  lost: 8,
} as const;

export function frameHeader(kind: number, callId: number, bodyBytes: number): Buffer {
  const header = Buffer.allocUnsafe(headerBytes);
  header.writeUInt32BE(bodyBytes, 0);
  header.writeUInt32BE(callId, 4);
  header[8] = kind;
  return header;
}

export interface CallHead {
  requestId: string;
  trace?: TraceContext | null | undefined;
  /** True if the caller accepts a stream. */
  streams: boolean;
  /** Time until the call's deadline. */
  leftMs: number;
}

/** The stream flag, the time left, and the lengths of the request ID and the trace. */
const callHeadBytes = 1 + 4 + 1 + 1;

/** Returns the bytes before a call's JSON: its frame header and the handler's context. */
export function callHead(callId: number, bodyBytes: number, { requestId, streams, leftMs, trace }: CallHead): Buffer {
  const traceparent = trace ? formatTraceparent(trace) : '';
  const texts = requestId + traceparent;
  const textsAt = headerBytes + callHeadBytes;
  const head = Buffer.allocUnsafe(textsAt + texts.length);
  head.writeUInt32BE(callHeadBytes + texts.length + bodyBytes, 0);
  head.writeUInt32BE(callId, 4);
  head[8] = toWorker.call;
  head[headerBytes] = streams ? 1 : 0;
  head.writeUInt32BE(Math.max(0, Math.round(leftMs)), headerBytes + 1);
  head[textsAt - 2] = requestId.length;
  head[textsAt - 1] = traceparent.length;
  head.write(texts, textsAt, 'latin1');
  return head;
}

/** Returns a `credit` body. */
export function creditBody(bytes: number): Buffer {
  const body = Buffer.allocUnsafe(4);
  body.writeUInt32BE(bytes);
  return body;
}

type Bytes = Buffer<ArrayBuffer>;
export type OnFrame = (kind: number, callId: number, body: Bytes) => void;

/**
 * Splits a stream into frames. A frame that arrives in pieces is collected in one buffer of its announced size and must be complete
 * before the deadline.
 */
export class FrameReader {
  readonly #bodyBytesMax: number;
  readonly #onFrame: OnFrame;
  readonly #deadline: PartialDeadline;
  readonly #header: Bytes = Buffer.alloc(headerBytes);
  /** Bytes of the incomplete frame collected so far: part of its header, or its header and part of its body. */
  #collected = 0;
  #body: Bytes | undefined;

  constructor(bodyBytesMax: number, deadline: PartialDeadline, onFrame: OnFrame) {
    this.#bodyBytesMax = bodyBytesMax;
    this.#deadline = deadline;
    this.#onFrame = onFrame;
  }

  /** Throws a RangeError if a frame is longer than allowed. */
  push(chunk: Bytes): void {
    let at = 0;
    while (at < chunk.length) at = this.#isPartial ? this.#collect(chunk, at) : this.#readWhole(chunk, at);
    if (this.#isPartial) this.#deadline.start();
  }

  get #isPartial(): boolean {
    return this.#collected > 0 || this.#body !== undefined;
  }

  /** Emits a view of the chunk if it contains the whole frame. Returns the offset of the next frame. */
  #readWhole(chunk: Bytes, at: number): number {
    const bodyAt = at + headerBytes;
    if (bodyAt > chunk.length) return this.#collect(chunk, at);
    const end = bodyAt + this.#bodyLength(chunk, at);
    if (end > chunk.length) return this.#collect(chunk, at);
    this.#onFrame(chunk[at + 8] ?? 0, chunk.readUInt32BE(at + 4), chunk.subarray(bodyAt, end));
    return end;
  }

  /** Copies the missing part of the incomplete header or body. Returns the offset of the chunk's remaining bytes. */
  #collect(chunk: Bytes, at: number): number {
    const target = this.#body ?? this.#header;
    const copied = chunk.copy(target, this.#collected, at);
    this.#collected += copied;
    if (this.#collected < target.length) return at + copied;
    this.#collected = 0;
    const body = this.#body ?? Buffer.allocUnsafeSlow(this.#bodyLength(this.#header, 0));
    this.#body = body;
    if (target === body || body.length === 0) this.#emitCollected(body);
    return at + copied;
  }

  #emitCollected(body: Bytes): void {
    this.#body = undefined;
    this.#deadline.clear();
    this.#onFrame(this.#header[8] ?? 0, this.#header.readUInt32BE(4), body);
  }

  #bodyLength(data: Bytes, at: number): number {
    const length = data.readUInt32BE(at);
    if (length > this.#bodyBytesMax) throw new RangeError(`a frame of ${length} bytes`);
    return length;
  }
}
