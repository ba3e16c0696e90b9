// Stores values as JSON files in a folder, by key, each written atomically. It's a cache: missing records are recomputed.
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { z } from 'zod';
import { parseJson } from '../../../src/core/json/parse.ts';
import { passable } from '../sandbox/open-folder.ts';
import { makeOpenFolder } from '../sandbox/readable-copies.ts';

/** Number of records to keep. The builder removes older ones when it starts. */
const recordsMax = 2000;

export class JsonRecords<Value> {
  readonly #folder: string;
  readonly #schema: z.ZodType<Value>;
  #writes = 0;

  constructor(folder: string, schema: z.ZodType<Value>) {
    this.#folder = folder;
    this.#schema = schema;
  }

  async open(): Promise<void> {
    // A recursive mkdir would give the folders above the same mode, and instances must pass through some of them.
    await makeOpenFolder(dirname(this.#folder), passable);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const records: { path: string; madeMs: number }[] = [];
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name);
      // Several builders may share the folder, so a file may already be gone.
      const found = await stat(path).catch(() => undefined);
      if (found) records.push({ path, madeMs: found.mtimeMs });
    }
    const isPart = ({ path }: { path: string }) => path.endsWith('.part');
    const whole = records.filter((record) => !isPart(record)).sort((a, b) => b.madeMs - a.madeMs);
    const old = records.filter((record) => isPart(record) && record.madeMs < Date.now() - partMs);
    for (const { path } of [...old, ...whole.slice(recordsMax)]) await rm(path, { force: true }).catch(() => {});
  }

  /** An invalid record, such as a truncated one, counts as absent. */
  async get(key: string): Promise<Value | undefined> {
    const text = await readFile(join(this.#folder, key), 'utf8').catch(() => '');
    return this.#schema.safeParse(parseJson(text)).data;
  }

  async put(key: string, value: Value): Promise<void> {
    const part = join(this.#folder, `${key}.${process.pid}.${this.#writes++}.part`);
    await writeFile(part, JSON.stringify(value), { mode: 0o600 });
    await rename(part, join(this.#folder, key));
  }
}

/** An unfinished file of this age was left by a builder that died. */
const partMs = 60_000;
