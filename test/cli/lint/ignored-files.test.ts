// Tests which files of a plugin's folder are packed: those that ignore files and tools leave are left out. A folder that packs to the same
// digest as another has the same files.
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { walk } from '../../../src/cli/lint/walk.ts';
import { inFolder, lintJson } from '../in-process.ts';
import { folderOf, plugin } from '../slipway.ts';

async function digestOf(cwd: string, folder = '.') {
  const { paths, verdict } = await lintJson([folder], { cwd });
  return [verdict, paths[0]?.sha256];
}

/** Expects the folder to be packed as if the files in `left` were all it had. */
async function expectPacked(files: Record<string, string>, left: readonly string[]) {
  const kept = Object.fromEntries(Object.entries(files).filter(([path]) => left.includes(path)));
  const expected = await digestOf(folderOf({ ...plugin, ...kept }));
  expect(await digestOf(folderOf({ ...plugin, ...files }))).toEqual(expected);
}

describe('.gitignore', () => {
  test('.gitignore files leave files out, and a deeper one overrides a higher one', async () => {
    const files = {
      '.gitignore': '.env\n*.log\n/build/\n',
      '.env': 'TOKEN=x\n',
      'debug.log': '',
      'build/out.py': 'eval("1")\n',
      'data/.gitignore': '!kept.log\n/local.json\n',
      'data/kept.log': 'x',
      'data/other.log': 'x',
      'data/local.json': '{}',
      'data/deep/local.json': '{}',
    };
    await expectPacked(files, ['.gitignore', 'data/.gitignore', 'data/kept.log', 'data/deep/local.json']);
  });

  test("a repository's .gitignore applies to a plugin in one of its folders", async () => {
    const cwd = folderOf({ '.gitignore': '*.log\nplugins/*/local.json\n' });
    mkdirSync(join(cwd, '.git'));
    mkdirSync(join(cwd, 'plugins/one'), { recursive: true });
    for (const [path, text] of Object.entries({ ...plugin, 'a.log': '', 'local.json': '{}' }))
      writeFileSync(join(cwd, 'plugins/one', path), text);
    expect(await digestOf(cwd, 'plugins/one')).toEqual(await digestOf(folderOf(plugin)));
  });

  test("a repository's .gitignore applies to a plugin that is reached through a link", async () => {
    const cwd = folderOf({ '.gitignore': '*.log\nplugins/*/local.json\n' });
    mkdirSync(join(cwd, '.git'));
    mkdirSync(join(cwd, 'plugins/one'), { recursive: true });
    for (const [path, text] of Object.entries({ ...plugin, 'a.log': '', 'local.json': '{}' }))
      writeFileSync(join(cwd, 'plugins/one', path), text);
    const elsewhere = folderOf({});
    symlinkSync(join(cwd, 'plugins'), join(elsewhere, 'linked'));
    expect(await digestOf(elsewhere, 'linked/one')).toEqual(await digestOf(folderOf(plugin)));
  });

  test('.gitignore does not hide a folder that is given as PATH', async () => {
    const cwd = folderOf({ '.gitignore': 'build/\n', 'build/a.py': 'eval("1")\n' });
    mkdirSync(join(cwd, '.git'));
    expect((await lintJson(['build'], { cwd })).findings.map(({ file }) => file)).toEqual(['a.py']);
  });

  test('.gitignore files leave out exactly the files that Git leaves out', { tags: ['git'] }, () => {
    const rules = ['a/', '!a/b', '*.t[!x]t', '/c d/*', '!/c d/keep', '**/x\\[1\\]', 'e/**/f', '\\#g', 'h ', 'I', '# c'];
    const names = ['a', 'b', 'n.txt', 'n.tyt', 'keep', 'x[1]', 'f', '#g', 'h', 'i', 'I', '# c'];
    const folders = ['a', 'a/b', 'c d', 'e/1/2', 'e', 'x[2]', 'x[2]/a'];
    const files = ['', ...folders.map((folder) => `${folder}/`)].flatMap((folder) =>
      names
        .filter((name) => !folders.includes(`${folder}${name}`))
        .map((name): [string, string] => [folder + name, '']),
    );
    const ignoreFiles = ['', 'c d/', 'x[2]/'].map((at): [string, string] => [`${at}.gitignore`, rules.join('\n')]);
    const cwd = folderOf(Object.fromEntries([...files, ...ignoreFiles]));
    const git = (...args: string[]) => execFileSync('git', ['-C', cwd, ...args], { encoding: 'utf8' });
    git('init', '--quiet');
    const listed = git('ls-files', '-z', '--others', '--exclude-per-directory=.gitignore').split('\0').slice(0, -1);
    expect(walk(cwd).files.map(({ path }) => path)).toEqual(listed.sort());
  });
});

test('.slipwayignore replaces .gitignore', async () => {
  const files = {
    '.slipwayignore': 'notes.md\n',
    '.gitignore': 'weights.json\n',
    'weights.json': '{}',
    'notes.md': 'x',
  };
  await expectPacked(files, ['.slipwayignore', '.gitignore', 'weights.json']);
});

test("a virtual environment under any name and tools' caches are left out without an ignore file", async () => {
  const environment = { 'my env/pyvenv.cfg': 'home = /usr\n', 'my env/lib/site.py': 'eval("1")\n' };
  const caches = {
    '.mypy_cache/x.json': '{}',
    '.pytest_cache/v.json': '{}',
    '.ruff_cache/a': 'x',
    'a/node_modules/b.js': '',
  };
  await expectPacked({ ...environment, ...caches }, []);
});

test('lint says on standard error what an ignore file leaves out', async () => {
  const ignored = Object.fromEntries(['1', '2', '3', '4', '5'].map((name) => [`${name}.log`, '']));
  const described = { ...plugin, 'README.md': '# demo\n' };
  const cwd = folderOf({ ...described, '.gitignore': '*.log\nbuild/\n', 'build/a.py': '', ...ignored });
  expect((await inFolder(cwd, ['lint', '.'])).stderr).toBe(
    '5 files and 1 folder left out by .gitignore: 1.log, 2.log, 3.log, 4.log, 5.log, …\n',
  );
  expect((await inFolder(folderOf(described), ['lint', '.'])).stderr).toBe('');
});
