// @module-tag index
// @module-tag long
// Tests that the examples with dependencies pass `slipway test`: they are installed, loaded in the sandbox and called.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, onTestFinished, test } from 'vitest';
import { slipway } from '../slipway.ts';

/** Long enough to download packages. */
const timeout = 300_000;

const examples = fileURLToPath(import.meta.resolve('../../../examples'));

interface Report {
  passed: boolean;
  checks: { name: string; status: string }[];
}

async function tested(name: string, rows: string, more: string[] = []): Promise<Report> {
  const args = ['test', '--json', join(examples, name), '--sample-data', join(examples, name, 'tests', rows), ...more];
  return JSON.parse((await slipway(args)).stdout);
}

const all = ['structure', 'packages', 'schemas', 'pipeline', 'tests', 'realtime'];

test.each([
  ['image_tags', all, []],
  ['csv_rows', ['structure', 'packages', 'schemas', 'pipeline', 'tests'], ['realtime']],
  ['embeddings_onnx', [...all, 'batching'], []],
])('the example %s passes slipway test', { timeout }, async (name, passed, skipped) => {
  const report = await tested(name, 'sample.json');
  const named = (status: string) => report.checks.filter((check) => check.status === status).map((check) => check.name);
  expect([report.passed, named('passed'), named('skipped')]).toEqual([true, passed, skipped]);
});

test('the example clip_search passes slipway test without a GPU, with the model that its script makes', {
  timeout,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-clip-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const model = join(folder, 'clip.safetensors');
  execFileSync(inject('python'), [join(examples, 'clip_search/scripts/make_model.py'), model]);
  const { checks, passed } = await tested('clip_search', 'images.jsonl', ['--model', `clip=${model}`]);
  expect([passed, checks.filter(({ status }) => status === 'passed').map(({ name }) => name)]).toEqual([
    true,
    all.filter((name) => name !== 'structure'),
  ]);
  expect(checks.find(({ name }) => name === 'structure')).toMatchObject({ status: 'warning' });
});
