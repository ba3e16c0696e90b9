// Tests when output is colored, and that meaning never depends on color alone.
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { Failure, printFailure } from '../../src/cli/terminal/failure.ts';
import { formatJson, jsonText } from '../../src/cli/terminal/json-text.ts';
import { createOutput } from '../../src/cli/terminal/output.ts';
import { slipwayInProcess } from './in-process.ts';
import { folderOf } from './slipway.ts';

const terminal = { isTTY: true, columns: 100, write: () => true };
const pipe = { write: () => true };

test.each([
  ['a terminal', terminal, {}, false, true],
  ['a pipe', pipe, {}, false, false],
  ['a pipe in CI', pipe, { CI: 'true' }, false, false],
  ['a terminal with NO_COLOR', terminal, { NO_COLOR: '1' }, false, false],
  ['a terminal with an empty NO_COLOR', terminal, { NO_COLOR: '' }, false, true],
  ['a terminal with --no-color', terminal, {}, true, false],
  ['a dumb terminal', terminal, { TERM: 'dumb' }, false, false],
  ['a pipe with FORCE_COLOR', pipe, { FORCE_COLOR: '1' }, false, true],
  ['a pipe with FORCE_COLOR=0', pipe, { FORCE_COLOR: '0' }, false, false],
  ['a terminal with FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, false, false],
  ['NO_COLOR and FORCE_COLOR', pipe, { NO_COLOR: '1', FORCE_COLOR: '1' }, false, false],
  ['--no-color and FORCE_COLOR', pipe, { FORCE_COLOR: '1' }, true, false],
])('color is used only where it is appropriate: %s', (_, stream, environment, noColor, colored) => {
  expect(createOutput(stream, stream, environment, noColor).paint.red('x') !== 'x').toBe(colored);
});

test.each([
  ['a terminal', terminal, 100],
  ['a very narrow terminal', { ...terminal, columns: 12 }, 40],
  ['a pipe', pipe, 80],
])('the output has the right width for %s', (_, stream, columns) => {
  expect(createOutput(stream, stream, {}, false).columns).toBe(columns);
});

test('each stream has its own color setting', () => {
  const written: string[] = [];
  const stderr = { isTTY: true, write: (text: string) => written.push(text) > 0 };
  createOutput(pipe, stderr, {}, false).error('gone');
  expect(written).toEqual(['\u001b[31m✗\u001b[39m gone\n']);
});

test("progress is a terminal's last line and is erased before anything else is written", () => {
  const written: string[] = [];
  const screen = { isTTY: true, columns: 30, write: (text: string) => written.push(text) > 0 };
  const output = createOutput(screen, screen, { NO_COLOR: '1' }, false);
  output.progress('uploading', '12% of 400 MB');
  output.stage('uploaded');
  output.progress('a stage with a very long name');
  output.data('done\n');
  output.progress('');
  const erase = '\r\u001b[K';
  expect(written).toEqual([
    `${erase}· uploading  12% of 400 MB`,
    ...[erase, '· uploaded\n'],
    `${erase}· a stage with a very long na`,
    ...[erase, 'done\n'],
  ]);
});

test.each([
  ['a pipe', pipe, {}],
  ['a dumb terminal', terminal, { TERM: 'dumb' }],
])('%s shows no progress', (_, stream, environment) => {
  const written: string[] = [];
  const output = createOutput(pipe, { ...stream, write: (text) => written.push(String(text)) > 0 }, environment, false);
  output.progress('uploading');
  output.info('done');
  expect(written).toEqual(['done\n']);
});

test('JSON output keeps its values, with control characters escaped', () => {
  const value = { answer: 'é \u001b[2J \u009b \u202e \u{e0041} \u2028', next: [1] };
  const text = jsonText(value, 2);
  expect([JSON.parse(text), text.match(/[^\P{C}\n]|\u2028/gu), text.split('\n').length]).toEqual([value, null, 7]);
});

test("no part of a failure message writes a server's control characters to the terminal", () => {
  const hostile = 'a\u001b[2Jb';
  const written: string[] = [];
  const stderr = { write: (text: string) => written.push(text) > 0 };
  const parts = {
    hint: hostile,
    requestId: hostile,
    log: [hostile],
    fields: [{ loc: [hostile], msg: hostile, type: hostile }],
  };
  printFailure(new Failure('unreachable', hostile, parts), createOutput(pipe, stderr, {}, false));
  const shown = 'a\\u{1b}[2Jb';
  expect(written.join('')).toBe(
    `✗ ${shown}\n  ${shown}: ${shown}\n  | ${shown}\n  fix      ${shown}\n  request  ${shown}\n`,
  );
});

test.each([
  ['{"embedding":[0.5,-1,0.0],"size":2}', '{\n  "embedding": [0.5, -1, 0.0],\n  "size": 2\n}\n'],
  ['[100,200,300,400,500,true]', '[\n  100, 200, 300, 400,\n  500, true\n]\n'],
  ['[{"a": [ ]}, "b"]', '[\n  {\n    "a": []\n  },\n  "b"\n]\n'],
  ['{"2": 1, "1": 12345678901234567890}', '{\n  "2": 1,\n  "1": 12345678901234567890\n}\n'],
  ['"\\u001b[2J\u009b"', '"\\u001b[2J\\u009b"\n'],
  ['null', 'null\n'],
])('%j is formatted for people', (json, text) => {
  expect(formatJson(json, 24)).toBe(text);
});

test('the text is the same without color', async () => {
  const cwd = folderOf({ 'a.py': 'import os, pickle\nos.system("ls")\n' });
  const colored = await slipwayInProcess(['lint', '.'], { cwd, env: { FORCE_COLOR: '1' } });
  const plain = await slipwayInProcess(['lint', '.'], { cwd });
  expect(colored.stdout).not.toBe(plain.stdout);
  expect(stripVTControlCharacters(colored.stdout)).toBe(plain.stdout);
});

test.each([
  ['NO_COLOR', [], { NO_COLOR: '1' }],
  ['--no-color', ['--no-color'], {}],
])('the setting %s disables color', async (_, flags, env) => {
  const cwd = folderOf({ 'a.py': 'eval("1")\n' });
  const { stdout } = await slipwayInProcess(['lint', '.', ...flags], { cwd, env: { FORCE_COLOR: '1', ...env } });
  expect(stdout).toBe(stripVTControlCharacters(stdout));
});
