// Tests that `slipway invoke` checks names and inputs before it sends them.
import { expect, test } from 'vitest';
import { scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';

const manifest = {
  input_schema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
  parameter_schema: { type: 'object', properties: { top: { type: 'integer' } } },
};
const answered = { status: 'success', version: '1.0.0', raw_response: { size: 1 }, duration_ms: 1 };

async function invoke(name: string, ...args: string[]) {
  const known = [{ body: { serving_version: '1.0.0' } }, { body: { plugin: { manifest } } }];
  await using server = await scriptedServer(...(args.includes('--no-validate') ? [{ body: answered }] : known));
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const ran = await inProcess(['invoke', name, '--kind', 'extractor', ...args], environment);
  return { ...ran, posted: server.received.filter(({ method }) => method === 'POST').map(({ body }) => body) };
}

test.each([
  ['inputs', ['-d', '{}'], /^ {2}inputs: .*"text"/],
  ['inputs', ['-d', '{"text": 1}'], /^ {2}inputs\.text: .*"string"/],
  ['parameters', ['-d', '{"text": "a"}', '--parameters', '{"top": "x"}'], /^ {2}parameters\.top: .*"integer"/],
])('slipway invoke refuses %s that violates the schema, before sending: %j', async (_, args, line) => {
  const { exit, posted, stderr } = await invoke('notes', ...args);
  expect([exit, posted, stderr.split('\n')]).toEqual([
    'usage',
    [],
    [
      '✗ the call does not match the input schema of notes 1.0.0',
      expect.stringMatching(line),
      '  fix      Correct the fields above. `--no-validate` skips this check.',
      '',
    ],
  ]);
});

test('slipway invoke says that --data takes the inputs alone, if it gets a whole request', async () => {
  const { stderr } = await invoke('notes', '-d', '{"inputs": {"text": "a"}}');
  expect(stderr).toContain('  fix      `--data` takes the inputs alone: leave out "inputs" around them.\n');
});

test('slipway invoke --no-validate sends any inputs', async () => {
  expect(await invoke('notes', '--no-validate', '-d', '{}')).toMatchObject({ exit: 'done', posted: ['{"inputs":{}}'] });
});

test('a name with a hyphen is answered with the one that a plugin can have', async () => {
  expect(await invoke('my-notes@1.2.3', '-d', '{}')).toMatchObject({
    exit: 'usage',
    stderr:
      "✗ 'my-notes@1.2.3' is not a plugin\n  fix      Did you mean my_notes@1.2.3? Names have underscores, no hyphens.\n",
  });
});
