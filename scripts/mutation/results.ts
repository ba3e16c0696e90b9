// Keeps the results of trials in a JSON file, so that a run that was interrupted continues where it stopped.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Mutation } from './list.ts';

const model = z.record(
  z.string(),
  z.object({
    fingerprint: z.string(),
    outcome: z.enum(['noticed', 'unnoticed']),
    by: z.string().optional(),
    ms: z.number(),
  }),
);

export type Result = z.infer<typeof model>[string];

export class Results {
  readonly #path: string | undefined;
  readonly #results: Record<string, Result>;

  private constructor(path: string | undefined, results: Record<string, Result>) {
    this.#path = path;
    this.#results = results;
  }

  static async open(path: string | undefined): Promise<Results> {
    const text = path && (await readFile(path, 'utf8').catch(() => undefined));
    return new Results(path, text ? model.parse(JSON.parse(text)) : {});
  }

  /** Returns the stored result, unless the mutation, its file or its tests have changed since. */
  get(mutation: Mutation, fingerprint: string): Result | undefined {
    const result = this.#results[keyOf(mutation)];
    return result?.fingerprint === fingerprint ? result : undefined;
  }

  async set(mutation: Mutation, result: Result): Promise<void> {
    this.#results[keyOf(mutation)] = result;
    if (this.#path) await writeFile(this.#path, `${JSON.stringify(this.#results, null, 2)}\n`);
  }
}

function keyOf({ folder, name }: Mutation): string {
  return `${folder}: ${name}`;
}

export async function fingerprintOf(root: string, mutation: Mutation): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([mutation.after, mutation.tests]));
  for (const path of mutation.tests) hash.update(await readFile(join(root, path)));
  return hash.digest('hex');
}
