// Manages this builder's fetches. Only a few run at a time. Each archive is stored as a blob, where a build finds it.
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Source, SourceRefusal, SourceRequest } from '../../../src/contract/builder/sources.ts';
import type { Blobs } from '../blobs/blobs.ts';
import { FairSlots } from '../core/fair-slots.ts';
import { type Fetched, type FetchMachine, fetchSource } from './fetch.ts';
import { SourceRefused } from './source-refused.ts';

export class Sources {
  readonly #machine: FetchMachine;
  readonly #blobs: Blobs;
  readonly #slots: FairSlots;

  constructor(machine: FetchMachine, blobs: Blobs) {
    this.#machine = machine;
    this.#blobs = blobs;
    const { fetchesAtOnce, fetchesPerOrganization } = machine.limits;
    this.#slots = new FairSlots(fetchesAtOnce, fetchesPerOrganization);
  }

  get git(): string {
    return this.#machine.git.version;
  }

  /** Removes what an earlier builder left. */
  async open(): Promise<void> {
    const { folder, removals } = this.#machine;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(folder)) removals.remove(join(folder, name), { kind: 'source' });
  }

  async fetch(request: SourceRequest): Promise<{ source: Source; path: string } | SourceRefusal> {
    let fetched: Fetched;
    try {
      fetched = await this.#slots.run(request.organization, () => fetchSource(this.#machine, request));
    } catch (error) {
      if (!(error instanceof SourceRefused)) throw error;
      return { refused: { code: error.code, message: error.message } };
    }
    const { source, archive } = fetched;
    await this.#blobs.put(source.sha256, asStream(archive), archive.length);
    return { source, path: this.#blobs.path(source.sha256) };
  }
}

async function* asStream(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
