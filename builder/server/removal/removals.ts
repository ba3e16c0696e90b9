// Removes files from plugins, packages, sources and builds. It first renames a tree, which frees the path immediately and outlives the
// builder, then removes the tree in the background. Trees that can't be removed go to the quarantine and are retried. A failed removal
// stops nothing.
import { randomBytes } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Log } from '../../../src/core/log.ts';
import { attempt, renameTree } from './remove-tree.ts';
import { TreeRemover } from './tree-remover.ts';

export interface Owner {
  /** The kind of the files' owner. */
  kind:
    | 'analysis'
    | 'blob'
    | 'build'
    | 'compile cache'
    | 'data folder'
    | 'environment'
    | 'instance'
    | 'leftover'
    | 'model'
    | 'module'
    | 'probe'
    | 'source'
    | 'tryout';
  id?: string | undefined;
  organization?: string | undefined;
}

/** A file owner as named in the log. */
type OwnerName = Record<'kind' | 'id' | 'organization', string | undefined>;

const partChars = 64;

/** Returns a new name for the owner's files. */
function newName({ kind, id = '', organization = '' }: Owner): string {
  const parts = [kind, id, organization].map((part) => part.replaceAll(/[^\w-]/g, '_').slice(0, partChars));
  return [...parts, randomBytes(8).toString('hex')].join(',');
}

/** Parses the owner from a name. Missing parts are undefined. */
function ownerOf(name: string): OwnerName {
  const [kind, id, organization] = name.split(',').map((part) => part || undefined);
  return { kind: kind?.replaceAll('_', ' '), id, organization };
}

/** Suffix for trees that can be renamed only within their own folder, because that folder is on another file system. */
export const removedMark = '.removed.';

/** Number of quarantined trees to retry at a time. */
const retriesAtOnce = 20;

export class Removals {
  readonly #leaving: string;
  readonly #quarantine: string;
  readonly #log: Log;
  readonly #remover = new TreeRemover();
  readonly #queue: string[] = [];
  /** Paths of trees that couldn't be removed, longest waiting first. */
  readonly #held = new Set<string>();
  /** Paths that couldn't even be renamed. The code that uses the path retries. */
  readonly #inPlace = new Set<string>();
  #working: Promise<void> | undefined;

  constructor(stateFolder: string, log: Log) {
    this.#leaving = join(stateFolder, 'removing');
    this.#quarantine = join(stateFolder, 'quarantine');
    this.#log = log;
  }

  /** Continues an earlier builder's removals, and retries the quarantine now and every `retryMs`. */
  async open(retryMs: number): Promise<void> {
    for (const folder of [this.#leaving, this.#quarantine]) await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#quarantine)) this.#held.add(join(this.#quarantine, name));
    for (const name of await readdir(this.#leaving)) this.#add(join(this.#leaving, name));
    if (this.#held.size > 0) this.#log.warn('removal.quarantine_kept', { count: this.#held.size });
    this.#retry();
    setInterval(() => this.#retry(), retryMs).unref();
  }

  /** Number of trees that couldn't be removed. */
  get quarantined(): number {
    return this.#held.size + this.#inPlace.size;
  }

  /** Removes the file or the tree. Returns whether the path is now free; the removal itself may take longer. Never throws. */
  remove(path: string, owner: Owner): boolean {
    this.#inPlace.delete(path);
    const name = newName(owner);
    let reason: string | undefined;
    for (const target of [join(this.#leaving, name), `${path}${removedMark}${name}`]) {
      reason = attempt(() => renameTree(path, target));
      if (reason === undefined) this.#add(target);
      if (reason === undefined || isAbsent(path)) return true;
    }
    this.#inPlace.add(path);
    this.#log.error('removal.left_in_place', { ...owner, path, reason });
    return false;
  }

  /** Resolves when everything is removed or in quarantine. */
  async settled(): Promise<void> {
    while (this.#working) await this.#working;
  }

  /** Stops the thread. The next process that opens the folder removes the remaining trees. */
  async close(): Promise<void> {
    await this.settled();
    await this.#remover.close();
  }

  #add(path: string): void {
    this.#queue.push(path);
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  async #work(): Promise<void> {
    for (let path = this.#queue.shift(); path !== undefined; path = this.#queue.shift()) {
      const outcome = await this.#remover.remove(path);
      if (outcome.state === 'unfinished') this.#queue.push(path);
      else if (outcome.state === 'blocked') this.#hold(path, outcome.reason);
      else if (this.#held.delete(path)) this.#log.info('removal.left_quarantine', { path });
    }
  }

  /** Logs the tree's owner once. */
  #hold(path: string, reason: string): void {
    if (this.#held.has(path)) return;
    const name = basename(path).split(removedMark).at(-1) ?? '';
    const target = join(this.#quarantine, name);
    const kept = attempt(() => renameTree(path, target)) === undefined ? target : path;
    this.#held.add(kept);
    this.#log.error('removal.quarantined', { ...ownerOf(name), path: kept, reason });
  }

  #retry(): void {
    const queued = new Set(this.#queue);
    for (const path of [...this.#held].filter((one) => !queued.has(one)).slice(0, retriesAtOnce)) {
      this.#held.delete(path);
      this.#held.add(path); // moves it to the end, so that the next turn starts with others
      this.#add(path);
    }
  }
}

function isAbsent(path: string): boolean {
  let found: unknown;
  return (
    attempt(() => {
      found = lstatSync(path, { throwIfNoEntry: false });
    }) === undefined && found === undefined
  );
}
