// Tests the requests and output of `slipway run` and `slipway runs`.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { progressReporter } from '../../../../src/cli/features/runs/follow.ts';
import { createOutput } from '../../../../src/cli/terminal/output.ts';
import { inProcess } from '../../../cli/in-process.ts';
import { type Scripted, scriptedServer } from '../../../client/scripted-server.ts';

const run = {
  ...{ run_id: 'run_7', plugin_id: 'scores_1_0_0', name: 'scores', version: '1.0.0', deployment_id: 'dep_1' },
  ...{ parameters: { language: 'en' }, max_parallel: 8 },
  input: { format: 'jsonl', compression: null, failed_of: null, bytes: 9000 },
  ...{ status: 'partial', error: null, rows: 1200, done: 1190, skipped: 20, failed: 10 },
  ...{ output_bytes: 2048, error_bytes: 512, created_at: '2026-11-20T12:00:00.000Z' },
  ...{ started_at: '2026-11-20T12:00:01.000Z', ended_at: '2026-11-20T12:00:03.500Z' },
};
const noNumber = "step 1: TypeError at pipeline.py:7: unsupported operand type(s) for +: 'int' and 'str'";
const errors: Scripted = {
  headers: { 'content-type': 'application/x-ndjson' },
  body: [3, 5].map((row) => JSON.stringify({ row, error: noNumber, input: { n: 'x', language: 'en' } })).join('\n'),
};
const shown = `! scores 1.0.0: partial
  run      run_7
  rows     1,190 of 1,200 done, 20 of them skipped, 10 failed
  results  output: 2.0 KB, errors: 512 bytes
  created  2026-11-20 12:00:00Z
  took     2.5 s
  causes   2 × ${noNumber}
  columns  n, language
  errors   slipway runs output run_7 --errors
  next     slipway runs retry run_7
`;

const stream = (event: string, data: object) => ({
  headers: { 'content-type': 'text/event-stream' },
  body: `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`,
});

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'slipway-runs-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

async function slipway(answers: (url: string) => Scripted[], args: string[]) {
  await using server = await scriptedServer();
  server.answers.push(...answers(server.url));
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const ran = await inProcess(args, environment);
  return { ...ran, asked: server.received.map(({ method, url }) => `${method} ${url}`), received: server.received };
}

const page = (urls: string[], next: string | null = null): Scripted => ({
  body: {
    ...run,
    results: urls.map((url) => ({ url, bytes: 1, number: 0 })),
    pagination: { limit: 2, next_cursor: next },
  },
});

test('slipway run sends the file, follows the run, and saves its results', async () => {
  const at = await folder();
  await writeFile(join(at, 'rows.csv'), 'n\n1\n');
  const files = ['--output', join(at, 'out.jsonl'), '--errors', join(at, 'errors.jsonl')];
  const { asked, exit, received, stderr, stdout } = await slipway(
    (url) => [
      { body: { ...run, status: 'open', presigned_url: `${url}/put` } },
      {},
      { body: { ...run, status: 'queued' } },
      stream('run', run),
      { body: run },
      page([`${url}/part1`], 'more'),
      { body: '{"n":1}\n' },
      page([`${url}/part2`]),
      { body: '{"n":2}\n' },
      page([`${url}/part3`]),
      { body: '{"row":2}\n' },
      errors,
    ],
    ['run', 'scores', '--input', join(at, 'rows.csv'), '--parameters', '{"top":1}', '--max-parallel', '2', ...files],
  );
  expect(asked.slice(0, 5)).toEqual([
    'POST /v1/namespaces/ns_1/plugins/by-name/scores/runs',
    'PUT /put',
    'POST /v1/namespaces/ns_1/runs/run_7/start',
    'GET /v1/namespaces/ns_1/runs/run_7/events',
    'GET /v1/namespaces/ns_1/runs/run_7',
  ]);
  expect(JSON.parse(received[0]?.body ?? '')).toEqual({
    input: { format: 'csv', size_bytes: 4 },
    parameters: { top: 1 },
    max_parallel: 2,
  });
  expect(received[1]?.body).toBe('n\n1\n');
  expect(await readFile(join(at, 'out.jsonl'), 'utf8')).toBe('{"n":1}\n{"n":2}\n');
  expect(await readFile(join(at, 'errors.jsonl'), 'utf8')).toBe('{"row":2}\n');
  expect([exit, stdout]).toEqual(['failed', shown]);
  expect(stderr).toContain('· run        run_7\n');
  expect(stderr).toContain('1,200 of 1,200 rows');
});

test('slipway run with a version requests that version, and --detach does not wait', async () => {
  const at = await folder();
  await writeFile(join(at, 'rows.jsonl.gz'), 'x');
  const { asked, exit, received } = await slipway(
    (url) => [
      { body: { ...run, presigned_url: `${url}/put` } },
      {},
      { body: { ...run, status: 'queued', ended_at: null } },
    ],
    ['run', 'scores@1.0.0', '--input', join(at, 'rows.jsonl.gz'), '--detach'],
  );
  expect(asked[0]).toBe('POST /v1/namespaces/ns_1/plugins/scores_1_0_0/runs');
  expect(JSON.parse(received[0]?.body ?? '')).toEqual({
    input: { format: 'jsonl', compression: 'gzip', size_bytes: 1 },
  });
  expect(exit).toBe('done');
});

test.each([
  [';', ';'],
  ['tab', '\t'],
  ['\\t', '\t'],
])('slipway run --separator %j sends %j', async (given, separator) => {
  const at = await folder();
  await writeFile(join(at, 'rows.csv'), 'a,b');
  const { received } = await slipway(
    () => [{ body: { ...run, presigned_url: null } }],
    ['run', 'scores', '--input', join(at, 'rows.csv'), '--separator', given, '--detach'],
  );
  expect(JSON.parse(received[0]?.body ?? '').input).toEqual({ format: 'csv', separator, size_bytes: 3 });
});

test('slipway run refuses a file with an unknown extension', async () => {
  const { exit, stderr } = await slipway(() => [], ['run', 'scores', '--input', 'rows.parquet']);
  expect([exit, stderr.split('\n')[0]]).toEqual(['usage', '✗ cannot tell the format of rows.parquet']);
});

test('slipway runs lists the runs for a name, and says that there are more', async () => {
  const { asked, stderr, stdout } = await slipway(
    () => [{ body: { results: [run], pagination: { limit: 1, next_cursor: 'b2xk' } } }],
    ['runs', 'list', 'scores', '--status', 'partial', '--limit', '1'],
  );
  expect(asked).toEqual(['GET /v1/namespaces/ns_1/plugins/by-name/scores/runs?limit=1&status=partial']);
  expect(stdout).toContain('run_7  scores@1.0.0  ! partial  1,190 of 1,200 done, 20 of them skipped, 10 failed');
  expect(stderr).toBe('There are more results; repeat with --cursor b2xk\n');
});

test('slipway runs show for a run in which every row failed lists the causes, and suggests no pointless retry', async () => {
  const failed = { ...run, status: 'failed', error: 'Every row failed.', done: 0, skipped: 0, failed: 1200 };
  const { stdout } = await slipway(() => [{ body: failed }, errors], ['runs', 'show', 'run_7']);
  expect(stdout.split('\n').slice(5)).toEqual([
    '  took     2.5 s',
    '  error    Every row failed.',
    `  causes   2 × ${noNumber}`,
    '  columns  n, language',
    '  errors   slipway runs output run_7 --errors',
    '',
  ]);
});

test('slipway runs show says that the values of a CSV are text', async () => {
  const csv = { ...run, input: { ...run.input, format: 'csv' } };
  const { stdout } = await slipway(() => [{ body: csv }, errors], ['runs', 'show', 'run_7']);
  expect(stdout).toContain('  columns  n, language (all text, since the input is CSV)\n');
});

test('slipway runs shows, cancels and retries a run', async () => {
  expect((await slipway(() => [{ body: run }, errors], ['runs', 'show', 'run_7'])).stdout).toBe(shown);
  const cancelled = await slipway(() => [{ body: { ...run, status: 'cancelled' } }], ['runs', 'cancel', 'run_7']);
  expect(cancelled.stdout).toBe('✓ run_7 is cancelled\n');
  const created = { ...run, run_id: 'run_8', status: 'queued', presigned_url: null };
  const retried = await slipway(() => [{ body: run }, { body: created }], ['runs', 'retry', 'run_7']);
  expect(JSON.parse(retried.received[1]?.body ?? '')).toEqual({
    input: { failed_of: 'run_7' },
    parameters: { language: 'en' },
    max_parallel: 8,
  });
  expect(retried.stdout).toBe('✓ run_8 is queued\n  next     slipway runs watch run_8\n');
});

test('slipway runs output prints the lines unchanged', async () => {
  const lines = '{"row":1,"error":"é"}\n';
  const { stdout } = await slipway(
    (url) => [page([`${url}/part`]), { body: lines }],
    ['runs', 'output', 'run_7', '--errors'],
  );
  expect(stdout).toBe(lines);
});

/** Returns what a run prints while it is in progress, to a terminal or to a file. */
function progressOf(isTTY: boolean): string {
  let written = '';
  const write = (text: string) => {
    written += text;
    return true;
  };
  let now = 0;
  const output = createOutput({ write }, { write, isTTY, columns: 100 }, {}, true);
  const report = progressReporter(output, () => now);
  report({ status: 'splitting', rows: 400, done: 0, failed: 0 });
  now = 1000;
  report({ status: 'running', rows: 1000, done: 240, failed: 10 });
  now = 11_000;
  report({ status: 'running', rows: 1000, done: 500, failed: 10 });
  output.progress('');
  return written;
}

test("a run's progress on a terminal is a bar", () => {
  const last = progressOf(true)
    .split('\r\u001b[K')
    .filter((text) => text !== '')
    .at(-1);
  expect(last).toBe('· [============            ]  running  510 of 1,000 rows  46 rows/s  10.6 s left  10 failed');
});

test("a run's progress without a terminal is an occasional line", () => {
  expect(progressOf(false)).toBe('· running  510 of 1,000 rows  46 rows/s  10.6 s left  10 failed\n');
});

test('a run is followed while its server does not answer', async () => {
  const lost = { ...stream('run', { ...run, status: 'running' }), broken: true };
  const answers = [lost, { status: 502, body: 'bad gateway' }, stream('end', {}), { body: run }, errors];
  const ended = await slipway(() => answers, ['runs', 'watch', 'run_7']);
  expect(ended).toMatchObject({ exit: 'failed', stdout: shown });
});

test('the refusal to show a run ends following it', async () => {
  const denied = { status: 403, body: { title: 'denied' } };
  expect(await slipway(() => [denied], ['runs', 'watch', 'run_7'])).toMatchObject({
    exit: 'denied',
    asked: ['GET /v1/namespaces/ns_1/runs/run_7/events'],
  });
});
