// Reads and writes small JSON files that only their owner can read. Replaces a file by renaming, so that no reader sees a partial file.
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { z } from 'zod';
import { parseJson } from '../../src/core/json/parse.ts';

export async function writePrivateJson(path: string, value: unknown): Promise<void> {
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await rename(unfinished, path);
}

/** Returns undefined if the file is missing or doesn't match the schema. */
export async function readPrivateJson<Output>(path: string, schema: z.ZodType<Output>): Promise<Output | undefined> {
  return schema.safeParse(parseJson(await readFile(path, 'utf8').catch(() => ''))).data;
}
