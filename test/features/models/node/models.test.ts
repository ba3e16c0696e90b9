// Tests the output of `slipway models`, and its requests to the API and the store.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inProcess } from '../../../cli/in-process.ts';
import { folderOf } from '../../../cli/slipway.ts';
import { type Scripted, scriptedServer } from '../../../client/scripted-server.ts';

const content = 'GGUF weights';
const sha256 = createHash('sha256').update(content).digest('hex');
const described = { sha256, size_bytes: content.length };
const at = '/v1/namespaces/ns_1/models';
const model = {
  ...{ name: 'weights', ...described, waived_because: null, updated_by: { type: 'key', id: 'key_1' } },
  ...{ created_at: '2026-03-01T10:00:00.000Z', updated_at: '2026-03-01T10:00:00.000Z' },
};

function weights(): string {
  return join(folderOf({ 'weights.gguf': content, 'empty.gguf': '' }), 'weights.gguf');
}

/** Runs the command against a server that sends these responses. The first response may name the server itself as the store. */
async function ran(args: string[], answers: (url: string) => Scripted[]) {
  await using server = await scriptedServer();
  server.answers.push(...answers(server.url));
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  return { ...(await inProcess(['models', ...args], environment)), received: server.received };
}

const uploadTo = (url: string): Scripted => ({
  body: { upload_url: `${url}/store/signed`, expires_at: '2026-03-01T11:00:00.000Z', model: null },
});

test('slipway models put sends the file to the store, without the key, and confirms it', async () => {
  const { exit, received, stderr, stdout } = await ran(['put', 'weights', weights()], (url) => [
    uploadTo(url),
    { headers: { etag: '"1"' } },
    { body: model },
  ]);
  expect([exit, stdout]).toEqual(['done', `✓ stored weights (12 bytes, sha256 ${sha256.slice(0, 12)})\n`]);
  expect(stderr.replaceAll(/ [\d.]+ m?s */g, ' TIME ')).toBe(
    `· read       TIME sha256:${sha256.slice(0, 12)}  12 bytes\n· uploaded   TIME \n· verified   TIME by the server\n`,
  );
  expect(received.map(({ body, method, url }) => [method, url, body])).toEqual([
    ['PUT', `${at}/weights`, JSON.stringify(described)],
    ['PUT', '/store/signed', content],
    ['POST', `${at}/weights/confirm`, JSON.stringify(described)],
  ]);
  expect(received[1]?.headers).toMatchObject({ 'content-length': '12' });
  expect(received[1]?.headers.authorization).toBeUndefined();
});

test('slipway models put for content that is already stored uploads nothing, and confirms it', async () => {
  const { exit, received } = await ran(['put', 'weights', weights(), '--json'], () => [
    { body: { upload_url: null, expires_at: null, model } },
    { body: model },
  ]);
  expect([exit, received.map(({ method }) => method)]).toEqual(['done', ['PUT', 'POST']]);
});

test('slipway models put sends the reason for accepting a pickle', async () => {
  const waived = { ...model, waived_because: 'trained by ourselves' };
  const { received, stdout } = await ran(
    ['put', 'weights', weights(), '--waive-pickle', 'trained by ourselves', '--json'],
    (url) => [uploadTo(url), {}, { body: waived }],
  );
  expect(JSON.parse(received[2]?.body ?? '')).toEqual({ ...described, waive_pickle: 'trained by ourselves' });
  expect(JSON.parse(stdout)).toEqual(waived);
});

test.each([
  ['absent.gguf', 'ENOENT'],
  ['', 'the path is a folder'],
  ['empty.gguf', 'it is empty'],
])("slipway models put for %j, which can't be read, sends nothing", async (name, reason) => {
  const { exit, received, stderr } = await ran(['put', 'weights', join(weights(), '..', name)], () => []);
  expect([exit, received]).toEqual(['usage', []]);
  expect(stderr).toContain('✗ cannot read ');
  expect(stderr).toContain(reason);
  expect(stderr).toContain("fix      Name a readable file with the model's content.");
});

const refusal = (status: number, type: string, message: string, hint: string): Scripted => ({
  status,
  body: { success: false, status, error: { message, type, hint }, detail: message, request_id: 'req_1' },
});

test('a pickle without a reason is rejected, and the error says how to store it', async () => {
  const message = 'The model weights may run code when it is loaded: it is a pickle';
  const { exit, stderr, stdout } = await ran(['put', 'weights', weights()], (url) => [
    uploadTo(url),
    {},
    refusal(400, 'SecurityViolationError', message, 'Convert it to safetensors, ONNX or GGUF.'),
  ]);
  expect([exit, stdout]).toEqual(['rejected', '']);
  expect(stderr).toContain(`✗ ${message}\n`);
  expect(stderr).toContain('fix      Convert it to safetensors, ONNX or GGUF.');
});

test("slipway models list prints each model's size, digest and waiver", async () => {
  const results = [model, { ...model, name: 'old', size_bytes: 3 * 1024 ** 2, waived_because: 'trained by ourselves' }];
  const { exit, stdout } = await ran(['list'], () => [
    { body: { results, pagination: { limit: 50, next_cursor: null } } },
  ]);
  const digest = sha256.slice(0, 12);
  expect([exit, stdout.split('\n').map((line) => line.trimEnd().split(/ {2,}/))]).toEqual([
    'done',
    [
      ['MODEL', 'SIZE', 'SHA256', 'STORED'],
      ['weights', '12 bytes', digest, '2026-03-01 10:00:00Z'],
      ['old', '3.1 MB', digest, '2026-03-01 10:00:00Z', 'pickle waived'],
      [''],
    ],
  ]);
});

test.each([
  [[], 'false'],
  [['--force'], 'true'],
])('slipway models delete %j says whether a live version may lose the model', async (options, force) => {
  const { exit, received, stdout } = await ran(['delete', 'weights', '--yes', ...options], () => [
    { body: { success: true, name: 'weights' } },
  ]);
  expect([exit, stdout]).toEqual(['done', '✓ deleted weights\n']);
  expect(received.map(({ method, url }) => `${method} ${url}`)).toEqual([`DELETE ${at}/weights?force=${force}`]);
});

test('a model in use is not deleted, and the error names its users', async () => {
  const { exit, stderr } = await ran(['delete', 'weights', '--yes'], () => [
    refusal(
      409,
      'InUseError',
      'The model weights is used by tagger',
      'Undeploy what uses it, or repeat with `?force=true`.',
    ),
  ]);
  expect(exit).toBe('conflict');
  expect(stderr).toContain('✗ The model weights is used by tagger');
});

test('the list of models accepts --limit and --cursor', async () => {
  const pagination = { limit: 2, next_cursor: 'bmV4dA' };
  const answer = { body: { results: [], pagination } };
  const { received, stdout } = await ran(['list', '--limit', '2', '--cursor', 'YWJj', '--json'], () => [answer]);
  expect(received.map(({ url }) => url)).toEqual([`${at}?limit=2&cursor=YWJj`]);
  expect(JSON.parse(stdout).pagination.next_cursor).toBe('bmV4dA');
});

test('a deletion without a terminal requires --yes', async () => {
  const { exit, received, stderr } = await ran(['delete', 'weights'], () => []);
  expect(exit).toBe('usage');
  expect(stderr).toContain('✗ confirmation required: Delete the model weights\n');
  expect(received).toEqual([]);
});
