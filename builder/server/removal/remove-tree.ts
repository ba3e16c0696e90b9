// Removes a tree that a plugin filled: any depth, any names, any modes. It works by descriptors, so no path is too long and no symbolic
// link is followed, even if a live process changes the tree in the meantime. It doesn't descend into folders: it first moves each one
// to the top of the tree, so depth costs neither memory nor descriptors.
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  type Dirent,
  opendirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
} from 'node:fs';
import { dirname } from 'node:path';

export type Outcome =
  | { state: 'removed' }
  /** The time was over. The rest is for another turn. */
  | { state: 'unfinished' }
  /** Something is left that can't be removed. Everything else was. */
  | { state: 'blocked'; reason: string };

/** O_PATH, which Node doesn't export. It opens a folder without read permission. */
const pathOnly = 0o10000000;
const folderOnly = pathOnly | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const entriesPerRead = 256;

/**
 * Removes the file or the tree at the path for up to `turnMs`. The path's parent belongs to the builder. Blocks the thread, and never
 * throws.
 */
export function removeTree(path: string, turnMs: number): Outcome {
  if (process.platform !== 'linux') return removeElsewhere(path);
  const failure = attempt(() => unlinkSync(path));
  if (failure === undefined || failure === 'ENOENT') return { state: 'removed' };
  let outcome: Outcome = { state: 'removed' };
  const opened = attempt(() =>
    withFolder(path, (top) => {
      if (mountOf(top) !== mountOfPath(dirname(path))) outcome = { state: 'blocked', reason: mountPoint };
      else outcome = new TreeRemoval(top, performance.now() + turnMs).run();
    }),
  );
  if (opened === 'ENOENT') return { state: 'removed' };
  if (opened !== undefined) return { state: 'blocked', reason: opened === 'ENOTDIR' ? failure : opened };
  if (outcome.state !== 'removed') return outcome;
  const left = attempt(() => rmdirSync(path));
  return left === undefined || left === 'ENOENT' ? outcome : { state: 'blocked', reason: left };
}

/** Renames a file or a tree. An unprivileged user can move a read-only folder, such as a Go module, only after making it writable. */
export function renameTree(path: string | Buffer, target: string | Buffer): void {
  const refused = attempt(() => renameSync(path, target));
  if (refused === undefined) return;
  if (refused === 'EACCES' && process.platform === 'linux') attempt(() => withFolder(path, makeUsable));
  renameSync(path, target);
}

/** Used for development on other systems, where nothing confines plugins either. */
function removeElsewhere(path: string): Outcome {
  const reason = attempt(() => rmSync(path, { recursive: true, force: true }));
  return reason === undefined ? { state: 'removed' } : { state: 'blocked', reason };
}

const mountPoint = 'it is a mount point';

class TreeRemoval {
  readonly #top: number;
  readonly #until: number;
  /** Prefix for folders that are moved to the top. */
  readonly #prefix = `slipway-${randomBytes(8).toString('hex')}-`;
  readonly #mount: string;
  #moved = 0;
  /** Number of entries removed or moved. */
  #changes = 0;
  #reason: string | undefined;

  constructor(top: number, until: number) {
    this.#top = top;
    this.#until = until;
    this.#mount = mountOf(top);
  }

  /** Makes passes over the top until nothing is left or nothing changes. */
  run(): Outcome {
    makeUsable(this.#top);
    for (;;) {
      const before = this.#changes;
      this.#reason = undefined;
      this.#empty(this.#top, (path) => this.#removeFolder(path));
      if (this.#changes === before) break;
      if (this.#isLate) return { state: 'unfinished' };
    }
    return this.#reason === undefined ? { state: 'removed' } : { state: 'blocked', reason: this.#reason };
  }

  get #isLate(): boolean {
    return performance.now() > this.#until;
  }

  /** Removes all entries except folders, which it passes to `onFolder`. */
  #empty(folder: number, onFolder: (path: Buffer) => void): void {
    for (const entry of entriesOf(folder)) {
      const path = entryPath(folder, entry);
      if (entry.isDirectory()) onFolder(path);
      else this.#try(() => unlinkSync(path));
      if (this.#isLate) return;
    }
  }

  /** Removes a folder at the top, after moving its subfolders next to it. */
  #removeFolder(path: Buffer): void {
    if (this.#isRemoved(path)) return;
    const emptied = attempt(() =>
      withFolder(path, (folder) => {
        if (mountOf(folder) !== this.#mount) return this.#note(mountPoint);
        makeUsable(folder);
        this.#empty(folder, (inner) => this.#moveToTop(inner));
      }),
    );
    if (emptied === undefined) this.#try(() => rmdirSync(path));
    else this.#note(emptied); // it can't be read, or a process has just replaced it
  }

  #moveToTop(path: Buffer): void {
    if (this.#isRemoved(path)) return;
    const target = entryPath(this.#top, { name: `${this.#prefix}${this.#moved++}` });
    this.#try(() => renameTree(path, target));
  }

  /** Removes the folder if it is empty. */
  #isRemoved(path: Buffer): boolean {
    const removed = attempt(() => rmdirSync(path)) === undefined;
    if (removed) this.#changes++;
    return removed;
  }

  #try(action: () => void): void {
    const failure = attempt(action);
    if (failure === undefined) this.#changes++;
    else this.#note(failure);
  }

  /**
   * Keeps the first reason, because a later `ENOTEMPTY` would only be its consequence. Ignores absent files, which another process may
   * have removed.
   */
  #note(reason: string): void {
    if (reason !== 'ENOENT') this.#reason ??= reason;
  }
}

/**
 * Yields a few at a time, so that a folder may have any number of entries. Decodes names as latin1, which maps every byte to a
 * character.
 */
function* entriesOf(folder: number): Generator<Dirent> {
  const entries = opendirSync(descriptorPath(folder), { encoding: 'latin1', bufferSize: entriesPerRead });
  try {
    for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) yield entry;
  } finally {
    entries.closeSync();
  }
}

function entryPath(folder: number, { name }: Pick<Dirent, 'name'>): Buffer {
  return Buffer.from(`${descriptorPath(folder)}/${name}`, 'latin1');
}

function descriptorPath(descriptor: number): string {
  return `/proc/self/fd/${descriptor}`;
}

/** Makes a folder writable by its owner. Uses the folder's descriptor, so that no other folder can be changed instead. */
function makeUsable(folder: number): void {
  attempt(() => chmodSync(descriptorPath(folder), 0o700));
}

function withFolder(path: string | Buffer, work: (folder: number) => void): void {
  const folder = openSync(path, folderOnly);
  try {
    work(folder);
  } finally {
    closeSync(folder);
  }
}

/** Returns the mount ID of a descriptor. A device number wouldn't tell two mounts of the same file system apart. */
function mountOf(descriptor: number): string {
  return /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))?.[1] ?? '';
}

function mountOfPath(path: string): string {
  let mount = '';
  withFolder(path, (folder) => {
    mount = mountOf(folder);
  });
  return mount;
}

/** Returns the error's code, if any. */
export function attempt(action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}
