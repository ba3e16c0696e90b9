// Tests POST /sources against a real Git server: which commit a ref resolves to, the archive for a commit, and refusals along the way.
// @module-tag git
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { memorySource } from '../../../src/archive/byte-source.ts';
import { type Source, sourceHeader, sourceRefusalSchema, sourceSchema } from '../../../src/contract/builder/sources.ts';
import { openTestArchive } from '../../support/archives/open-archive.ts';
import { processText } from '../live-files.ts';
import { eventually, TestBuilder } from '../support.ts';
import { GitServer, type Repository, type Tree } from './git-server.ts';

const limits = { sourceFiles: 20, sourceBytes: 200_000, fetchBytes: 400_000 };

let git: GitServer;
let builder: TestBuilder;
beforeAll(async () => {
  git = await GitServer.start();
  builder = await TestBuilder.start({ hasGitAndGo: true, limits, env: { SLIPWAY_ALLOW_LOOPBACK: '1' } });
});
afterAll(async () => {
  await builder.close();
  await git.close();
});

afterEach(() => {
  git.intercept = () => false;
});

interface Fetched {
  source: Source;
  files: Record<string, string>;
}

function post(repository: string, ref: string, to = builder, path?: string): Promise<Response> {
  return to.fetch('/sources', { method: 'POST', body: JSON.stringify({ repository, ref, path }) });
}

async function fetched(repository: string, ref: string, path?: string): Promise<Fetched> {
  const response = await post(repository, ref, builder, path);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/zip']);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const source = sourceSchema.parse(JSON.parse(response.headers.get(sourceHeader) ?? ''));
  expect(source.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  expect(source.size_bytes).toBe(bytes.length);
  const archive = await openTestArchive(memorySource(bytes));
  const files: Record<string, string> = {};
  for (const { path } of archive.files) files[path] = new TextDecoder().decode(await archive.read(path));
  return { source, files };
}

/** Returns `code: message` after checking that the attempt left nothing behind. */
async function refused(repository: string, ref: string, by = builder, path?: string): Promise<string> {
  const response = await post(repository, ref, by, path);
  expect(response.status).toBe(200);
  const { code, message } = sourceRefusalSchema.parse(await response.json()).refused;
  expect(readdirSync(join(by.stateFolder, 'sources'))).toEqual([]);
  expect(gitProcesses(by)).toEqual([]);
  return `${code}: ${message}`;
}

function gitProcesses(of: TestBuilder): string[] {
  return of
    .workers()
    .map((pid) => processText(pid, 'cmdline').replaceAll('\0', ' '))
    .filter((line) => line.includes('/sources/'));
}

let names = 0;
function repositoryOf(tree: Tree): Repository {
  const repository = git.repository(`repository-${names++}`);
  repository.commit(tree);
  return repository;
}

describe('a fetch returns', () => {
  let repository: Repository;
  let first: string;
  let second: string;
  beforeAll(() => {
    repository = git.repository('plugin');
    first = repository.commit({ 'plugin.go': 'package main // 1\n', 'actions/one.go': 'package main\n' });
    repository.git('tag', 'v1.0.0');
    repository.git('tag', '-a', 'v1.0.0-annotated', '-m', 'a message');
    repository.git('tag', 'ocr@1.0.0');
    repository.git('tag', '@acme/ocr@1.0.0');
    repository.git('branch', 'fix/#12');
    repository.git('branch', 'feature/slash');
    repository.git('branch', 'both');
    second = repository.commit({ 'plugin.go': 'package main // 2\n' });
    repository.git('tag', 'both');
  });

  test.each([
    ['a tag', 'v1.0.0', 'tag', 1],
    ["an annotated tag's commit", 'v1.0.0-annotated', 'tag', 1],
    ['a branch with a slash', 'feature/slash', 'branch', 1],
    ['a tag of one of several packages', 'ocr@1.0.0', 'tag', 1],
    ['a tag of a scoped package', '@acme/ocr@1.0.0', 'tag', 1],
    ['a branch named after an issue', 'fix/#12', 'branch', 1],
    ['the newest commit of a branch', 'main', 'branch', 2],
    ['a tag rather than a branch of the same name', 'both', 'tag', 2],
    ['a branch by its full name', 'refs/heads/both', 'branch', 1],
    ['a tag by its full name', 'refs/tags/both', 'tag', 2],
  ])('a fetch returns %s', async (_, ref, kind, nth) => {
    const { source, files } = await fetched(repository.url, ref);
    expect([source.ref_kind, source.commit]).toEqual([kind, nth === 1 ? first : second]);
    expect(files['plugin.go']).toBe(`package main // ${nth}\n`);
  });

  test('a fetch returns a commit by hash', async () => {
    const { source, files } = await fetched(repository.url, first);
    expect(source).toMatchObject({ commit: first, ref_kind: 'commit', files: 2 });
    expect(Object.keys(files).sort()).toEqual(['actions/one.go', 'plugin.go']);
  });

  test('a fetch names the repository that it came from, which may not be the one that was asked', async () => {
    git.intercept = ({ url = '' }, response) => {
      if (!url.startsWith('/moved.git')) return false;
      response.writeHead(301, { location: `${repository.url}${url.slice('/moved.git'.length)}` }).end();
      return true;
    };
    expect((await fetched(`${git.url}/moved.git`, 'main')).source).toMatchObject({
      repository: repository.url,
      commit: second,
    });
  });

  test('a fetch returns the same bytes for the same tree in another repository', { tags: 'long' }, async () => {
    const tree = { 'a/only.go': 'package a\n', 'a/b.txt': 'b' };
    const one = await fetched(repositoryOf(tree).url, 'main');
    const other = git.repository('other');
    other.commit({ 'x.go': 'package x\n' });
    other.commit(tree);
    const two = await fetched(other.url, 'main');
    expect(one.files).toEqual({ 'a/only.go': 'package a\n', 'a/b.txt': 'b' });
    expect(two.source.sha256).toBe(one.source.sha256);
    expect(two.source.commit).not.toBe(one.source.commit);
  });

  test('a fetch returns the files of one folder, with the same bytes in every repository', async () => {
    const files = { 'manifest.py': 'name\n', 'src/core.py': 'core\n' };
    const inFolder = { 'plugins/o c r/manifest.py': 'name\n', 'plugins/o c r/src/core.py': 'core\n' };
    const within = repositoryOf({ ...inFolder, 'plugins/ocr2/manifest.py': 'x', 'README.md': 'x' });
    const one = await fetched(within.url, 'main', 'plugins/o c r');
    expect(one.files).toEqual(files);
    const whole = await fetched(repositoryOf(files).url, 'main');
    expect(one.source.sha256).toBe(whole.source.sha256);
  });

  test('a fetch returns a folder, whatever is beside it', { tags: 'long' }, async () => {
    const tree = {
      'a/manifest.py': 'x',
      link: { link: 'a' },
      large: randomBytes(250_000).toString('hex').slice(0, 250_000),
    };
    expect((await fetched(repositoryOf(tree).url, 'main', 'a')).files).toEqual({ 'manifest.py': 'x' });
  });

  test('a fetch returns unmodified contents, whatever attributes the repository sets', { tags: 'long' }, async () => {
    const attributes = '*.go filter=evil eol=crlf export-subst\nhidden.go export-ignore\n';
    const { files } = await fetched(
      repositoryOf({ '.gitattributes': attributes, 'plugin.go': '$Format:%H$\n', 'hidden.go': 'x' }).url,
      'main',
    );
    expect(files).toEqual({ '.gitattributes': attributes, 'plugin.go': '$Format:%H$\n', 'hidden.go': 'x' });
  });

  test('a fetch returns an archive, which is also stored as a blob for a build', async () => {
    const { source } = await fetched(repository.url, 'v1.0.0');
    const response = await builder.fetch(`/blobs/${source.sha256}`);
    expect((await response.arrayBuffer()).byteLength).toBe(source.size_bytes);
  });

  test('a fetch follows three repository moves, but not a fourth', {
    tags: 'long',
  }, async () => {
    git.intercept = ({ url = '' }, response) => {
      const isOld = url.startsWith('/old/');
      if (isOld) response.writeHead(301, { location: `${git.url}${url.slice('/old'.length)}` }).end();
      return isOld;
    };
    for (const moved of ['/old', '/old/old/old'])
      expect((await fetched(`${git.url}${moved}/plugin.git`, 'v1.0.0')).source.commit).toBe(first);
    expect(await refused(`${git.url}/old/old/old/old/plugin.git`, 'v1.0.0')).toMatch(/^repository-unreachable: /);
  });
});

describe('a repository without', () => {
  test.each([
    ['the ref', 'v9', 'The repository has no tag or branch v9. Push it, or check the version.'],
    [
      'the ref, which looks like a short commit hash',
      'abcdef1',
      'The repository has no tag or branch abcdef1. Use the full commit hash (40 hex digits).',
    ],
  ])('a fetch from a repository without %s is refused with the reason', async (_, ref, message) => {
    expect(await refused(repositoryOf({ 'a.go': 'package a' }).url, ref)).toBe(`ref-not-found: ${message}`);
  });

  test.each([
    ['no entry', 'b'],
    ['a file', 'a/one.py'],
    ['a symbolic link to a folder', 'link'],
    ['a folder behind a symbolic link', 'link/deep'],
    ['a submodule', 'module'],
  ])('a fetch is refused if the repository lacks the folder and the path names %s', async (_, path) => {
    const tree: Tree = {
      'a/one.py': '1',
      'a/deep/two.py': '2',
      link: { link: 'a' },
      module: { submodule: 'a'.repeat(40) },
    };
    const repository = git.repository(`repository-${names++}`);
    const commit = repository.commit(tree);
    expect(await refused(repository.url, 'main', builder, path)).toBe(
      `path-not-found: The commit ${commit} has no folder ${path}. Check the path, which starts at the repository's root.`,
    );
  });

  test('a fetch is refused if the repository lacks the branch but has a tag of that name', async () => {
    const repository = repositoryOf({ 'a.go': 'package a' });
    repository.git('tag', 'v1');
    expect(await refused(repository.url, 'refs/heads/v1')).toBe(
      'ref-not-found: The repository has no tag or branch refs/heads/v1. Push it, or check the version.',
    );
  });

  test('a fetch is refused if the repository lacks the commit, or has another kind of object with that hash', async () => {
    const repository = repositoryOf({ 'a.go': 'package a' });
    const absent = 'a'.repeat(40);
    expect(await refused(repository.url, absent)).toBe(
      `ref-not-found: The repository has no commit ${absent}, or does not serve it by hash. Use a tag or a branch.`,
    );
    const tree = repository.git('rev-parse', 'main^{tree}');
    expect(await refused(repository.url, tree)).toMatch(/^ref-not-found: /);
  });

  test('a fetch is refused if the repository does not exist', async () => {
    expect(await refused(`${git.url}/absent.git`, 'main')).toBe(
      `repository-not-found: The repository does not exist or is not public. Check the URL; if it is private, add a credential: \`slipway sources add ${new URL(git.url).host}\`.`,
    );
  });

  test('a fetch is refused if no Git server answers at the URL', { tags: 'long' }, async () => {
    const expected =
      'repository-unreachable: The repository does not respond to Git over HTTP. Check the URL, or retry later.';
    expect(await refused('http://127.0.0.1:9/x.git', 'main')).toBe(expected);
    git.intercept = (_, response) => {
      response.writeHead(500).end('something else');
      return true;
    };
    expect(await refused(`${git.url}/x.git`, 'main')).toBe(expected);
  });
});

describe('a tree is refused if it has', () => {
  const submodule = { submodule: 'b'.repeat(40) };
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n';
  const many = Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`${i}.txt`, 'x']));
  test.each<[string, Tree, string]>([
    [
      'a symbolic link',
      { 'a.go': 'x', passwd: { link: '/etc/passwd' } },
      'tree-not-taken: passwd is a symbolic link. Commit the file itself.',
    ],
    [
      'a submodule',
      { 'a.go': 'x', '.gitmodules': '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c id\n', x: submodule },
      'tree-not-taken: x is a submodule. Submodules are not supported: commit its files.',
    ],
    [
      'a Git LFS pointer',
      { 'm.bin': pointer },
      'tree-not-taken: m.bin is a Git LFS pointer. Git LFS is not supported: commit the file itself.',
    ],
    ['no files', {}, 'tree-not-taken: The commit has no files.'],
    ['too many files', many, 'source-too-large: The source is too large: it has 21 files; the limit is 20.'],
    [
      'a file that is too large unpacked',
      { 'zeros.bin': new Uint8Array(250_000) },
      'source-too-large: The source is too large: its files have 250000 bytes; the limit is 200000, and the largest file is zeros.bin with 250000 bytes.',
    ],
    [
      'a file that is too large to download',
      { 'noise.bin': new Uint8Array(randomBytes(1_000_000)) },
      'source-too-large: The source is too large: the download exceeds 400000 bytes.',
    ],
  ])('a tree is refused if it has %s', async (_, tree, expected) => {
    expect(await refused(repositoryOf(tree).url, 'main')).toContain(expected);
  });
});

describe('a malicious server', () => {
  test.each([
    ['a private address', 'https://10.0.0.1/x.git/info/refs?service=git-upload-pack'],
    ['another scheme', 'file:///etc/info/refs?service=git-upload-pack'],
  ])('a malicious server that redirects to %s is refused', async (_, location) => {
    git.intercept = (_, response) => {
      response.writeHead(302, { location }).end();
      return true;
    };
    expect(await refused(`${git.url}/x.git`, 'main')).toMatch(
      /^repository-not-taken: The repository URL is not allowed: /,
    );
  });

  test('a malicious server that redirects endlessly is refused', { tags: 'long' }, async () => {
    git.intercept = ({ url = '' }, response) => {
      response.writeHead(302, { location: `/x${url}` }).end();
      return true;
    };
    expect(await refused(`${git.url}/x.git`, 'main')).toMatch(/^repository-unreachable: /);
  });

  test('a malicious server that never responds is abandoned', { tags: 'long' }, async () => {
    git.intercept = () => true;
    // Other fetches have more time, because a busy machine needs seconds even for the smallest fetch.
    const impatient = await TestBuilder.start({
      hasGitAndGo: true,
      limits: { fetchMs: 2000 },
      env: { SLIPWAY_ALLOW_LOOPBACK: '1' },
    });
    expect(await refused(`${git.url}/x.git`, 'main', impatient)).toBe(
      'fetch-timeout: The repository could not be fetched within 2 s. Retry later, or make it smaller.',
    );
    await impatient.close();
  });
});

test('loopback is refused unless the setting allows it', async () => {
  const strict = await TestBuilder.start({ hasGitAndGo: true });
  const body = JSON.stringify({ repository: `${git.url}/plugin.git`, ref: 'main' });
  const answer = await strict.fetch('/sources', { method: 'POST', body });
  expect(await answer.json()).toMatchObject({ refused: { code: 'repository-not-taken' } });
  await strict.close();
});

test('a killed builder leaves no process running', { tags: 'long' }, async () => {
  git.intercept = () => true;
  const dying = await TestBuilder.start({ hasGitAndGo: true, env: { SLIPWAY_ALLOW_LOOPBACK: '1' } });
  const body = JSON.stringify({ repository: `${git.url}/x.git`, ref: 'main' });
  const sent = dying.fetch('/sources', { method: 'POST', body }).then(
    (response) => response.text(),
    () => undefined,
  );
  const begins = async () => {
    await eventually(() => dying.workers().length).toBeGreaterThan(0);
  };
  expect(await Promise.race([sent, begins()])).toBeUndefined();
  await dying.kill('SIGKILL');
  await sent;
  await eventually(() => dying.workers()).toEqual([]);
});
