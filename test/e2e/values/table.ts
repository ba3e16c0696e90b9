// The value table: rows with every kind of value, sent through steps of every form (test/fixtures/values).
import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { z } from 'zod';

const fixture = fileURLToPath(import.meta.resolve('../../fixtures/values'));

export const shapes = ['function', 'class', 'conditional'] as const;
export type Shape = (typeof shapes)[number];

/** The library of the frames that the steps return. `table` is the stand-in for pandas. */
export type Library = 'pandas' | 'table' | 'polars' | 'pyarrow';

/** A row's number, and the JSON text of its result or its error. */
export type Outcome = [number, string | null, string | null];

const verdictSchema = z.object({
  cells: z.number(),
  silent: z.array(z.string()),
  errors: z.record(z.string(), z.number()),
});

async function program(args: string[], input: string): Promise<string> {
  const child = spawn(inject('python'), [join(fixture, 'cells.py'), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(input);
  return text(child.stdout);
}

/** Returns the JSON texts of the rows. */
export async function rowsFor(library: Library): Promise<string[]> {
  return (await program(['rows', library], '')).trimEnd().split('\n');
}

/** Returns what came out differently, and the errors with their numbers of rows. */
export async function verdictOn(library: Library, shape: Shape, outcomes: Outcome[]) {
  const input = outcomes.map((outcome) => JSON.stringify(outcome)).join('\n');
  return verdictSchema.parse(JSON.parse(await program(['check', library, shape], input)));
}

/** Writes a batch-only plugin whose batches of four rows are the table's cases. Returns its name. */
export async function writePlugin(folder: string, library: Library, shape: Shape, declared = ''): Promise<string> {
  const name = `values_${library}_${shape}`;
  const dependencies = library === 'table' ? '' : `dependencies = ["${library}"]\n`;
  const files = {
    'manifest.py': `feature_extractor_name = "${name}"
version = "1.0.0"
features = []
compute_profile = {"batch_size": 4}
${dependencies}${declared}`,
    'pipeline.py': `from .forms import steps_of


def build_steps(extractor_request):
    return {"steps": steps_of("${library}", "${shape}")}
`,
  };
  await mkdir(join(folder, name), { recursive: true });
  await cp(join(fixture, 'forms.py'), join(folder, name, 'forms.py'));
  for (const [file, content] of Object.entries(files)) await writeFile(join(folder, name, file), content);
  return name;
}

const failedSchema = z.object({ row: z.number(), error: z.string() });

/** Reads a run's files. */
export async function runOutcomes(output: string, errors: string, count: number): Promise<Outcome[]> {
  const lines = async (file: string) => (await readFile(file, 'utf8').catch(() => '')).split('\n').slice(0, -1);
  const failed = new Map<number, string>();
  for (const line of await lines(errors)) {
    const { error, row } = failedSchema.parse(JSON.parse(line));
    failed.set(row, error);
  }
  const results = (await lines(output)).values();
  return Array.from({ length: count }, (_, at) => {
    const error = failed.get(at);
    return error === undefined ? [at, results.next().value ?? '{}', null] : [at, null, error];
  });
}
