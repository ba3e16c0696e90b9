// Holds the newest chunks of an instance's log in memory until they are stored. It outlives the instance and continues when the
// instance starts again.
import { randomBytes } from 'node:crypto';
import { chunkName, type LogChunk } from '../../../src/contract/builder/logs/chunk.ts';
import type { LogLine } from '../../../src/contract/builder/logs/line.ts';
import { raisedBy } from '../../../src/contract/limits/limit-texts.ts';
import type { Limits } from '../core/settings.ts';

interface HeldChunk extends LogChunk {
  bytes: number;
  /** True once the chunk was handed out or is full. It no longer grows. */
  isSealed: boolean;
  /** True if the rate limit allows storing the chunk. */
  isPaid: boolean;
  isStored: boolean;
  /** Number of dropped lines that the chunk's first line reports, or 0. */
  reported: number;
}

export type ChunkLimits = Pick<Limits, 'logChunkBytes' | 'logChunkMs' | 'logChunksHeld' | 'logChunkEveryMs'>;

/** Approximate JSON bytes of a line without its text. */
const lineOverheadBytes = 96;

export class ChunkedLog {
  readonly #limits: ChunkLimits;
  readonly #now: () => number;
  readonly #onChange: () => void;
  readonly #writer = randomBytes(4).toString('hex');
  #chunks: HeldChunk[] = [];
  #lastStart = 0;
  #dropped = 0;
  /** Chunks that may be stored now. */
  #credit: number;
  #creditAt: number;
  /** Number of instances that write to the log: normally one, plus another one that is stopping. */
  #writers = 0;

  /** Calls `onChange` when a chunk is full and when an instance has ended. */
  constructor(limits: ChunkLimits, now: () => number, onChange = () => {}) {
    this.#limits = limits;
    this.#now = now;
    this.#onChange = onChange;
    this.#credit = limits.logChunksHeld;
    this.#creditAt = now();
  }

  add(line: LogLine): void {
    const last = this.#chunks.at(-1);
    const chunk = last && !last.isSealed ? last : this.#begin(line.at);
    chunk.lines.push(line);
    chunk.bytes += Buffer.byteLength(line.line) + lineOverheadBytes;
    if (chunk.bytes < this.#limits.logChunkBytes) return;
    chunk.isSealed = true;
    this.#onChange();
  }

  open(): void {
    this.#writers++;
  }

  close(): void {
    this.#writers--;
    this.#onChange();
  }

  /** True if no instance writes to the log. All remaining output is then stored, regardless of the rate limit. */
  get isEnded(): boolean {
    return this.#writers === 0;
  }

  get lines(): LogLine[] {
    return this.#chunks.flatMap(({ lines }) => lines);
  }

  /** Returns the chunks from the named one on, or all chunks if the named one isn't in memory. */
  since(name: string): LogChunk[] {
    const from = this.#chunks.findIndex((chunk) => chunkName(chunk) === name);
    return this.#chunks.slice(Math.max(0, from)).map(toWire);
  }

  /** When the oldest unstored line was printed. Undefined if all lines are stored. */
  get unstoredSince(): number | undefined {
    return this.#chunks.find(({ isStored }) => !isStored)?.start;
  }

  /** True if a full chunk is due to be stored. */
  get isDue(): boolean {
    return this.#chunks.some(({ isSealed, isStored }) => isSealed && !isStored);
  }

  /** Returns up to `max` chunks to store, oldest first. Seals the last one if it is old enough or `seal` is set. */
  unstored(max: number, seal = false): LogChunk[] {
    const now = this.#now();
    const last = this.#chunks.at(-1);
    if (last && (seal || this.isEnded || now - last.start >= this.#limits.logChunkMs)) last.isSealed = true;
    const chunks: HeldChunk[] = [];
    for (const chunk of this.#chunks) {
      if (chunks.length === max || !chunk.isSealed) break;
      if (chunk.isStored) continue;
      if (!this.#pay(chunk, now)) break;
      chunks.push(chunk);
    }
    return chunks.map(toWire);
  }

  stored(names: readonly string[]): void {
    for (const chunk of this.#chunks) if (chunk.isSealed && names.includes(chunkName(chunk))) chunk.isStored = true;
  }

  #begin(at: string): HeldChunk {
    if (this.#chunks.length >= this.#limits.logChunksHeld) this.#drop(this.#chunks.shift());
    const start = Math.max(this.#now(), this.#lastStart + 1);
    this.#lastStart = start;
    const flags = { isSealed: false, isPaid: false, isStored: false };
    const chunk: HeldChunk = { start, writer: this.#writer, lines: [], bytes: 0, ...flags, reported: this.#dropped };
    if (this.#dropped > 0) chunk.lines.push({ at, stream: 'host', line: droppedLine(this.#dropped) });
    this.#dropped = 0;
    this.#chunks.push(chunk);
    return chunk;
  }

  #drop(chunk: HeldChunk | undefined): void {
    if (!chunk || chunk.isStored) return;
    this.#dropped += chunk.lines.length + Math.max(0, chunk.reported - 1);
  }

  #pay(chunk: HeldChunk, now: number): boolean {
    if (this.isEnded || chunk.isPaid) return true;
    const { logChunksHeld, logChunkEveryMs } = this.#limits;
    this.#credit = Math.min(logChunksHeld, this.#credit + (now - this.#creditAt) / logChunkEveryMs);
    this.#creditAt = now;
    if (this.#credit < 1) return false;
    this.#credit--;
    chunk.isPaid = true;
    return true;
  }
}

function toWire({ start, writer, lines }: HeldChunk): LogChunk {
  return { start, writer, lines };
}

function droppedLine(count: number): string {
  return `${count} lines were dropped, because the plugin prints faster than its log can be stored. ${raisedBy.log}`;
}
