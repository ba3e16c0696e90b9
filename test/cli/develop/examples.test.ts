// @module-tag index
// @module-tag long
// Tests that the examples with dependencies pass `slipway test`: they are installed, loaded in the sandbox and called.
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { slipway } from '../slipway.ts';

/** Long enough to download packages. */
const timeout = 300_000;

/** How this machine reaches the package index. */
const network = ['SSL_CERT_FILE', 'SSL_CERT_DIR', 'HTTPS_PROXY', 'NO_PROXY', 'UV_DEFAULT_INDEX', 'BUILDER_WHEELS'];
const env = Object.fromEntries(network.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));

test.each([
  ['image_tags', ['structure', 'packages', 'schemas', 'pipeline', 'tests', 'realtime'], []],
  ['csv_rows', ['structure', 'packages', 'schemas', 'pipeline', 'tests'], ['realtime']],
  ['embeddings_onnx', ['structure', 'packages', 'schemas', 'pipeline', 'tests', 'realtime'], []],
])('the example %s passes slipway test', { timeout }, async (name, passed, skipped) => {
  const example = fileURLToPath(import.meta.resolve(`../../../examples/${name}`));
  const { stdout } = await slipway(['test', '--json', example, '--sample-data', `${example}/tests/sample.json`], {
    env,
  });
  const report = JSON.parse(stdout);
  const named = (status: string) =>
    report.checks
      .filter((check: { status: string }) => check.status === status)
      .map((check: { name: string }) => check.name);
  expect([report.passed, named('passed'), named('skipped')]).toEqual([true, passed, skipped]);
});
