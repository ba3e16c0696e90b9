// What each end of a run is told by: the exit code, and which stream says what.
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/cli/exit-codes.ts';
import { folderOf, plugin, slipway } from './slipway.ts';

const clean = { 'a.py': 'x = 1\n' };
const warned = { 'a.py': 'import pickle\n' };
const rejected = { 'a.py': 'eval("1")\n' };

describe('the verdict', () => {
  test.each([
    ['nothing found', clean, 0],
    ['warnings only', warned, 0],
    ['an error', rejected, 3],
    ['a plugin with nothing found', plugin, 0],
    ['half a plugin', { 'manifest.py': plugin['manifest.py'] }, 3],
  ])('%s', async (_, files, code) => {
    const ran = await slipway(['lint', '.'], { cwd: folderOf(files) });
    expect([ran.code, ran.stderr]).toEqual([code, '']);
  });

  test('one rejected path among others rejects', async () => {
    const cwd = folderOf({ 'good/a.py': 'x = 1\n', 'bad/a.py': 'eval("1")\n' });
    expect(await slipway(['lint', 'bad', 'good'], { cwd })).toMatchObject({ code: 3, stderr: '' });
  });
});

describe('what cannot be checked fails, whatever else is found', () => {
  test.each([
    ['a missing path', ['missing'], '✗ cannot check missing: no such file or folder\n'],
    ['a missing path beside a rejected one', ['a.py', 'missing'], '✗ cannot check missing: no such file or folder\n'],
    ['a device', ['/dev/null'], '✗ cannot check /dev/null: neither a file nor a folder\n'],
    ['a path through a file', ['a.py/b.py'], '✗ cannot check a.py/b.py: not a folder\n'],
    ['a file that is no Python', ['notes.txt'], '✗ cannot check notes.txt: no plugin, archive or source\n'],
    ['a folder without Python', ['texts'], '✗ cannot check texts: no plugin, archive or source\n'],
  ])('%s', async (_, paths, stderr) => {
    const cwd = folderOf({ ...rejected, 'notes.txt': 'eval\n', 'texts/notes.txt': 'eval\n' });
    const ran = await slipway(['lint', ...paths], { cwd });
    expect([ran.code, ran.stderr]).toEqual([1, stderr]);
  });

  test('a Python file that leads nowhere', async () => {
    const cwd = folderOf({ 'src/a.py': 'x = 1\n' });
    symlinkSync('nowhere', join(cwd, 'src/b.py'));
    const ran = await slipway(['lint', 'src'], { cwd });
    expect([ran.code, ran.stderr]).toEqual([1, '✗ cannot check src/b.py: a link to nothing\n']);
  });

  test('what was found is told all the same', async () => {
    const { stdout } = await slipway(['lint', 'a.py', 'missing'], { cwd: folderOf(rejected) });
    expect(stdout).toContain('a.py:1:1: error: Forbidden builtin: eval() (call) [SLP201]');
    expect(stdout).toContain('✗ not all could be checked: 1 error in 1 file');
  });

  test('programs are told so, and no verdict', async () => {
    const { stdout } = await slipway(['lint', '--json', 'a.py', 'missing'], { cwd: folderOf(rejected) });
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: null,
      files: 1,
      findings: [{ path: 'a.py', file: 'a.py', ruleId: 'SLP201' }],
      error: {
        title: 'Not all could be checked',
        detail: 'cannot check missing: no such file or folder',
        paths: [{ path: 'missing', why: 'no such file or folder' }],
      },
    });
  });

  test('SARIF says that the run did not succeed', async () => {
    const { stdout } = await slipway(['lint', '--format', 'sarif', 'missing'], { cwd: folderOf(clean) });
    expect(JSON.parse(stdout).runs[0].invocations).toEqual([
      {
        executionSuccessful: false,
        toolExecutionNotifications: [
          { level: 'error', message: { text: 'cannot check missing: no such file or folder' } },
        ],
      },
    ]);
  });
});

test('a folder that is not there is no rejected plugin', async () => {
  const ran = await slipway(['test', 'missing'], { cwd: folderOf({}) });
  expect(ran).toEqual({ code: 1, stdout: '', stderr: '✗ cannot read missing: no such file or folder\n' });
});

test('a file without Python among others that have some is only told of', async () => {
  const cwd = folderOf({ ...clean, 'notes.txt': 'eval\n' });
  const ran = await slipway(['lint', 'a.py', 'notes.txt'], { cwd });
  expect([ran.code, ran.stderr]).toEqual([0, '! nothing to check in notes.txt: no plugin, archive or source\n']);
});

describe('what is not understood', () => {
  test.each([
    ['no path', ['lint'], "missing argument 'PATH'"],
    ['an unknown command', ['lnt', '.'], "unknown command 'lnt'\n(Did you mean lint?)"],
    ['an unknown option', ['lint', '--fromat', 'json'], "unknown option '--fromat'\n(Did you mean --format?)"],
    [
      'an unknown format',
      ['lint', '--format', 'xml', '.'],
      "option '--format <format>' argument 'xml' is invalid. Allowed choices are text, json, sarif, github.",
    ],
    [
      'an unknown level',
      ['lint', '--policy', 'lax', '.'],
      "option '--policy <level>' argument 'lax' is invalid. Allowed choices are seed, strict.",
    ],
    [
      'no number of threads',
      ['lint', '--threads', '0', '.'],
      "option '--threads <count>' argument '0' is invalid. It is a number from 1 to 64.",
    ],
    ['an unknown rule', ['lint', '--explain', 'SLP999'], "there is no rule 'SLP999'"],
    ['an unknown topic', ['help', 'colours'], "there is no command or topic 'colours'"],
  ])('%s', async (_, args, words) => {
    expect(await slipway(args)).toEqual({ code: 2, stdout: '', stderr: `✗ ${words}\n` });
  });

  test('programs are told so', async () => {
    const { code, stdout } = await slipway(['lint', '--json', '--fromat', '.']);
    expect([code, JSON.parse(stdout)]).toEqual([
      2,
      {
        error: {
          title: 'Not understood',
          exit: 'usage',
          detail: "unknown option '--fromat'\n(Did you mean --format?)",
        },
      },
    ]);
  });

  test('no command at all shows the help', async () => {
    const { code, stderr, stdout } = await slipway([]);
    expect([code, stdout, stderr.split('\n')[0]]).toEqual([2, '', 'Usage: slipway [options] [command]']);
  });
});

test('help lists every exit code', async () => {
  const { code, stdout } = await slipway(['help', 'exit-codes']);
  const listed = [...stdout.matchAll(/^ {2}(\d+) {2}(.+)$/gm)].map(([, number, meaning]) => [Number(number), meaning]);
  expect([code, listed]).toEqual([0, Object.values(exitCodes).map((exit) => [exit.code, exit.meaning])]);
});
