// Sends a state folder's changes to a standby, over standard input and output. Runs beside the primary.
import { createReadStream } from 'node:fs';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { setPriority } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { lockState } from '../../builder/server/core/state-lock.ts';
import { blobNames, blobNamesIn, databases, filesBelow, isFile, keyFiles, store } from '../backup/inventory.ts';
import { readTakeover, standbyError, stateFormatFile, writeTakeover } from '../local/state-folder.ts';
import { digest, digestBytes, partBytes, readMessages, send, split } from './messages.ts';

const logHeaderBytes = 32;
/** 256 MiB. */
const signBlocks = 65_536;

/** Returns when the standby closes the connection. */
export async function sendChanges(state: string): Promise<void> {
  setPriority(10); // calls of plugins come first
  process.chdir(state);
  const sender = new Sender();
  for await (const { message } of readMessages(process.stdin)) {
    if (message.type === 'have') sender.held.set(message.path, message.data);
    if (message.type !== 'next') continue;
    const { taker } = message;
    const reason = await refusal(taker);
    if (reason !== undefined) await send(sender.output, { type: 'refused', reason });
    else await sender.sendRound(taker);
  }
}

/** Looks at the mark while it holds the lock, so that only one of two standbys takes over. */
async function refusal(taker: string | undefined): Promise<string | undefined> {
  if (taker !== undefined && !lockState('.'))
    return 'the primary is running. Stop it and try again, or follow it again.';
  const isRepeated = taker !== undefined && (await readTakeover('.'))?.by === taker;
  return isRepeated ? undefined : standbyError(process.cwd());
}

class Sender {
  /** Not `process.stdout`: it would block this process, within a transaction, while the standby doesn't read. */
  readonly output = new Socket({ fd: 1, readable: false });
  /** The standby's files. For a database, the digests of its blocks. */
  readonly held = new Map<string, Buffer>();
  /** Sizes and times of the databases that were compared. */
  readonly #compared = new Map<string, string | undefined>();
  /** Objects that the previous round didn't list. Its copy of the index may still have them. */
  #gone = new Set<string>();

  /** Sends the database before the store, which keeps objects for a day after the last row that names them is gone. */
  async sendRound(taker: string | undefined): Promise<void> {
    const at = new Date().toISOString();
    for (const path of await databasesBelow(databases)) await this.#sendDatabase(path);
    await this.#sendStore();
    for (const path of [stateFormatFile, ...keyFiles])
      if (await isFile(path)) await this.#sendChanged(path, [await readFile(path)]);
    if (taker !== undefined) await writeTakeover('.', { by: taker, at });
    await send(this.output, { type: 'commit', at });
  }

  /**
   * Sends a database in use: its file and the whole write-ahead log. Until the transaction ends, no checkpoint writes a page to the
   * file that isn't in the log too, and writers continue. SQLite ignores an incomplete transaction at the end of a log. Returns the
   * names of the objects that the database listed before or after.
   */
  async #sendDatabase(path: string): Promise<string[]> {
    // Closed last: closing the file releases all locks that this process has on it.
    const file = await open(path);
    const db = new DatabaseSync(path, { readOnly: true });
    try {
      db.exec('begin; select 1 from sqlite_master');
      const before = blobNames(db);
      await this.#sendLog(`${path}-wal`);
      const { mtimeMs, size } = await file.stat();
      // Two writes within a clock tick may leave the same time.
      const version = Date.now() - mtimeMs > 1000 ? `${size} ${mtimeMs}` : undefined;
      if (version === undefined || version !== this.#compared.get(path)) {
        await this.#sendChanged(path, file.createReadStream({ start: 0, highWaterMark: partBytes, autoClose: false }));
        this.#compared.set(path, version);
      }
      db.exec('commit');
      return [...before, ...blobNames(db)];
    } finally {
      db.close();
      await file.close();
    }
  }

  /** Starts over if a writer did, because a mixture of two logs would undo changes. */
  async #sendLog(path: string): Promise<void> {
    const file = await open(path).catch(undefinedIfGone);
    if (file === undefined) return this.#sendChanged(path, []);
    const header = await readAt(file, 0, logHeaderBytes);
    await this.#sendChanged(path, header.length < logHeaderBytes ? [] : readLog(file, header));
    const isMixed = !header.equals(await readAt(file, 0, logHeaderBytes));
    await file.close();
    if (isMixed) await this.#sendLog(path);
  }

  /** Sends the blocks that differ from the standby's. */
  async #sendChanged(path: string, parts: AsyncIterable<Buffer> | Buffer[]): Promise<void> {
    const before = this.held.get(path) ?? Buffer.alloc(0);
    const digests: Buffer[] = [];
    let size = 0;
    for await (const part of parts) {
      const changed = new Map<number, Buffer>();
      for (const block of split(part)) {
        const number = digests.push(digest(block)) - 1;
        if (digests[number]?.equals(before.subarray(number * digestBytes, (number + 1) * digestBytes)) === false)
          changed.set(number, block);
      }
      const data = Buffer.concat([...changed.values()]);
      // Also a sign of life: reading a large database without changes takes longer than a standby waits.
      const isSign = digests.length % signBlocks === 0;
      if (data.length > 0 || isSign)
        await send(this.output, { type: 'blocks', path, numbers: [...changed.keys()], data });
      size += part.length;
    }
    await send(this.output, { type: 'blocks', path, numbers: [], data: Buffer.alloc(0), size });
    this.held.set(path, Buffer.concat(digests));
  }

  /**
   * Sends the indexes and the objects that they list. An object that was overwritten since its index was sent is gone: then the index is
   * sent again. One that the index still lists is lost on the primary too. Removes objects that two rounds didn't list.
   */
  async #sendStore(): Promise<void> {
    const indexes = await databasesBelow(store);
    for (;;) {
      const listed = new Set<string>();
      for (const path of indexes) for (const name of await this.#sendDatabase(path)) listed.add(name);
      const sent = await this.#sendObjects(listed);
      const known = new Set([...sent, ...indexes.flatMap(blobNamesIn)]);
      if ([...listed].every((name) => known.has(name))) return this.#removeAllBut(listed);
    }
  }

  /** Sends new objects, since objects never change. Returns the names of those that the standby has now. */
  async #sendObjects(listed: Set<string>): Promise<Set<string>> {
    for (const name of await filesBelow(store)) {
      const path = `${store}/${name}`;
      const isNew = listed.has(fileName(path)) && !this.held.has(path);
      if (isNew) await this.#sendObject(path).catch(undefinedIfGone);
    }
    return new Set([...this.held.keys()].map(fileName));
  }

  async #removeAllBut(listed: Set<string>): Promise<void> {
    const gone = [...this.held.keys()].filter((path) => path.includes('/blobs/') && !listed.has(fileName(path)));
    for (const path of gone.filter((one) => this.#gone.has(one))) {
      this.held.delete(path);
      await send(this.output, { type: 'remove', path });
    }
    this.#gone = new Set(gone);
  }

  async #sendObject(path: string): Promise<void> {
    let offset = 0;
    for await (const part of createReadStream(path, { highWaterMark: partBytes })) {
      const last = part.length < partBytes;
      await send(this.output, { type: 'object', path, offset, last, data: Buffer.from(part) });
      offset += part.length;
    }
    if (offset % partBytes === 0)
      await send(this.output, { type: 'object', path, offset, last: true, data: Buffer.alloc(0) });
    this.held.set(path, Buffer.alloc(0));
  }
}

async function databasesBelow(folder: string): Promise<string[]> {
  const files = await filesBelow(folder);
  return files.filter((name) => name.endsWith('.sqlite')).map((name) => `${folder}/${name}`);
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

async function readAt(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
  return buffer.subarray(0, bytesRead);
}

/** Ends with the first part that begins a frame of an earlier log, whose salts differ, since the file never becomes shorter. */
async function* readLog(file: FileHandle, header: Buffer): AsyncGenerator<Buffer> {
  const frameBytes = 24 + header.readUInt32BE(8);
  const { size } = await file.stat();
  for (let from = 0; from < size; from += partBytes) {
    const part = await readAt(file, from, partBytes);
    yield part;
    const frame = logHeaderBytes + Math.ceil(Math.max(0, from - logHeaderBytes) / frameBytes) * frameBytes - from;
    if (!part.subarray(frame + 8, frame + 16).equals(header.subarray(16, 24))) return;
  }
}

function undefinedIfGone(error: unknown): undefined {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
