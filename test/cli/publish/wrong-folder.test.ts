// Tests that a command for a plugin says first, and alone, that its folder is none, and names the plugins nearby.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inFolder, inProcess } from '../in-process.ts';
import { folderOf } from '../slipway.ts';

const manifest = 'metadata = {"feature_extractor_name": "ocr", "version": "1.0.0"}\n';
const forbidden = 'import subprocess\n'.repeat(50);
const commands = [
  ['publish', '--dry-run'],
  ['test', '.'],
];

test.each(commands)("%s in a folder that isn't a plugin shows none of its files' errors", async (...command) => {
  const cwd = folderOf({ 'app.py': forbidden, 'lib/more.py': forbidden });
  const { exit, stderr, stdout } = await inFolder(cwd, command);
  expect([exit, stdout, stderr]).toEqual([
    'usage',
    '',
    '✗ . is not a plugin: it has no manifest.py\n  fix      Create a plugin with `slipway init NAME`.\n',
  ]);
});

test.each(commands)('%s in a folder of plugins names them and the command for one', async (command, ...options) => {
  const cwd = folderOf({
    'ocr/manifest.py': manifest,
    'ocr/realtime.py': forbidden,
    'more/tags/manifest.py': manifest,
    '.venv/lib/manifest.py': manifest,
  });
  const { exit, stderr } = await inFolder(cwd, [`${command}`, ...options]);
  expect([exit, stderr]).toEqual([
    'usage',
    `✗ . is not a plugin: it has no manifest.py\n  fix      It contains the plugins ocr and more/tags. Name one: \`slipway ${command} ocr\`.\n`,
  ]);
});

test('publish in a folder of a plugin names the plugin', async () => {
  const folder = folderOf({ 'manifest.py': manifest });
  mkdirSync(join(folder, 'processors'));
  const { exit, stderr } = await inFolder(join(folder, 'processors'), ['publish', '--dry-run']);
  expect([exit, stderr]).toEqual([
    'usage',
    '✗ . is not a plugin: it has no manifest.py\n  fix      It is part of a plugin: `slipway publish ..`.\n',
  ]);
});

test('publish of many plugins names five and their number', async () => {
  const names = [1, 2, 3, 4, 5, 6, 7].map((number) => `p${number}`);
  const cwd = folderOf(Object.fromEntries(names.map((name) => [`${name}/manifest.py`, manifest])));
  const { stderr } = await inFolder(cwd, ['publish', '--dry-run']);
  expect(stderr).toContain('It contains the plugins p1, p2, p3, p4, p5 and 2 more. Name one: `slipway publish p1`.');
});

test.each([
  ['three folders down', 'a/b/ocr/manifest.py', 'Name the plugin in it: `slipway publish a/b/ocr`.'],
  ['four folders down', 'a/b/c/ocr/manifest.py', 'Create a plugin with `slipway init NAME`.'],
])('publish looks for a plugin up to three folders down: %s', async (_, path, hint) => {
  const { stderr } = await inFolder(folderOf({ [path]: manifest }), ['publish', '--dry-run']);
  expect(stderr).toContain(`  fix      ${hint}\n`);
});

test('dev in a folder of plugins names them', async () => {
  const folder = folderOf({ 'ocr/manifest.py': manifest });
  const env = { SLIPWAY_BASE_URL: 'http://127.0.0.1:9', SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_any' };
  const { exit, stderr } = await inProcess(['dev', folder], env);
  expect([exit, stderr]).toEqual([
    'usage',
    `✗ ${folder} is not a plugin: it has no manifest.py\n  fix      Name the plugin in it: \`slipway dev ${folder}/ocr\`.\n`,
  ]);
});

test('publish of a file asks for the folder', async () => {
  const { exit, stderr } = await inFolder(folderOf({ 'ocr.zip': 'PK' }), ['publish', 'ocr.zip', '--dry-run']);
  expect([exit, stderr]).toEqual([
    'usage',
    "✗ ocr.zip is a file\n  fix      Name the plugin's folder: `slipway publish FOLDER`.\n",
  ]);
});

test('lint of a folder of plugins says which plugins are in it', async () => {
  const cwd = folderOf({ 'ocr/manifest.py': manifest, 'tags/manifest.py': manifest });
  const { exit, stderr } = await inFolder(cwd, ['lint', '.']);
  expect([exit, stderr]).toEqual([
    'done',
    '. contains the plugins ocr and tags: manifests and archive rules are checked only by `slipway lint ocr`\n',
  ]);
});
