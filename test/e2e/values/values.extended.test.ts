// @module-tag index
// Tests that no value changes in silence on its way through a plugin's steps: kinds of values, forms of steps, libraries of frames, and the
// ways in which steps run.
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { slipway } from '../../cli/slipway.ts';
import { newStateFolder, removeState, type Slipway, startSlipway } from '../slipway.ts';
import {
  type Library,
  type Outcome,
  rowsFor,
  runOutcomes,
  type Shape,
  shapes,
  verdictOn,
  writePlugin,
} from './table.ts';

const fixture = fileURLToPath(import.meta.resolve('../../fixtures/values'));
const batchRows = 1000;
const libraries: Library[] = inject('long') ? ['table', 'pandas', 'polars', 'pyarrow'] : ['table', 'pandas'];
const cases = libraries.flatMap((library) =>
  (inject('long') ? shapes : (['conditional'] as const)).map((shape) => ({ library, shape })),
);

let state: string;
let server: Slipway;

beforeAll(async () => {
  state = await newStateFolder();
  server = await startSlipway(state);
  await server.ready();
});

afterAll(async () => {
  await server.stop();
  await removeState(state);
});

const reportSchema = z.object({
  report: z.object({
    operations: z.number(),
    done: z.number(),
    different: z.array(z.unknown()),
    errors: z.array(z.unknown()),
  }),
});

async function run(args: string[]) {
  return slipway(args, { cwd: state, env: { SLIPWAY_STATE: state } });
}

async function publish(library: Library, shape: Shape): Promise<string> {
  const name = await writePlugin(state, library, shape);
  const published = await run(['publish', name]);
  expect([published.code, published.stderr.match(/^✗.*/ms)?.[0]]).toEqual([0, undefined]);
  return name;
}

/** The command prints a line for each row, `null` if it failed, and errors as `row 5: …`. */
async function batchTested(name: string, rows: string[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let first = 0; first < rows.length; first += batchRows) {
    const part = rows.slice(first, first + batchRows);
    const file = join(state, `${name}.jsonl`);
    await writeFile(file, part.join('\n'));
    const { stderr, stdout } = await run(['batch', 'test', name, '--rows', file]);
    const errors = new Map(
      [...stderr.matchAll(/\brow (\d+): (.*)/g)].map(([, row = '', error = '']) => [Number(row), error]),
    );
    const lines = stdout.split('\n').slice(0, -1);
    expect([lines.length, lines.length === part.length ? '' : stderr]).toEqual([part.length, '']);
    for (const [at, line] of lines.entries())
      outcomes.push(line === 'null' ? [first + at, null, errors.get(at + 1) ?? ''] : [first + at, line, null]);
  }
  return outcomes;
}

async function ran(name: string, rows: string[]): Promise<Outcome[]> {
  const file = (end: string) => join(state, `${name}.${end}`);
  await writeFile(file('jsonl'), `${rows.join('\n')}\n`);
  await run(['run', name, '--input', file('jsonl'), '--output', file('out'), '--errors', file('errors')]);
  return runOutcomes(file('out'), file('errors'), rows.length);
}

test.each(cases)('no value changes in silence: $library, $shape', async ({ library, shape }) => {
  const rows = await rowsFor(library);
  const name = await publish(library, shape);
  const deployed = await run(['deploy', name, '--batch-only']);
  expect([deployed.code, deployed.stderr.match(/^✗.*/ms)?.[0]]).toEqual([0, undefined]);
  const tested = await verdictOn(library, shape, await batchTested(name, rows));
  const inRun = await verdictOn(library, shape, await ran(name, rows));
  expect([tested.silent, inRun.silent]).toEqual([[], []]);
  expect(inRun).toEqual(tested);
  if (rows.length <= batchRows) {
    const { stdout } = await run(['test', name, '--sample-data', join(state, `${name}.jsonl`)]);
    const failed = Object.values(tested.errors).reduce((sum, count) => sum + count, 0);
    expect(stdout).toContain(`${failed} of ${rows.length} rows failed`);
  }
  expect(tested.cells).toBeGreaterThan(7000);
});

test('the stand-in for pandas does what pandas does, or refuses it', async () => {
  const folder = join(state, 'operations');
  await mkdir(folder);
  await cp(join(fixture, 'operations.py'), join(folder, 'operations.py'));
  const manifest =
    'feature_extractor_name = "operations"\nversion = "1.0.0"\nfeatures = []\ndependencies = ["pandas"]\n';
  await writeFile(join(folder, 'manifest.py'), manifest);
  await writeFile(
    join(folder, 'pipeline.py'),
    `from .operations import report


def build_steps(request):
    return {"steps": [lambda batch: batch.assign(report=[report()])]}
`,
  );
  await writeFile(join(folder, 'row.jsonl'), '{}');
  for (const args of [
    ['publish', 'operations'],
    ['deploy', 'operations', '--batch-only'],
  ])
    expect(await run(args)).toMatchObject({ code: 0 });
  const { stdout } = await run(['batch', 'test', 'operations', '--rows', join(folder, 'row.jsonl')]);
  const { report } = reportSchema.parse(JSON.parse(stdout));
  expect(report).toMatchObject({ different: [], errors: [] });
  expect(report.done).toBeGreaterThan(report.operations / 4);
});
