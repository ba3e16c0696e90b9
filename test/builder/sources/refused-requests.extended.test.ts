// Tests POST /sources with a repository, ref or path that is refused before the builder opens a connection.
// @module-tag git
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sourceRefusalSchema } from '../../../src/contract/builder/sources.ts';
import { TestBuilder } from '../support.ts';
import { GitServer } from './git-server.ts';

let git: GitServer;
let builder: TestBuilder;
let requests = 0;
beforeAll(async () => {
  git = await GitServer.start();
  git.intercept = () => {
    requests++;
    return false;
  };
  builder = await TestBuilder.start({ hasGitAndGo: true, env: { SLIPWAY_ALLOW_LOOPBACK: '1' } });
});
afterAll(async () => {
  await builder.close();
  await git.close();
  expect(requests).toBe(0);
});

/** Returns `code: message` after checking that the attempt left nothing behind. */
async function refused(given: { repository?: string; ref?: string; path?: string }): Promise<string> {
  const body = JSON.stringify({ repository: `${git.url}/plugin.git`, ref: 'main', ...given });
  const response = await builder.fetch('/sources', { method: 'POST', body });
  expect(response.status).toBe(200);
  const { code, message } = sourceRefusalSchema.parse(await response.json()).refused;
  expect(readdirSync(join(builder.stateFolder, 'sources'))).toEqual([]);
  return `${code}: ${message}`;
}

describe('invalid sources are refused before any connection', () => {
  test.each([
    ['ext::sh -c id', 'it is not a URL'],
    ['ext::sh%20-c%20id', 'it does not use https'],
    ['file:///etc', 'it does not use https'],
    ['ssh://git@example.com/x.git', 'it contains credentials'],
    ['ssh://-oProxyCommand=id/x', 'it does not use https'],
    ['git@example.com:acme/x.git', 'it is not a URL'],
    ['git://example.com/x.git', 'it does not use https'],
    ['--upload-pack=id', 'it is not a URL'],
    ['-oProxyCommand=id', 'it is not a URL'],
    ['https://user:secret@example.com/x.git', 'it contains credentials'],
    ['https://127.0.0.1/x.git', '127.0.0.1 is not a public host name'],
    ['https://0x7f000001/x.git', '127.0.0.1 is not a public host name'],
    ['https://[::1]/x.git', '[::1] is not a public host name'],
    ['https://169.254.169.254/x.git', '169.254.169.254 is not a public host name'],
    ['https://localhost/x.git', 'localhost is not a public host name'],
    ['https://metadata.google.internal/x.git', 'metadata.google.internal is not a public host name'],
    ['https://example.com:8443/x.git', 'it uses a port other than 443'],
    ['https://example.com/x.git?a=b', 'it has a query or a fragment'],
    ['https://example.com', 'it has no path'],
    ['https://example.com/acme/../evil/x.git', 'it must be written as https://example.com/evil/x.git'],
    ['https://example.com/acme/%2E%2e/evil/x.git', 'it must be written as https://example.com/evil/x.git'],
    ['https://example.com/acme\\..\\evil/x.git', 'it must be written as https://example.com/evil/x.git'],
    ['HTTPS://Example.com/x.git', 'it must be written as https://example.com/x.git'],
    ['https://example.com:443/x.git', 'it must be written as https://example.com/x.git'],
    ['https://example.com/acme/%2e%2e%2Fevil/x.git', 'it has an escaped slash'],
    ['https://example.com/acme/..%5cevil/x.git', 'it has an escaped slash'],
    ['https://example.com/x.git\n--upload-pack=id', 'it is not a URL'],
    ['/etc', 'it is not a URL'],
    ['', 'it is not a URL'],
  ])('the repository %j is refused before any connection', async (repository, reason) => {
    expect(await refused({ repository })).toBe(
      `repository-not-taken: The repository URL is not allowed: ${reason}. Use the https URL of a public repository.`,
    );
  });

  test.each([
    '--upload-pack=touch /tmp/canary',
    '-c',
    'main:refs/heads/pwn',
    '+refs/heads/*',
    '^main',
    'main~1',
    'a..b',
    'HEAD@{1}',
    '@',
    '@{u}',
    '#',
    'main;id',
    '$(id)',
    'main\nx',
    'v1.lock',
    'a//b',
    'a/',
    '.hidden',
    'a/.b',
    '',
    'x'.repeat(201),
  ])('the ref %j is refused before any connection', async (ref) => {
    expect(await refused({ ref })).toBe(
      'ref-not-taken: The version must be a tag, a branch or a full commit hash (40 hex digits), and contain only letters, digits and . _ / + - @ = , #.',
    );
  });

  test.each([
    ...['', '/', '/plugins', 'plugins/', 'a//b', '.', './a', 'a/./b', '..', '../a', 'a/..', '-a', '--output=/tmp/x'],
    ...['a:b', 'a\\b', 'a\nb', 'a\0b', 'x'.repeat(501)],
  ])('the path %j is refused before any connection', async (path) => {
    expect(await refused({ path })).toBe(
      "path-not-taken: The path must name a folder relative to the repository's root, such as plugins/ocr, without a leading or trailing slash.",
    );
  });
});
