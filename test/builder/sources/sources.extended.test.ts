// Tests more refs, folders, trees and servers that POST /sources fetches or refuses.
// @module-tag git
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventually, TestBuilder } from '../support.ts';
import { fetched, refused, repositoryOf } from './fetch.ts';
import { GitServer, type Tree } from './git-server.ts';

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

test('a fetch returns the same bytes for the same tree in another repository', { tags: 'long' }, async () => {
  const tree = { 'a/only.go': 'package a\n', 'a/b.txt': 'b' };
  const one = await fetched(builder, repositoryOf(git, tree).url, 'main');
  const other = git.repository('other');
  other.commit({ 'x.go': 'package x\n' });
  other.commit(tree);
  const two = await fetched(builder, other.url, 'main');
  expect(one.files).toEqual({ 'a/only.go': 'package a\n', 'a/b.txt': 'b' });
  expect(two.source.sha256).toBe(one.source.sha256);
  expect(two.source.commit).not.toBe(one.source.commit);
});

test('a fetch returns a folder, whatever is beside it', { tags: 'long' }, async () => {
  const tree = {
    'a/manifest.py': 'x',
    link: { link: 'a' },
    large: randomBytes(250_000).toString('hex').slice(0, 250_000),
  };
  expect((await fetched(builder, repositoryOf(git, tree).url, 'main', 'a')).files).toEqual({ 'manifest.py': 'x' });
});

test('a fetch returns unmodified contents, whatever attributes the repository sets', { tags: 'long' }, async () => {
  const attributes = '*.go filter=evil eol=crlf export-subst\nhidden.go export-ignore\n';
  const { files } = await fetched(
    builder,
    repositoryOf(git, { '.gitattributes': attributes, 'plugin.go': '$Format:%H$\n', 'hidden.go': 'x' }).url,
    'main',
  );
  expect(files).toEqual({ '.gitattributes': attributes, 'plugin.go': '$Format:%H$\n', 'hidden.go': 'x' });
});

test('a fetch of what looks like a short commit hash is refused with the reason', async () => {
  expect(await refused(builder, repositoryOf(git, { 'a.go': 'package a' }).url, 'abcdef1')).toBe(
    'ref-not-found: The repository has no tag or branch abcdef1. Use the full commit hash (40 hex digits).',
  );
});

test.each([
  ['a tag of one of several packages', 'ocr@1.0.0', 'tag'],
  ['a branch named after an issue', 'fix/#12', 'branch'],
  ['a branch by its full name', 'refs/heads/both', 'branch'],
  ['a tag by its full name', 'refs/tags/both', 'tag'],
])('a fetch returns %s', async (_, ref, kind) => {
  const repository = repositoryOf(git, { 'plugin.go': 'package main // 1\n' });
  repository.git('tag', 'ocr@1.0.0');
  repository.git('branch', 'fix/#12');
  repository.git('branch', 'both');
  const first = repository.git('rev-parse', 'main');
  const second = repository.commit({ 'plugin.go': 'package main // 2\n' });
  repository.git('tag', 'both');
  const { source } = await fetched(builder, repository.url, ref);
  expect([source.ref_kind, source.commit]).toEqual([kind, ref === 'refs/tags/both' ? second : first]);
});

test.each([
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
  const repository = repositoryOf(git, {});
  const commit = repository.commit(tree);
  expect(await refused(builder, repository.url, 'main', path)).toBe(
    `path-not-found: The commit ${commit} has no folder ${path}. Check the path, which starts at the repository's root.`,
  );
});

test('a fetch is refused if the repository lacks the branch but has a tag of that name', async () => {
  const repository = repositoryOf(git, { 'a.go': 'package a' });
  repository.git('tag', 'v1');
  expect(await refused(builder, repository.url, 'refs/heads/v1')).toBe(
    'ref-not-found: The repository has no tag or branch refs/heads/v1. Push it, or check the version.',
  );
});

test('a fetch is refused if the repository lacks the commit, or has another kind of object with that hash', async () => {
  const repository = repositoryOf(git, { 'a.go': 'package a' });
  const absent = 'a'.repeat(40);
  expect(await refused(builder, repository.url, absent)).toBe(
    `ref-not-found: The repository has no commit ${absent}, or does not serve it by hash. Use a tag or a branch.`,
  );
  const tree = repository.git('rev-parse', 'main^{tree}');
  expect(await refused(builder, repository.url, tree)).toMatch(/^ref-not-found: /);
});

test('a fetch is refused if no Git server answers at the URL', { tags: 'long' }, async () => {
  const expected =
    'repository-unreachable: The repository does not respond to Git over HTTP. Check the URL, or retry later.';
  expect(await refused(builder, 'http://127.0.0.1:9/x.git', 'main')).toBe(expected);
  git.intercept = (_, response) => {
    response.writeHead(500).end('something else');
    return true;
  };
  expect(await refused(builder, `${git.url}/x.git`, 'main')).toBe(expected);
});

const submodule = { submodule: 'b'.repeat(40) };
const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n';
const many = Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`${i}.txt`, 'x']));

test.each<[string, Tree, string]>([
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
    'a file that is too large to download',
    { 'noise.bin': new Uint8Array(randomBytes(1_000_000)) },
    'source-too-large: The source is too large: the download exceeds 400000 bytes.',
  ],
])('a tree is refused if it has %s', async (_, tree, expected) => {
  expect(await refused(builder, repositoryOf(git, tree).url, 'main')).toContain(expected);
});

test('a malicious server that redirects endlessly is refused', { tags: 'long' }, async () => {
  git.intercept = ({ url = '' }, response) => {
    response.writeHead(302, { location: `/x${url}` }).end();
    return true;
  };
  expect(await refused(builder, `${git.url}/x.git`, 'main')).toMatch(/^repository-unreachable: /);
});

test('a malicious server that never responds is abandoned', { tags: 'long' }, async () => {
  git.intercept = () => true;
  // Other fetches have more time, because a busy machine needs seconds even for the smallest fetch.
  const impatient = await TestBuilder.start({
    hasGitAndGo: true,
    limits: { fetchMs: 2000 },
    env: { SLIPWAY_ALLOW_LOOPBACK: '1' },
  });
  expect(await refused(impatient, `${git.url}/x.git`, 'main')).toBe(
    'fetch-timeout: The repository could not be fetched within 2 s. Retry later, or make it smaller.',
  );
  await impatient.close();
});

test('loopback is refused unless the setting allows it', async () => {
  const strict = await TestBuilder.start({ hasGitAndGo: true });
  const body = JSON.stringify({ repository: repositoryOf(git, { 'a.go': 'package a' }).url, ref: 'main' });
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
