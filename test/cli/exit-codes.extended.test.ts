// Tests the exit code of each outcome, and which stream each text is printed to.
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/cli/terminal/exit-codes.ts';
import { slipwayInProcess } from './in-process.ts';
import { folderOf, plugin, slipway } from './slipway.ts';

const clean = { 'a.py': 'x = 1\n' };
const warned = { 'a.py': 'import pickle\n' };
const rejected = { 'a.py': 'eval("1")\n' };

describe('the verdict', () => {
  test.each([
    ['no findings', clean, 0],
    ['warnings only', warned, 0],
    ['an error', rejected, 3],
    ['a plugin without findings', { ...plugin, 'README.md': '# demo\n' }, 0],
    ['an incomplete plugin', { 'manifest.py': plugin['manifest.py'] }, 3],
  ])('the exit code of lint follows the verdict: %s', async (_, files, code) => {
    const ran = await slipway(['lint', '.'], { cwd: folderOf(files) });
    expect([ran.code, ran.stderr]).toEqual([code, '']);
  });

  test('lint hints at a missing README, unless the plugin is rejected or a program reads the report', async () => {
    const hint = '.: no README.md: callers see what the plugin does only in its code\n';
    const cwd = folderOf(plugin);
    expect(await slipwayInProcess(['lint', '.'], { cwd })).toMatchObject({ code: 0, stderr: hint });
    expect(await slipwayInProcess(['lint', '--format', 'json', '.'], { cwd })).toMatchObject({ code: 0, stderr: '' });
    const bad = folderOf({ ...plugin, ...rejected });
    expect(await slipwayInProcess(['lint', '.'], { cwd: bad })).toMatchObject({ code: 3, stderr: '' });
  });

  test.each([
    ['{"type": "object", "properties": {"text": {"type": "string"}}}', ''],
    ['{"text": {"type": "string"}}', ''],
    ['{"type": "array"}', '.: agents may not follow input_schema: '],
    ['{"type": "object", "anyOf": [{"required": ["text"]}]}', '.: agents may not follow input_schema: '],
    ['{"ids[]": {"type": "array"}}', `.: agents don't see the input "ids[]": `],
  ])('lint hints at an input schema that agents get narrowed: %s', async (schema, hint) => {
    const manifest = `${plugin['manifest.py']}input_schema = ${schema}\n`;
    const cwd = folderOf({ ...plugin, 'manifest.py': manifest, 'README.md': '# demo\n' });
    const { code, stderr } = await slipwayInProcess(['lint', '.'], { cwd });
    expect([code, stderr.slice(0, hint === '' ? undefined : hint.length)]).toEqual([0, hint]);
  });

  test('one rejected path rejects the run', async () => {
    const cwd = folderOf({ 'good/a.py': 'x = 1\n', 'bad/a.py': 'eval("1")\n' });
    expect(await slipwayInProcess(['lint', 'bad', 'good'], { cwd })).toMatchObject({ code: 3, stderr: '' });
  });
});

describe("a path that can't be checked fails the run, whatever else is found", () => {
  test.each([
    ['a missing path', ['missing'], '✗ cannot check missing: no such file or folder\n'],
    ['a missing path and a rejected one', ['a.py', 'missing'], '✗ cannot check missing: no such file or folder\n'],
    ['a device', ['/dev/null'], '✗ cannot check /dev/null: neither a file nor a folder\n'],
    ['a path through a file', ['a.py/b.py'], '✗ cannot check a.py/b.py: not a folder\n'],
    ['a file that is not source code', ['notes.txt'], '✗ cannot check notes.txt: no plugin, archive or source file\n'],
    ['a folder without source code', ['texts'], '✗ cannot check texts: no plugin, archive or source file\n'],
  ])("a path that can't be checked fails the run, whatever else is found: %s", async (_, paths, stderr) => {
    const cwd = folderOf({ ...rejected, 'notes.txt': 'eval\n', 'texts/notes.txt': 'eval\n' });
    const ran = await slipwayInProcess(['lint', ...paths], { cwd });
    expect([ran.code, ran.stderr]).toEqual([1, stderr]);
  });

  test('a broken link with a Python file name fails the run', async () => {
    const cwd = folderOf({ 'src/a.py': 'x = 1\n' });
    symlinkSync('nowhere', join(cwd, 'src/b.py'));
    const ran = await slipwayInProcess(['lint', 'src'], { cwd });
    expect([ran.code, ran.stderr]).toEqual([1, '✗ cannot check src/b.py: a broken link\n']);
  });

  test("findings are still shown when a path can't be checked", async () => {
    const { stdout } = await slipwayInProcess(['lint', 'a.py', 'missing'], { cwd: folderOf(rejected) });
    expect(stdout).toContain('a.py:1:1: error: Forbidden builtin: eval() (call) [SLP201]');
    expect(stdout).toContain('✗ not everything could be checked: 1 error in 1 file');
  });

  test("JSON has an error and no verdict when a path can't be checked", async () => {
    const { stdout } = await slipwayInProcess(['lint', '--json', 'a.py', 'missing'], { cwd: folderOf(rejected) });
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: null,
      files: 1,
      findings: [{ path: 'a.py', file: 'a.py', ruleId: 'SLP201' }],
      error: {
        title: 'Not everything could be checked',
        detail: 'cannot check missing: no such file or folder',
        paths: [{ path: 'missing', why: 'no such file or folder' }],
      },
    });
  });

  test("SARIF reports an unsuccessful run when a path can't be checked", async () => {
    const { stdout } = await slipwayInProcess(['lint', '--format', 'sarif', 'missing'], { cwd: folderOf(clean) });
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

test('a missing folder is a failure, not a rejection', async () => {
  const ran = await slipway(['test', 'missing'], { cwd: folderOf({}) });
  expect(ran).toEqual({ code: 1, stdout: '', stderr: '✗ cannot read missing: no such file or folder\n' });
});

test('a path without source code is only a warning if other paths contain some', async () => {
  const cwd = folderOf({ ...clean, 'notes.txt': 'eval\n' });
  const ran = await slipwayInProcess(['lint', 'a.py', 'notes.txt'], { cwd });
  expect([ran.code, ran.stderr]).toEqual([0, '! nothing to check in notes.txt: no plugin, archive or source file\n']);
});

describe('invalid usage', () => {
  test.each([
    ['an invalid number of threads', ['lint', '--threads', '0', '.'], 'Use a number from 1 to 64.'],
    ['an unknown rule', ['lint', '--explain', 'SLP999'], "unknown rule or name 'SLP999'"],
    ['an unknown topic', ['help', 'colors'], "unknown command or topic 'colors'"],
  ])('invalid usage is refused with exit code 2: %s', async (_, args, message) => {
    const { code, stderr, stdout } = await slipwayInProcess(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^✗ /);
    expect(stderr.split('\n')[0]?.endsWith(message)).toBe(true);
  });

  test.each([
    [
      'a version beside the name',
      ['show', 'notes', '1.1.0'],
      'Did you mean `slipway show notes@1.1.0`? A version follows the name after @.',
    ],
    [
      'a version with a v',
      ['delete', 'notes', 'v1.1.0'],
      'Did you mean `slipway delete notes@1.1.0`? A version follows the name after @.',
    ],
    [
      'a version in an alias',
      ['plugin', 'deploy', 'notes', '1.1.0'],
      'Did you mean `slipway plugin deploy notes@1.1.0`? A version follows the name after @.',
    ],
    ['a version that the command does not take', ['traffic', 'notes', '1.1.0'], 'See `slipway traffic --help`.'],
    ['a second name', ['pull', 'notes', 'other'], 'See `slipway pull --help`.'],
    ['a second version', ['invoke', 'notes@1.0.0', '1.1.0', '-d', '{}'], 'See `slipway invoke --help`.'],
  ])('%s is one argument too many: %j', async (_, args, fix) => {
    const { code, stderr } = await slipwayInProcess(args);
    const words = args.filter((word) => /notes|other|1\.1/.test(word)).map((word) => `'${word}'`);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^✗ slipway [a-z ]+ takes one argument, but got 2: /);
    expect(stderr).toMatch(new RegExp(`: ${words.join(', ')}\\n`));
    expect(stderr.split('\n')[1]).toBe(`  fix      ${fix}`);
  });

  // The messages come from commander.
  test.each([
    ['no path', ['lint'], ['PATH']],
    ['an unknown command', ['lnt', '.'], ['lnt', 'lint']],
    ['an unknown option', ['lint', '--fromat', 'json'], ['--fromat', '--format']],
    ['an unknown format', ['lint', '--format', 'xml', '.'], ['--format', 'xml', 'text, json, sarif, github']],
    [
      'an unknown scope',
      ['keys', 'create', 'ci', '--scopes', 'plugin:read'],
      ['plugin:read', 'Did you mean plugins:read', 'audit:read', 'publish'],
    ],
    ['an unknown level', ['lint', '--policy', 'lax', '.'], ['--policy', 'lax', 'seed, strict']],
  ])('an unknown name is refused with a list of valid ones: %s', async (_, args, names) => {
    const { code, stderr, stdout } = await slipwayInProcess(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^✗ /);
    for (const name of names) expect(stderr).toContain(name);
  });

  test('invalid usage is reported as JSON with --json', async () => {
    const { code, stdout } = await slipway(['lint', '--json', '--fromat', '.']);
    expect([code, JSON.parse(stdout)]).toEqual([
      2,
      {
        error: {
          title: 'Invalid usage',
          exit: 'usage',
          detail: expect.stringContaining('--fromat'),
        },
      },
    ]);
  });

  test('slipway without a command shows the help', async () => {
    const { code, stderr, stdout } = await slipwayInProcess([]);
    expect([code, stdout, stderr.split('\n')[0]]).toEqual([0, '', 'Usage: slipway [options] [command]']);
  });
});

test('a folder that cannot be written is a failure with its path and the fix', async () => {
  const cwd = folderOf({ file: '' });
  const { code, stderr } = await slipwayInProcess(['init', 'my_plugin', '--output', 'file/my_plugin'], { cwd });
  const fix = 'Give your user access to it, or choose another folder.';
  expect([code, stderr]).toEqual([1, `✗ cannot use file/my_plugin: not a folder\n  fix      ${fix}\n`]);
});

test('help lists every exit code', async () => {
  const { code, stdout } = await slipwayInProcess(['help', 'exit-codes']);
  const listed = [...stdout.matchAll(/^ {2}(\d+) {2}(.+)$/gm)].map(([, number, meaning]) => [Number(number), meaning]);
  expect([code, listed]).toEqual([0, Object.values(exitCodes).map((exit) => [exit.code, exit.meaning])]);
});
