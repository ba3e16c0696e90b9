// Tests Go capability analyses: their cache, limits and failures. analyzed-programs.test.ts covers the findings.
// @module-tag go
// @module-tag long
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Analysis } from '../../../src/contract/builder/analyses.ts';
import { coldCacheMs, goMod, pipelinePlugin } from '../go-support.ts';
import type { Files, TestBuilder } from '../support.ts';
import { analyze, analyzeSource, startAnalyzingBuilder } from './analysis-support.ts';

let builder: TestBuilder;
let impatient: TestBuilder;
beforeAll(async () => {
  builder = await startAnalyzingBuilder();
  impatient = await startAnalyzingBuilder({ BUILDER_LIMITS: JSON.stringify({ analysisMs: 1 }) });
  // The first analysis on a machine builds the analyzer.
  await analyzeSource(builder, await builder.putArchive({ 'plugin.go': pipelinePlugin('return nil, nil') }));
}, coldCacheMs);
afterAll(async () => {
  await builder.close();
  await impatient.close();
});

const files = (comment: string): Files => ({
  'plugin.go': pipelinePlugin('return nil, os.Setenv("A", "b")', { imports: '"os"', more: `// ${comment}\n` }),
});
const exits: Analysis['reached'] = [
  {
    name: 'MODIFY_SYSTEM_STATE',
    path: ['plugin.plugin.Execute', 'os.Setenv'],
    module: null,
    through: 'os.Setenv',
  },
];

test('an analysis names each capability with a path, and is then read from the cache without the archive', async () => {
  const archive = await builder.putArchive(files(crypto.randomUUID()));
  const first = await analyze(builder, archive);
  const body = {
    recipe: expect.stringMatching(/^[0-9a-f]{64}$/),
    reached: exits,
    functions: expect.stringMatching(/^os .*\bSetenv\b/m),
  };
  expect(first).toEqual({ status: 200, body });
  // Another builder shares the trusted cache folder. Its time limit is too short to analyze anything itself.
  expect(await analyze(impatient, archive)).toEqual(first);
});

test('the archive is requested if the result is not cached', async () => {
  const archive = 'f'.repeat(64);
  expect(await analyze(builder, archive)).toEqual({
    status: 409,
    body: {
      error: {
        code: 'blob-missing',
        message: 'The archive is missing. Send it with PUT /blobs/{sha256}, then retry.',
        missing: [archive],
      },
    },
  });
});

test('an analysis over its time limit fails closed, and is not stored', async () => {
  const archive = await impatient.putArchive(files(crypto.randomUUID()));
  expect(await analyzeSource(impatient, archive)).toEqual([
    { name: 'UNANALYZED', path: [], module: null, through: '', reason: 'The analysis did not finish within 0.001 s.' },
  ]);
  expect((await analyze(builder, archive)).status).toBe(409);
});

test('a builder that fails during an analysis reports the failure, and completes the next request', async () => {
  const archive = await builder.putArchive(files(crypto.randomUUID()));
  const folder = join(builder.stateFolder, 'builds');
  rmSync(folder, { recursive: true });
  expect(await analyze(builder, archive)).toEqual({
    status: 500,
    body: { error: { code: 'internal', message: 'The builder failed. See its log for the cause.' } },
  });
  mkdirSync(folder, { mode: 0o711 });
  expect(await analyzeSource(builder, archive)).toEqual(exits);
});

test("a source that can't be read completely fails closed", async () => {
  const archive = await builder.putArchive({
    'go.mod': goMod(),
    'plugin.go': pipelinePlugin('return nothing, nil'),
  });
  expect(await analyzeSource(builder, archive)).toEqual([
    {
      name: 'UNANALYZED',
      path: [],
      module: null,
      through: '',
      reason: 'reading example.com/plugin: undefined: nothing',
    },
  ]);
});
