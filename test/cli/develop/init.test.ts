// Tests that plugins created by `slipway init` are accepted without changes.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { categories, kinds, templates } from '../../../src/cli/plugins/categories.ts';
import { inProcess } from '../in-process.ts';
import { folderOf } from '../slipway.ts';

describe('a new plugin has no findings', () => {
  test.each([...categories.map((category) => ['--category', category]), ...kinds.map((kind) => ['--kind', kind])])(
    'a new plugin has no findings: %s %s',
    async (...options) => {
      const output = join(folderOf({}), 'made');
      const described = ['--description', 'Says "hello", in 2 lines\n# é', '--author', "O'Brien"];
      expect(await inProcess(['init', 'made', '-o', output, ...options, ...described])).toMatchObject({ exit: 'done' });
      const { exit, stdout } = await inProcess(['lint', '--json', output]);
      expect([exit, JSON.parse(stdout).findings, unfilledFiles(output)]).toEqual(['done', [], []]);
    },
  );
});

function unfilledFiles(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map(({ name, parentPath }) => join(parentPath, name))
    .filter((path) => /\{\{/.test(readFileSync(path, 'utf8')));
}

test('a new plugin without a category is a function without features', async () => {
  const output = join(folderOf({}), 'made');
  const { stdout } = await inProcess(['init', 'made', '-o', output, '--json']);
  expect(JSON.parse(stdout).files).toEqual([
    '.gitignore',
    'AGENTS.md',
    'README.md',
    'manifest.py',
    'pipeline.py',
    'realtime.py',
    'tests/__init__.py',
    'tests/examples/hello.json',
    'tests/test_realtime.py',
  ]);
  expect(readFileSync(join(output, 'manifest.py'), 'utf8')).not.toMatch(/features|embedding/);
});

test('a new plugin without an author names no author in any file', async () => {
  const output = join(folderOf({}), 'made');
  await inProcess(['init', 'made', '-o', output]);
  const [manifest, readme] = ['manifest.py', 'README.md'].map((name) => readFileSync(join(output, name), 'utf8'));
  expect([manifest?.includes('author'), readme]).toEqual([
    false,
    expect.stringMatching(/^# made\n\nA function that takes and returns JSON\n\nSay here/),
  ]);
});

test.each([[[]], [['--category', 'image']], [['--kind', 'pipeline']], [['--kind', 'storage']]])(
  "a new plugin's README leaves to its author what it is for, and to Slipway its inputs and permissions: %j",
  async (options) => {
    const output = join(folderOf({}), 'made');
    await inProcess(['init', 'made', '-o', output, '--author', 'Ada', ...options]);
    const [callers] = readFileSync(join(output, 'README.md'), 'utf8').split('## Change it');
    expect(callers).toMatch(/^# made\n\nA.*\n\nBy Ada\.\n\nSay here what it is for/);
    expect(callers).not.toMatch(/permission|curl|slipway invoke|\|/);
  },
);

test.each([
  [[], 'run_inference(self, inputs: dict, parameters: dict)'],
  [['--category', 'image'], 'run_inference(self, inputs: dict, parameters: dict)'],
  [['--template', 'csv_rows'], 'run_inference(self, inputs: dict, parameters: dict)'],
  [['--kind', 'pipeline'], 'Execute(action string, '],
])("a new plugin's AGENTS.md tells coding agents the format in at most 60 lines: %j", async (options, signature) => {
  const output = join(folderOf({}), 'made');
  await inProcess(['init', 'made', '-o', output, ...options]);
  const text = readFileSync(join(output, 'AGENTS.md'), 'utf8');
  for (const part of ['# made: ', signature, 'slipway lint .', 'slipway test .', 'slipway mcp', 'permissions'])
    expect(text).toContain(part);
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
});

test('init does not overwrite existing files', async () => {
  const folder = folderOf({ 'notes.txt': 'mine' });
  const { exit, stderr } = await inProcess(['init', 'made', '-o', folder]);
  expect([exit, stderr, readdirSync(folder)]).toEqual([
    'conflict',
    `✗ ${folder} is not empty\n  fix      Choose another folder with --output.\n`,
    ['notes.txt'],
  ]);
});

test('an empty repository takes a plugin', async () => {
  const output = folderOf({ '.git/HEAD': 'ref: refs/heads/main\n' });
  expect(await inProcess(['init', 'tags', '-o', output])).toMatchObject({ exit: 'done' });
});

test("a Go plugin's name can have a hyphen", async () => {
  const output = join(folderOf({}), 'made');
  expect(await inProcess(['init', 'http-auth', '-o', output, '--kind', 'pipeline'])).toMatchObject({ exit: 'done' });
  expect(readFileSync(join(output, 'plugin.yaml'), 'utf8')).toMatch(/^name: http-auth$/m);
});

test('an invalid name is refused', async () => {
  const { exit, stderr } = await inProcess(['init', '2f', '-o', join(folderOf({}), 'made')]);
  expect([exit, stderr]).toEqual([
    'usage',
    "✗ '2f' is not a valid plugin name: must be 3 to 64 letters, digits or underscores, beginning with a letter\n",
  ]);
});

test.each([
  ['my-plugin', 'my_plugin'],
  ['My Plugin!', 'My_Plugin'],
  ['1.tags', 'tags'],
])('the invalid name %j is refused with the name %s', async (name, likely) => {
  const { exit, stderr } = await inProcess(['init', name, '-o', join(folderOf({}), 'made')]);
  expect([exit, stderr.split('\n')[1]]).toEqual(['usage', `  fix      Use \`slipway init ${likely}\`.`]);
});

test.each([
  [['/tmp/a/tags'], 'tags --output /tmp/a/tags'],
  [['./my-tags/'], 'my_tags --output ./my-tags/'],
  [["it's here/tags"], "tags --output 'it'\\''s here/tags'"],
  [['a/http-auth', '--kind', 'pipeline'], 'http-auth --output a/http-auth'],
])('a path in place of a name is refused with its last folder as the name: %j', async (words, likely) => {
  const { exit, stderr } = await inProcess(['init', ...words]);
  expect([exit, stderr.split('\n')[1]]).toEqual(['usage', `  fix      Use \`slipway init ${likely}\`.`]);
});

test('a name that commands would take for a version is refused', async () => {
  const { exit, stderr } = await inProcess(['init', 'tags_1_2_0', '-o', join(folderOf({}), 'made')]);
  expect([exit, stderr]).toEqual([
    'usage',
    "✗ 'tags_1_2_0' is the ID of version 1.2.0 of tags, so it can't be a name\n  fix      Use `slipway init tags`.\n",
  ]);
});

test.each(templates)('--template %s creates the example under another name, without findings', async (template) => {
  const output = join(folderOf({}), 'made');
  expect(await inProcess(['init', 'my_copy', '-o', output, '--template', template])).toMatchObject({ exit: 'done' });
  const { exit, stdout } = await inProcess(['lint', '--json', output]);
  expect([exit, JSON.parse(stdout).verdict]).toEqual(['done', 'pass']);
  const texts = readdirSync(output, { recursive: true, encoding: 'utf8' }).filter((path) => /\.(?:py|md)$/.test(path));
  expect(texts.filter((path) => readFileSync(join(output, path), 'utf8').includes(template))).toEqual([]);
});

test('--batching creates a function that gets its calls in batches, without findings', async () => {
  const output = join(folderOf({}), 'made');
  expect(await inProcess(['init', 'made', '-o', output, '--batching'])).toMatchObject({ exit: 'done' });
  const { exit, stdout } = await inProcess(['lint', '--json', output]);
  expect([exit, JSON.parse(stdout).findings, unfilledFiles(output)]).toEqual(['done', [], []]);
  const [manifest, readme, realtime] = ['manifest.py', 'README.md', 'realtime.py'].map((name) =>
    readFileSync(join(output, name), 'utf8'),
  );
  expect(manifest).toContain('\nserve_config = {"batching": {"max_size": 32}}\n');
  expect(realtime).toContain('def run_many(self, inputs: list[dict], parameters: dict) -> list[dict]:');
  expect(readme).toContain('run_many');
});

test('a new plugin without --batching does not mention batches of calls', async () => {
  const output = join(folderOf({}), 'made');
  await inProcess(['init', 'made', '-o', output]);
  const texts = ['manifest.py', 'README.md', 'realtime.py'].map((name) => readFileSync(join(output, name), 'utf8'));
  expect(texts.join('')).not.toMatch(/run_many|batching/);
});

test.each([
  [['--kind', 'pipeline'], "a pipeline plugin can't batch its calls\n  fix      Leave out --kind or --batching."],
  [['--kind', 'storage'], "a storage plugin can't batch its calls\n  fix      Leave out --kind or --batching."],
  [['--category', 'image'], "option '--batching' cannot be used with option '--category <category>'"],
  [['--template', 'csv_rows'], "option '--batching' cannot be used with option '--template <name>'"],
])('--batching is refused with %j', async (options, message) => {
  const { exit, stderr } = await inProcess([
    'init',
    'made',
    '-o',
    join(folderOf({}), 'made'),
    '--batching',
    ...options,
  ]);
  expect([exit, stderr]).toEqual(['usage', expect.stringContaining(message)]);
});
