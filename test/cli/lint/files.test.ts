// Tests which files in a folder are scanned, and that file names and contents can't control the terminal.
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inFolder, inProcess, lintJson } from '../in-process.ts';
import { folderOf, plugin } from '../slipway.ts';

const bad = 'eval("1")\n';

async function filesFound(cwd: string, path = '.'): Promise<string[]> {
  return (await lintJson([path], { cwd })).findings.map(({ file, ruleId }) => `${ruleId} ${file}`);
}

describe('a folder of files', () => {
  test("a folder's Python files are found at any depth, by name or by first line, sorted by path", async () => {
    const files = {
      'b.py': bad,
      'a/deep/er/c.PYW': bad,
      'a.pyi': bad,
      'a/run': `#!/usr/bin/python3\n${bad}`,
      'a/run.sh': `#!/bin/sh\n${bad}`,
      'notes.md': bad,
    };
    expect(await filesFound(folderOf(files))).toEqual([
      'SLP201 a.pyi',
      'SLP201 a/deep/er/c.PYW',
      'SLP201 a/run',
      'SLP201 b.py',
    ]);
  });

  test("a folder's Go files are found with each plugin's go.mod", async () => {
    const files = {
      'one/plugin.go': 'package main\n\nimport "C"\n',
      'one/go.mod': 'module one\n\nreplace a => ../a\n',
      'two.py': bad,
    };
    expect(await filesFound(folderOf(files))).toEqual(['SLP903 one/go.mod', 'SLP901 one/plugin.go', 'SLP201 two.py']);
  });

  test('tool folders are skipped in a folder of files', async () => {
    const skipped = ['.git/hooks', 'node_modules/x', '__pycache__', '.venv/lib', 'src/.venv'];
    const files = Object.fromEntries(skipped.map((folder) => [`${folder}/a.py`, bad]));
    expect(await filesFound(folderOf({ ...files, 'src/a.py': bad }))).toEqual(['SLP201 src/a.py']);
  });

  test("a tool's folder is scanned if it is given as PATH", async () => {
    expect(await filesFound(folderOf({ '.venv/a.py': bad }), '.venv')).toEqual(['SLP201 a.py']);
  });

  test('links to files are followed, and links to folders are not', async () => {
    const cwd = folderOf({ 'outside/a.py': bad, 'src/b.py': 'x = 1\n' });
    symlinkSync('../outside/a.py', join(cwd, 'src/linked.py'));
    symlinkSync('../outside', join(cwd, 'src/folder'));
    symlinkSync('.', join(cwd, 'src/loop'));
    expect(await filesFound(cwd, 'src')).toEqual(['SLP201 linked.py']);
  });

  test('a plugin in a subfolder is treated as plain files', async () => {
    const cwd = folderOf({ 'plugins/one/manifest.py': 'x = 1\n', 'plugins/one/pipeline.py': 'x = 1\n' });
    expect(await lintJson(['plugins'], { cwd })).toMatchObject({ verdict: 'pass', files: 2, findings: [] });
  });

  test("a plugin in another plugin's folder resolves its imports from its own root", async () => {
    const uses = 'from leaf import o\no.system("x")\n';
    const cwd = folderOf({
      'all/outer/manifest.py': plugin['manifest.py'],
      'all/outer/uses.py': uses,
      'all/outer/inner/manifest.py': plugin['manifest.py'],
      'all/outer/inner/leaf.py': 'import os as o\n',
      'all/outer/inner/uses.py': uses,
    });
    expect(await filesFound(cwd, 'all')).toEqual(['SLP301 outer/inner/uses.py']);
  });

  test('a file over the size limit is rejected without being read', async () => {
    const cwd = folderOf({ 'a.py': `x = 1\n${'#'.repeat(2 * 1024 * 1024)}` });
    expect(await filesFound(cwd)).toEqual(['SLP603 a.py']);
  });
});

describe("a plugin's folder", () => {
  test("every link in a plugin's folder is rejected", async () => {
    const cwd = folderOf({ 'p/manifest.py': plugin['manifest.py'], 'p/pipeline.py': plugin['pipeline.py'] });
    symlinkSync('pipeline.py', join(cwd, 'p/batch.py'));
    symlinkSync('/', join(cwd, 'p/root'));
    symlinkSync('nowhere', join(cwd, 'p/weights'));
    expect(await filesFound(cwd, 'p')).toEqual(['SLP702 batch.py', 'SLP702 root', 'SLP702 weights']);
  });

  test("files that publishing omits are ignored in a plugin's folder", async () => {
    const leftOut = {
      '__pycache__/pipeline.cpython-312.pyc': 'x',
      '.git/config': 'x',
      '.venv/lib/a.so': 'x',
      'processors/__pycache__/core.pyc': 'x',
      '.DS_Store': 'x',
      '__MACOSX/._a.py': bad,
      '._manifest.py': '\0\u0005\u0016\u0007',
    };
    const { findings, paths } = await lintJson(['.'], { cwd: folderOf({ ...plugin, ...leftOut }) });
    const { paths: without } = await lintJson(['.'], { cwd: folderOf(plugin) });
    expect([findings, paths]).toEqual([[], without]);
  });

  test("a file that macOS adds beside another one is ignored in a folder that isn't a plugin", async () => {
    const { files, findings } = await lintJson(['.'], { cwd: folderOf({ 'a.py': 'x = 1', '._a.py': '\0\u0005' }) });
    expect([files, findings]).toEqual([1, []]);
  });

  test("a plugin's folder with too many files is rejected before it is packed", async () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`data/${index}.json`, '1']));
    expect(await filesFound(folderOf({ ...plugin, ...many }))).toEqual(['SLP705 ']);
  });
});

describe('hostile names', () => {
  const names = ['\u001b[31mred.py', 'two\nlines.py', '\u202egnp.py', 'zero\u200bwidth.py', 'back\\slash.py'];

  test.each(['text', 'github'])('hostile names are escaped for terminals and CI runners (%s)', async (format) => {
    const cwd = folderOf(Object.fromEntries(names.map((name) => [name, bad])));
    const { stdout } = await inFolder(cwd, ['lint', '--format', format, '.']);
    // Only printable characters and Slipway's own line breaks.
    expect(stdout.match(/[^\P{C}\n]/gu)).toBeNull();
    expect(stdout.split('\n').filter((line) => line.startsWith('lines.py'))).toEqual([]);
    expect(stdout).toContain(format === 'github' ? 'file=two\\u{a}lines.py,' : 'two\\u{a}lines.py:1:1: error');
  });

  test("hostile names are escaped if the file can't be checked", async () => {
    const { stderr } = await inProcess(['lint', '\u001b[2J\u202emissing']);
    expect(stderr).toBe('✗ cannot check \\u{1b}[2J\\u{202e}missing: no such file or folder\n');
  });

  test('hostile names are rejected in a plugin', async () => {
    const cwd = folderOf({ ...plugin, 'back\\slash.py': 'x = 1\n' });
    expect(await filesFound(cwd)).toEqual(['SLP701 back\\slash.py']);
  });

  test('hostile names are unchanged in JSON', async () => {
    const cwd = folderOf({ [names[0] ?? '']: bad });
    expect(await filesFound(cwd)).toEqual([`SLP201 ${names[0]}`]);
  });
});
