// Holds all instances' logs. The logs of ended instances stay until they are stored, and the newest stay for readers.
import type {
  LogChunk,
  StoredChunks,
  UnstoredLogs,
  UnstoredRequest,
} from '../../../src/contract/builder/logs/chunk.ts';
import type { Limits } from '../core/settings.ts';
import { ChunkedLog } from './chunked-log.ts';

/** Maximum numbers of ended instances' logs, stored and never stored. Above them, the oldest logs are dropped. */
const storedMax = 20;
const unstoredMax = 1000;
/** How often a waiting request checks for chunks that are old enough. */
const lookEveryMs = 500;

export class InstanceLogs {
  readonly #logs = new Map<string, ChunkedLog>();
  readonly #limits: Limits;
  readonly #now: () => number;
  #changed = Promise.withResolvers<void>();

  constructor(limits: Limits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Returns the log that an instance continues, or a new one. */
  open(id: string): ChunkedLog {
    const log = this.#logs.get(id) ?? new ChunkedLog(this.#limits, this.#now, () => this.#change());
    log.open();
    this.#logs.delete(id); // keeps the map ordered by last start
    this.#logs.set(id, log);
    this.#forgetEnded();
    return log;
  }

  /** Returns one log's chunks from the named one on. Undefined if the log doesn't exist. */
  held(id: string, from: string): LogChunk[] | undefined {
    return this.#logs.get(id)?.since(from);
  }

  isDue(id: string): boolean {
    return this.#logs.get(id)?.isDue ?? false;
  }

  /** Returns chunks to store, from the logs that have waited longest. Waits until there is at least one. */
  async unstored({ id, waitMs = 0, seal = false }: UnstoredRequest): Promise<UnstoredLogs> {
    const until = performance.now() + waitMs;
    for (;;) {
      const logs = this.#take(id, seal);
      const leftMs = until - performance.now();
      if (logs.length > 0 || leftMs <= 0) return { logs };
      await this.#changeWithin(Math.min(leftMs, lookEveryMs));
    }
  }

  stored(stored: StoredChunks): void {
    for (const { id, chunks } of stored) this.#logs.get(id)?.stored(chunks);
    this.#forgetEnded();
    this.#change();
  }

  /** Resolves when everything is stored, or after `ms`. */
  async allStored(ms: number): Promise<void> {
    const until = performance.now() + ms;
    const isLeft = () => [...this.#logs.values()].some(({ unstoredSince }) => unstoredSince !== undefined);
    while (isLeft() && performance.now() < until) await this.#changeWithin(until - performance.now());
  }

  #take(id: string | undefined, seal: boolean): UnstoredLogs['logs'] {
    const waiting = [...this.#logs]
      .filter(([each, { unstoredSince }]) => unstoredSince !== undefined && (id === undefined || each === id))
      .sort(([, a], [, b]) => (a.unstoredSince ?? 0) - (b.unstoredSince ?? 0));
    const logs: UnstoredLogs['logs'] = [];
    let left = this.#limits.logChunksAtOnce;
    for (const [each, log] of waiting) {
      const chunks = log.unstored(left, seal);
      if (chunks.length > 0) logs.push({ id: each, chunks });
      left -= chunks.length;
      if (left === 0) break;
    }
    return logs;
  }

  #forgetEnded(): void {
    const ended = [...this.#logs].filter(([, log]) => log.isEnded);
    const stored = ended.filter(([, { unstoredSince }]) => unstoredSince === undefined);
    const unstored = ended.filter(([, { unstoredSince }]) => unstoredSince !== undefined);
    const tooMany = [...stored.slice(0, -storedMax), ...unstored.slice(0, -unstoredMax)];
    for (const [id] of tooMany) this.#logs.delete(id);
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  async #changeWithin(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([this.#changed.promise, late]);
    clearTimeout(timer);
  }
}
