// Sends a state folder's changes to a standby, over standard input and output. Runs beside the primary.
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { blobPaths, databases, filesBelow, isFile, keyFiles, store } from '../backup/inventory.ts';
import { lockState, stateFormatFile, writeStandby } from '../local/state-folder.ts';
import { digest, digestBytes, partBytes, readMessages, send, split } from './messages.ts';

const logHeaderBytes = 32;
/** Two writes within this time may leave a file with the same modification time. */
const clockTickMs = 1000;

/** Returns when the standby closes the connection. */
export async function sendChanges(state: string): Promise<void> {
  setPriority(10); // calls of plugins come first
  const sender = new Sender(state);
  for await (const { message } of readMessages(process.stdin)) {
    if (message.type === 'have') sender.held.set(message.path, message.data);
    if (message.type !== 'next') continue;
    if (message.last && !lockState(state)) await send(sender.output, { type: 'running' });
    else await sender.sendRound(message.last);
  }
}

class Sender {
  /** Not `process.stdout`: it would block this process, within a transaction, while the standby doesn't read. */
  readonly output = new Socket({ fd: 1, readable: false });
  readonly #state: string;
  /** The standby's files. For a database, the digests of its blocks. */
  readonly held = new Map<string, Buffer>();
  /** Sizes and times of the databases that were compared. */
  readonly #compared = new Map<string, string | undefined>();
  /** Objects that the previous round didn't list. Its copy of the index may still have them. */
  #gone = new Set<string>();

  constructor(state: string) {
    this.#state = state;
  }

  /** Sends the database before the store, which keeps objects for a day after the last row that names them is gone. */
  async sendRound(isLast: boolean): Promise<void> {
    const at = new Date().toISOString();
    for (const folder of [databases, store])
      for (const name of await filesBelow(join(this.#state, folder)))
        if (name.endsWith('.sqlite')) await this.#sendDatabase(`${folder}/${name}`);
    await this.#sendObjects();
    for (const path of [stateFormatFile, ...keyFiles])
      if (await isFile(join(this.#state, path)))
        await this.#sendChanged(path, [await readFile(join(this.#state, path))]);
    if (isLast) await writeStandby(this.#state, { of: '', sender: '', pid: 0 });
    await send(this.output, { type: 'commit', at });
  }

  /**
   * Sends a database in use: its file and the whole write-ahead log. Until the transaction ends, no checkpoint writes a page to the
   * file that isn't in the log too, and writers go on. SQLite ignores an incomplete transaction at the end of a log.
   */
  async #sendDatabase(path: string): Promise<void> {
    // Closed last: closing the file releases all locks that this process has on it.
    const file = await open(join(this.#state, path));
    const db = new DatabaseSync(join(this.#state, path), { readOnly: true });
    try {
      db.exec('begin; select 1 from sqlite_master');
      await this.#sendChanged(`${path}-wal`, split(await readLog(join(this.#state, `${path}-wal`)), partBytes));
      const { mtimeMs, size } = await file.stat();
      const version = Date.now() - mtimeMs > clockTickMs ? `${size} ${mtimeMs}` : undefined;
      if (version !== undefined && version === this.#compared.get(path)) return;
      await this.#sendChanged(path, file.createReadStream({ start: 0, highWaterMark: partBytes, autoClose: false }));
      this.#compared.set(path, version);
    } finally {
      db.close();
      await file.close();
    }
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
      if (data.length > 0) await send(this.output, { type: 'blocks', path, numbers: [...changed.keys()], data });
      size += part.length;
    }
    await send(this.output, { type: 'blocks', path, numbers: [], data: Buffer.alloc(0), size });
    this.held.set(path, Buffer.concat(digests));
  }

  /** Sends new objects, since objects never change, and removes those that two rounds didn't list. */
  async #sendObjects(): Promise<void> {
    const files = await filesBelow(join(this.#state, store));
    const indexes = files.filter((name) => name.endsWith('.sqlite'));
    const listed = new Set(indexes.flatMap((name) => blobPaths(join(this.#state, store, name))));
    const objects = files.filter((name) => listed.has(name.slice(name.lastIndexOf('/') + 1)));
    const paths = new Set(objects.map((name) => `${store}/${name}`));
    for (const path of paths) if (!this.held.has(path)) await this.#sendObject(path).catch(undefinedIfGone);
    const gone = [...this.held.keys()].filter((path) => path.includes('/blobs/') && !paths.has(path));
    for (const path of gone.filter((one) => this.#gone.has(one))) {
      this.held.delete(path);
      await send(this.output, { type: 'remove', path });
    }
    this.#gone = new Set(gone);
  }

  async #sendObject(path: string): Promise<void> {
    let offset = 0;
    for await (const part of createReadStream(join(this.#state, path), { highWaterMark: partBytes })) {
      const last = part.length < partBytes;
      await send(this.output, { type: 'object', path, offset, last, data: Buffer.from(part) });
      offset += part.length;
    }
    if (offset % partBytes === 0)
      await send(this.output, { type: 'object', path, offset, last: true, data: Buffer.alloc(0) });
    this.held.set(path, Buffer.alloc(0));
  }
}

/** Reads again if a writer restarted the log meanwhile, which would leave a mixture of both. */
async function readLog(path: string): Promise<Buffer> {
  for (;;) {
    const [log, again] = [await readFile(path).catch(undefinedIfGone), await readFile(path).catch(undefinedIfGone)];
    if (log === undefined) return Buffer.alloc(0);
    if (again?.subarray(0, logHeaderBytes).equals(log.subarray(0, logHeaderBytes))) return log;
  }
}

function undefinedIfGone(error: unknown): undefined {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
