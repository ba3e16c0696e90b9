// Watches the folders that a confined process can write to. If the kernel limits a folder, this only logs when it's full. Otherwise it
// measures the contents, including deleted files that are still open, and kills the process above the limit. Contents that can't be
// measured count as over the limit.
import { z } from 'zod';
import type { DiskLimitKind } from '../../../src/contract/builder/machine/health.ts';
import { formatMiB } from '../../../src/core/quantities.ts';
import type { DiskKeeper } from './disk-keeper.ts';

export interface DiskLimit {
  /** The folder's path as the builder sees it. With `inRoot`, it's inside the process's root. */
  folder: string;
  /** The folder's path as the process sees it. */
  seen: string;
  inRoot: boolean;
  /** The folder's name in messages to the plugin's author. */
  name: string;
  kind: 'temp' | 'data';
  bytes: number;
  /** Number of files and folders. */
  files: number;
  by: DiskLimitKind;
  inMemory: boolean;
  /** True if a measured limit was exceeded. The process may then write no files at all until the folder is emptied from outside. */
  isFull: boolean;
}

export interface WatchedDisk {
  keeper: DiskKeeper;
  limits: DiskLimit[];
  /** Folders of the process's control group. Empty if there is none; in-memory folders then count toward its memory. */
  groups: string[];
  /** The user that the process runs as, if it isn't the builder's. */
  uid: number | null;
}

export interface DiskEvents {
  /** Called once, with the reason for the log. `kind` is undefined if the use couldn't be measured. */
  onExceeded(reason: string, kind?: DiskLimit['kind']): void;
  onFull(line: string): void;
}

/** Pause between two checks if a limit depends on them, then the pause if the kernel enforces everything. */
const pauseMs = 500;
const noticeMs = 5000;
/** Slow checks get longer pauses, up to what the plugin could write in the meantime. */
const pauseMaxMs = 1000;
const pausePerLook = 3;
/** How much a full folder may still grow, because directories get longer. */
const slack = { bytes: 1024 * 1024, files: 16 };
const failuresMax = 2;

const looksSchema = z.array(
  z.object({
    state: z.enum(['within', 'full', 'exceeded', 'unmeasured', 'doubtful']),
    bytes: z.number(),
    files: z.number(),
    reason: z.string().nullable(),
  }),
);
type Look = z.infer<typeof looksSchema>[number];

export class DiskWatch {
  readonly #pid: number;
  readonly #disk: WatchedDisk;
  readonly #events: DiskEvents;
  readonly #noted = new Set<DiskLimit>();
  #isOver = false;
  #memoryBytes = 0;
  #failures = 0;

  constructor(pid: number, disk: WatchedDisk, events: DiskEvents) {
    this.#pid = pid;
    this.#disk = disk;
    this.#events = events;
    if (disk.limits.length > 0) void this.#watch();
  }

  /** Memory that belongs to the instance but to none of its processes. */
  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  stop(): void {
    this.#isOver = true;
  }

  async #watch(): Promise<void> {
    const { limits, groups } = this.#disk;
    const isUrgent = limits.some(({ by, inMemory }) => by === 'sampled' || (inMemory && groups.length === 0));
    const allowed = await Promise.all(limits.map((limit) => this.#allowed(limit)));
    let tookMs = 0;
    while (!this.#isOver) {
      const waitMs = isUrgent ? Math.min(Math.max(pauseMs, pausePerLook * tookMs), pauseMaxMs) : noticeMs;
      await new Promise<void>((resolve) => void setTimeout(resolve, waitMs).unref());
      if (this.#isOver) return;
      const startedAt = performance.now();
      await this.#look(allowed);
      tookMs = performance.now() - startedAt;
    }
  }

  /** A process that starts with a full folder may not add to it. */
  async #allowed(limit: DiskLimit): Promise<DiskLimit> {
    if (!limit.isFull) return limit;
    const held = await contentOf(limit, this.#disk.keeper).catch(() => undefined);
    if (held === undefined) return limit;
    limit.isFull = isAbove(held, limit);
    const [bytes, files] = [held.bytes + slack.bytes, held.files + slack.files];
    return { ...limit, bytes: Math.max(limit.bytes, bytes), files: Math.max(limit.files, files) };
  }

  async #look(allowed: DiskLimit[]): Promise<void> {
    const { keeper, limits, groups, uid } = this.#disk;
    try {
      const folders = allowed.map((limit) => described(limit, this.#pid));
      const looks = await keeper.request({ do: 'look', pid: this.#pid, groups, uid, folders }, looksSchema);
      this.#failures = 0;
      const held = looks.filter((_, at) => limits[at]?.inMemory).map(({ bytes }) => bytes);
      this.#memoryBytes = groups.length > 0 ? 0 : held.reduce((sum, bytes) => sum + bytes, 0);
      for (const [at, look] of looks.entries()) {
        const limit = limits[at];
        if (limit) this.#judge(limit, look);
      }
    } catch (error) {
      if (++this.#failures >= failuresMax) this.#end(`its disk use could not be measured: ${error}`);
    }
  }

  #judge(limit: DiskLimit, { state, reason }: Look): void {
    if (state === 'full' && !this.#noted.has(limit)) this.#events.onFull(fullLine(limit));
    if (state === 'full') this.#noted.add(limit);
    else this.#noted.delete(limit);
    if (state === 'exceeded') limit.isFull = true;
    if (state === 'exceeded') this.#end(`it used more than ${amount(limit)} in ${limit.name}`, limit.kind);
    if (state === 'doubtful') this.#end(`its disk use could not be measured: ${reason}`);
    if (state === 'unmeasured') this.#end(`${limit.name} could not be measured: ${reason}`);
  }

  #end(reason: string, kind?: DiskLimit['kind']): void {
    if (this.#isOver) return;
    this.stop();
    this.#events.onExceeded(reason, kind);
  }
}

/** Returns whether an unused folder exceeds its limit. */
export async function isExceeded(limit: DiskLimit, keeper: DiskKeeper): Promise<boolean> {
  if (limit.by === 'kernel') return false;
  const held = await contentOf(limit, keeper);
  return isAbove(held, limit);
}

function isAbove({ state, bytes, files }: Look, limit: DiskLimit): boolean {
  return state !== 'within' || bytes > limit.bytes || files > limit.files;
}

async function contentOf(limit: DiskLimit, keeper: DiskKeeper): Promise<Look> {
  const unlimited = { ...limit, bytes: Number.MAX_SAFE_INTEGER, files: Number.MAX_SAFE_INTEGER };
  const request = { do: 'look', pid: null, groups: [], uid: null, folders: [described(unlimited, 0)] };
  const [look] = await keeper.request(request, looksSchema);
  if (!look) throw new Error(`${limit.folder} was not measured`);
  return look;
}

function described({ folder, seen, inRoot, inMemory, by, bytes, files }: DiskLimit, pid: number) {
  return { path: inRoot ? `/proc/${pid}/root${folder}` : folder, seen, by, bytes, files, in_memory: inMemory };
}

function amount({ bytes, files }: DiskLimit): string {
  return `${formatMiB(bytes)} or ${files} files`;
}

function fullLine(limit: DiskLimit): string {
  const { name } = limit;
  const known = name.charAt(0).toUpperCase() + name.slice(1);
  return `${known} is full: it holds up to ${amount(limit)}. Writing fails with "No space left on device" until the plugin deletes files there.`;
}
