// Stores archives and executables on disk by SHA-256. It's a cache: the Worker resends missing blobs.
import { createHash } from 'node:crypto';
import { chmod, mkdir, open, readdir, rename, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Refusal } from '../core/refusal.ts';
import { touch } from '../core/touch.ts';
import type { Removals } from '../removal/removals.ts';

/** Above this total, the least recently used blobs are removed. */
const totalBytesMax = 4 * 1024 * 1024 * 1024;
/** Blobs unused for this long are removed, because nobody tells the builder when plugins or organizations are deleted. */
const unusedMs = 7 * 24 * 60 * 60 * 1000;
const pruneEveryMs = 60 * 60 * 1000;

export class Blobs {
  readonly #folder: string;
  readonly #removals: Removals;
  #uploads = 0;

  constructor(folder: string, removals: Removals) {
    this.#folder = folder;
    this.#removals = removals;
  }

  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#folder)) {
      if (name.endsWith('.part')) this.#removals.remove(join(this.#folder, name), { kind: 'blob', id: name });
    }
    await this.prune();
    setInterval(() => void this.prune().catch(() => {}), pruneEveryMs).unref();
  }

  path(sha256: string): string {
    return join(this.#folder, sha256);
  }

  /** Returns whether the blob exists, and marks it as used. */
  has(sha256: string): Promise<boolean> {
    return touch(this.path(sha256));
  }

  /** Streams a blob to disk. The blob gets its name only after its digest is verified. */
  async put(sha256: string, body: AsyncIterable<Uint8Array>, bytesMax: number): Promise<void> {
    const part = join(this.#folder, `${sha256}.${process.pid}.${this.#uploads++}.part`);
    const hash = createHash('sha256');
    try {
      // Open the file first: a body that is rejected immediately must not create the file after its removal.
      const file = await open(part, 'w', 0o600);
      await pipeline(body, (chunks) => hashed(chunks, hash, bytesMax), file.createWriteStream());
      const found = hash.digest('hex');
      if (found !== sha256) throw new Refusal('blob-mismatch', `The body has SHA-256 ${found}, not ${sha256}.`);
      await rename(part, this.path(sha256));
    } catch (error) {
      this.#removals.remove(part, { kind: 'blob', id: sha256 });
      throw error;
    }
    await this.prune(sha256);
  }

  /** Moves one of this builder's files into the store. The file must be on the same disk, and no process may still write to it. */
  async adopt(path: string, sha256: string): Promise<void> {
    await chmod(path, 0o600);
    await rename(path, this.path(sha256));
    await this.prune(sha256);
  }

  /** Removes unneeded blobs. */
  remove(digests: readonly string[]): void {
    for (const id of digests) this.#removals.remove(this.path(id), { kind: 'blob', id });
  }

  /** Removes blobs that have been unused for too long, and the least recently used ones above the size limit. */
  async prune(newest?: string): Promise<void> {
    const blobs: { path: string; size: number; usedMs: number }[] = [];
    for (const name of await readdir(this.#folder)) {
      if (name.endsWith('.part') || name === newest) continue;
      const path = join(this.#folder, name);
      const stats = await stat(path).catch(() => undefined);
      if (stats) blobs.push({ path, size: stats.size, usedMs: stats.mtimeMs });
    }
    blobs.sort((a, b) => b.usedMs - a.usedMs);
    let total = newest === undefined ? 0 : (await stat(this.path(newest))).size;
    const usedBefore = Date.now() - unusedMs;
    for (const { path, size, usedMs } of blobs) {
      total += size;
      if (total > totalBytesMax || usedMs < usedBefore)
        this.#removals.remove(path, { kind: 'blob', id: basename(path) });
    }
  }
}

async function* hashed(chunks: AsyncIterable<Uint8Array>, hash: ReturnType<typeof createHash>, bytesMax: number) {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > bytesMax) throw new Refusal('body-too-large', `The blob has more than ${bytesMax} bytes.`);
    hash.update(chunk);
    yield chunk;
  }
}
