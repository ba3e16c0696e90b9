// Stores the results of builds on disk by key: artifacts, and failures that are certain to repeat. A cache: a build without a
// record runs again.
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { buildErrorSchema, buildSchema } from '../../../src/contract/builds.ts';

const recordSchema = z.union([
  z.object({ built: buildSchema.pick({ artifact: true, provenance: true, wasm: true }) }),
  z.object({ failed: buildErrorSchema }),
]);
export type BuildRecord = z.infer<typeof recordSchema>;

/** The newest records; older ones are removed when the builder starts. */
const recordsMax = 2000;

export class BuildRecords {
  readonly #folder: string;
  #writes = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const records: { path: string; madeMs: number }[] = [];
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name);
      if (name.endsWith('.part')) await rm(path, { force: true });
      else records.push({ path, madeMs: (await stat(path)).mtimeMs });
    }
    records.sort((a, b) => b.madeMs - a.madeMs);
    for (const { path } of records.slice(recordsMax)) await rm(path, { force: true });
  }

  async get(key: string): Promise<BuildRecord | undefined> {
    const text = await readFile(join(this.#folder, key), 'utf8').catch(() => undefined);
    return text === undefined ? undefined : recordSchema.parse(JSON.parse(text));
  }

  async put(key: string, record: BuildRecord): Promise<void> {
    const part = join(this.#folder, `${key}.${this.#writes++}.part`);
    await writeFile(part, JSON.stringify(record), { mode: 0o600 });
    await rename(part, join(this.#folder, key));
  }
}
