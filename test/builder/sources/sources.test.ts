// Tests POST /sources against a real Git server: which commit a ref resolves to, the archive for a commit, and refusals along the way.
// @module-tag git
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { TestBuilder } from '../support.ts';
import { fetched, refused, repositoryOf } from './fetch.ts';
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

describe('a fetch returns', () => {
  let repository: Repository;
  let first: string;
  let second: string;
  beforeAll(() => {
    repository = git.repository('plugin');
    first = repository.commit({ 'plugin.go': 'package main // 1\n', 'actions/one.go': 'package main\n' });
    repository.git('tag', 'v1.0.0');
    repository.git('tag', '-a', 'v1.0.0-annotated', '-m', 'a message');
    repository.git('tag', '@acme/ocr@1.0.0');
    repository.git('branch', 'feature/slash');
    repository.git('branch', 'both');
    second = repository.commit({ 'plugin.go': 'package main // 2\n' });
    repository.git('tag', 'both');
  });

  test.each([
    ['a tag', 'v1.0.0', 'tag', 1],
    ["an annotated tag's commit", 'v1.0.0-annotated', 'tag', 1],
    ['a branch with a slash', 'feature/slash', 'branch', 1],
    ['a tag of a scoped package', '@acme/ocr@1.0.0', 'tag', 1],
    ['the newest commit of a branch', 'main', 'branch', 2],
    ['a tag rather than a branch of the same name', 'both', 'tag', 2],
  ])('a fetch returns %s', async (_, ref, kind, nth) => {
    const { source, files } = await fetched(builder, repository.url, ref);
    expect([source.ref_kind, source.commit]).toEqual([kind, nth === 1 ? first : second]);
    expect(files['plugin.go']).toBe(`package main // ${nth}\n`);
  });

  test('a fetch returns a commit by hash', async () => {
    const { source, files } = await fetched(builder, repository.url, first);
    expect(source).toMatchObject({ commit: first, ref_kind: 'commit', files: 2 });
    expect(Object.keys(files).sort()).toEqual(['actions/one.go', 'plugin.go']);
  });

  test('a fetch names the repository that it came from, which may not be the one that was asked', async () => {
    git.intercept = ({ url = '' }, response) => {
      if (!url.startsWith('/moved.git')) return false;
      response.writeHead(301, { location: `${repository.url}${url.slice('/moved.git'.length)}` }).end();
      return true;
    };
    expect((await fetched(builder, `${git.url}/moved.git`, 'main')).source).toMatchObject({
      repository: repository.url,
      commit: second,
    });
  });

  test('a fetch returns the files of one folder, with the same bytes in every repository', async () => {
    const files = { 'manifest.py': 'name\n', 'src/core.py': 'core\n' };
    const inFolder = { 'plugins/o c r/manifest.py': 'name\n', 'plugins/o c r/src/core.py': 'core\n' };
    const within = repositoryOf(git, { ...inFolder, 'plugins/ocr2/manifest.py': 'x', 'README.md': 'x' });
    const one = await fetched(builder, within.url, 'main', 'plugins/o c r');
    expect(one.files).toEqual(files);
    const whole = await fetched(builder, repositoryOf(git, files).url, 'main');
    expect(one.source.sha256).toBe(whole.source.sha256);
  });

  test('a fetch returns an archive, which is also stored as a blob for a build', async () => {
    const { source } = await fetched(builder, repository.url, 'v1.0.0');
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
      expect((await fetched(builder, `${git.url}${moved}/plugin.git`, 'v1.0.0')).source.commit).toBe(first);
    expect(await refused(builder, `${git.url}/old/old/old/old/plugin.git`, 'v1.0.0')).toMatch(
      /^repository-unreachable: /,
    );
  });
});

describe('a repository without', () => {
  test('a fetch from a repository without the ref is refused with the reason', async () => {
    expect(await refused(builder, repositoryOf(git, { 'a.go': 'package a' }).url, 'v9')).toBe(
      'ref-not-found: The repository has no tag or branch v9. Push it, or check the version.',
    );
  });

  test('a fetch is refused if the repository lacks the folder', async () => {
    const repository = git.repository('folders');
    const commit = repository.commit({ 'a/one.py': '1' });
    expect(await refused(builder, repository.url, 'main', 'b')).toBe(
      `path-not-found: The commit ${commit} has no folder b. Check the path, which starts at the repository's root.`,
    );
  });

  test('a fetch is refused if the repository does not exist', async () => {
    expect(await refused(builder, `${git.url}/absent.git`, 'main')).toBe(
      `repository-not-found: The repository does not exist or is not public. Check the URL; if it is private, add a credential: \`slipway sources add ${new URL(git.url).host}\`.`,
    );
  });
});

test.each<[string, Tree, string]>([
  [
    'a symbolic link',
    { 'a.go': 'x', passwd: { link: '/etc/passwd' } },
    'tree-not-taken: passwd is a symbolic link. Commit the file itself.',
  ],
  [
    'a file that is too large unpacked',
    { 'zeros.bin': new Uint8Array(250_000) },
    'source-too-large: The source is too large: its files have 250000 bytes; the limit is 200000, and the largest file is zeros.bin with 250000 bytes.',
  ],
])('a tree is refused if it has %s', async (_, tree, expected) => {
  expect(await refused(builder, repositoryOf(git, tree).url, 'main')).toContain(expected);
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
    expect(await refused(builder, `${git.url}/x.git`, 'main')).toMatch(
      /^repository-not-taken: The repository URL is not allowed: /,
    );
  });
});
