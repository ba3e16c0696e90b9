// Watches the memory of a confined process and everything it started. In a control group, the kernel enforces the limit and this only
// reads the result. Otherwise, this regularly adds up the memory of the processes and their in-memory folders.
import { readdirSync, readFileSync } from 'node:fs';
import { formatMiB } from '../../../src/core/quantities.ts';
import type { DiskWatch } from './disk-watch.ts';

export interface MemoryLimit {
  bytes: number;
  /** The process's control group, which counts the processes that the kernel has killed. */
  cgroup: { kills(): number } | undefined;
}

const sampleMs = 100;
const lookUpMs = 1000;

export class MemoryWatch {
  readonly #pid: number;
  readonly #limit: MemoryLimit;
  readonly #disk: Pick<DiskWatch, 'memoryBytes'>;
  readonly #killsBefore: number;
  readonly #timer: NodeJS.Timeout;
  #exceeded = false;

  /** Calls `onExceeded` once, with the reason for the log. */
  constructor(
    pid: number,
    limit: MemoryLimit,
    disk: Pick<DiskWatch, 'memoryBytes'>,
    onExceeded: (reason: string) => void,
  ) {
    this.#pid = pid;
    this.#limit = limit;
    this.#disk = disk;
    this.#killsBefore = limit.cgroup?.kills() ?? 0;
    this.#timer = setInterval(
      () => {
        const reason = this.reason();
        if (reason === undefined) return;
        this.stop();
        onExceeded(reason);
      },
      limit.cgroup ? lookUpMs : sampleMs,
    ).unref();
  }

  /** If the limit was exceeded, returns the reason. */
  reason(): string | undefined {
    const { bytes, cgroup } = this.#limit;
    this.#exceeded ||= cgroup
      ? cgroup.kills() > this.#killsBefore
      : memoryOf(this.#pid) + this.#disk.memoryBytes > bytes;
    return this.#exceeded ? `it used more than its ${formatMiB(bytes)} of memory` : undefined;
  }

  get isExceeded(): boolean {
    return this.#exceeded;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

export interface MemoryUse {
  bytes: number;
  /** Peak of the running processes, each since its start. */
  peakBytes: number;
}

/** Returns the memory use of a process and everything it started. */
export function memoryUse(pid: number): MemoryUse {
  const status = read(`/proc/${pid}/status`);
  const bytes = countedIn(status);
  // The kernel's peak includes file pages, which don't count toward the limit.
  const own = { bytes, peakBytes: Math.max(bytes, kilobytes(status, 'VmHWM') - kilobytes(status, 'RssFile')) };
  return childrenOf(pid).map(memoryUse).reduce(addUse, own);
}

export function addUse(a: MemoryUse, b: MemoryUse): MemoryUse {
  return { bytes: a.bytes + b.bytes, peakBytes: a.peakBytes + b.peakBytes };
}

function kilobytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) * 1024;
}

/** Memory that the kernel can't drop. Excludes pages of mapped files. */
const counted = /^(?:RssAnon|RssShmem|VmSwap|HugetlbPages):\s*(\d+) kB$/gm;

function memoryOf(pid: number): number {
  const own = countedIn(read(`/proc/${pid}/status`));
  return childrenOf(pid).reduce((sum, child) => sum + memoryOf(child), own);
}

function countedIn(status: string): number {
  return [...status.matchAll(counted)].reduce((sum, [, kB]) => sum + Number(kB) * 1024, 0);
}

function childrenOf(pid: number): number[] {
  const folder = `/proc/${pid}/task`;
  const children = list(folder).flatMap((thread) => read(`${folder}/${thread}/children`).split(' '));
  return children.map(Number).filter((child) => child > 0);
}

/** A process may exit between two reads. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
