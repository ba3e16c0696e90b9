// Tests what `slipway invoke` shows besides the answer: the request ID, and which action of a Go plugin is called.
import { expect, test } from 'vitest';
import { type Scripted, scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';

const headers = { 'slipway-request-id': 'req_1' };
const answered = { status: 'success', version: '1.0.0', raw_response: { size: 1 }, duration_ms: 1 };

async function invoke(args: string[], ...answers: Scripted[]) {
  await using server = await scriptedServer(...answers);
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const ran = await inProcess(['invoke', ...args, '-d', '{}'], environment);
  const sent = server.received.map(({ body, method, url }) => `${method} ${url} ${body}`.trim());
  return { ...ran, lines: ran.stderr.trimEnd().split('\n').slice(1), sent };
}

const extractor = ['notes', '--kind', 'extractor', '--no-validate'];
const go = ['upper', '--kind', 'pipeline', '--action', 'upper'];

test.each<[string, string[], Scripted, string[]]>([
  ['an extractor', extractor, { body: answered }, []],
  [
    'an extractor that failed',
    extractor,
    { body: { ...answered, status: 'error', error: 'no', message: 'Raised at processors/core.py:8' } },
    ['✗ no', '  Raised at processors/core.py:8', '  log      slipway logs notes --request req_1'],
  ],
  ['a Go plugin', go, { body: { result: 1 } }, []],
  ['a Go plugin that failed', go, { body: { error: { message: 'no', stack: 'at 1' } } }, ['✗ no', '  at 1']],
  [
    'a Go plugin that panicked',
    go,
    { body: { error: { message: 'panic:\tno', stack: 'main.go\n\tline 3' } } },
    ['✗ panic:    no', '  main.go', '      line 3'],
  ],
])('the answer from %s is printed with its request ID', async (_, args, answer, before) => {
  const { lines } = await invoke(args, { ...answer, headers });
  expect(lines).toEqual([...before, '  request  req_1']);
});

test.each([
  ['an extractor', extractor, answered],
  ['a Go plugin', go, { result: 1 }],
])('--json includes the request ID for %s', async (_, args, body) => {
  const { stdout } = await invoke([...args, '--json'], { body, headers });
  expect(JSON.parse(stdout)).toEqual({ ...body, request_id: 'req_1' });
});

const stream = (text: string): Scripted => ({
  body: text,
  headers: { ...headers, 'content-type': 'text/event-stream' },
});

test('--stream prints one value per line', async () => {
  const events =
    'event: chunk\ndata: {"a": [1]}\n\n: heartbeat\n\nevent: chunk\ndata: "\\u001b"\n\nevent: done\ndata: {}\n\n';
  const { exit, stderr, stdout } = await invoke([...extractor, '--stream'], stream(events));
  expect([exit, stdout]).toEqual(['done', '{"a":[1]}\n"\\u001b"\n']);
  expect(stderr).toMatch(/^notes yielded 2 values in \S+ \S+\n {2}request {2}req_1\n$/);
});

test.each([
  ['an error', 'event: error\ndata: {"error": "ValueError: no"}\n\n', '✗ ValueError: no'],
  ['nothing', '', '✗ the response stream of notes was interrupted'],
])('a stream that ends with %s fails after its values', async (_, end, error) => {
  const { exit, stderr, stdout } = await invoke([...extractor, '--stream'], stream(`event: chunk\ndata: 1\n\n${end}`));
  expect([exit, stdout]).toEqual(['failed', '1\n']);
  expect(stderr).toContain(error);
});

test('--stream for a handler that yields nothing prints its answer', async () => {
  const { exit, stdout } = await invoke([...extractor, '--stream'], { body: answered });
  expect([exit, stdout]).toEqual(['done', '{\n  "size": 1\n}\n']);
});

test('--stream for a Go plugin is refused', async () => {
  const { exit, stderr } = await invoke([...go, '--stream']);
  expect([exit, stderr]).toEqual(['usage', expect.stringContaining('✗ upper is a Go plugin, which yields no values')]);
});

const withActions = (...names: string[]) => ({
  body: { name: 'upper', plugin_definition: { actions: names.map((name) => ({ name })) } },
});

test('a Go plugin with a single action needs no --action', async () => {
  const { exit, sent } = await invoke(['upper', '--kind', 'pipeline'], withActions('shout'), { body: { result: 1 } });
  expect([exit, sent]).toEqual([
    'done',
    [
      'GET /api/plugins/upper',
      'POST /api/plugins/upper/call {"method":"execute","params":{"action":"shout","params":{}}}',
    ],
  ]);
});

test.each<[string, string[], Scripted[], string, string]>([
  [
    'several actions',
    ['upper', '--kind', 'pipeline'],
    [withActions('shout', 'whisper')],
    '✗ the action for upper is missing',
    'Pass --action with one of: shout, whisper.',
  ],
  [
    'no declared action',
    ['upper', '--kind', 'pipeline'],
    [withActions()],
    '✗ the action for upper is missing',
    'Pass --action. `slipway show upper` lists the actions.',
  ],
  [
    'the operations of a storage plugin',
    ['rows', '--kind', 'storage'],
    [],
    '✗ the storage operation for rows is missing',
    'Pass --action with one of: initialize, create_schema, store, retrieve, update, delete, metadata, health.',
  ],
])('%s must be selected from a list', async (_, args, answers, message, fix) => {
  const { exit, stderr } = await invoke(args, ...answers);
  expect([exit, stderr]).toEqual(['usage', `${message}\n  fix      ${fix}\n`]);
});
