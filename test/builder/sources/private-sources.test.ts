// Tests POST /sources with credentials, against a Git server that asks for them: where a credential is sent, where it never is, and the
// message for each refusal.
// @module-tag git
import { mkdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type SourceCredential, sourceHeader, sourceRefusalSchema } from '../../../src/contract/builder/sources.ts';
import { liveTexts, processTexts } from '../live-files.ts';
import { newFolder, TestBuilder } from '../support.ts';
import { GitServer } from './git-server.ts';

const token = 'tok-7c31f0e9b2';
const username = 'deployer';
const basic = `Basic ${btoa(`${username}:${token}`)}`;
const fullyChecked = /7c31f0e9b2/;

let git: GitServer;
let other: GitServer;
let builder: TestBuilder;
let commit: string;
/** Every request, with its authorization header. */
let requests: { server: GitServer; path: string; authorization: string | undefined }[];

beforeAll(async () => {
  git = await GitServer.start();
  other = await GitServer.start();
  builder = await TestBuilder.start({ hasGitAndGo: true, env: { SLIPWAY_ALLOW_LOOPBACK: '1' } });
  const files = { 'plugin.py': 'answer = 42\n' };
  for (const name of ['acme/ocr', 'acme-evil/ocr', 'else/ocr']) commit = git.repository(name).commit(files);
  other.repository('acme/ocr').commit(files);
});
afterAll(async () => {
  await builder.close();
  await git.close();
  await other.close();
});

/** Makes the server private, so that it asks for the credential. `before` handles a request itself if it returns true. */
function guard(before: GitServer['intercept'] = () => false, accepted = basic): void {
  requests = [];
  for (const server of [git, other])
    server.intercept = (request, response) => {
      const { authorization } = request.headers;
      requests.push({ server, path: request.url ?? '', authorization });
      if (before(request, response)) return true;
      if (authorization === accepted) return false;
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return true;
    };
}

afterEach(() => {
  git.intercept = () => false;
  other.intercept = () => false;
});

/** Returns the credential for a path on the server, or by default for the whole server. */
function credentialFor(path = '', more: Partial<SourceCredential> = {}): SourceCredential {
  return { place: { host: new URL(git.url).host, path }, username, token, expires_at: null, ...more };
}

async function fetchFrom(repository: string, credential?: SourceCredential, ref = 'main', by = builder) {
  const body = JSON.stringify({ repository, ref, credential });
  const response = await by.fetch('/sources', { method: 'POST', body });
  const text = await response.text();
  expect(text).not.toMatch(fullyChecked);
  if (response.headers.has(sourceHeader)) return 'fetched';
  const { code, message } = sourceRefusalSchema.parse(JSON.parse(text)).refused;
  return `${code}: ${message}`;
}

function sentTo(server: GitServer): string[] {
  return requests.flatMap((one) => (one.server === server && one.authorization !== undefined ? [one.path] : []));
}

describe('a private repository is fetched', () => {
  test.each([
    ['with the credential of its host', '', 'main'],
    ['with the credential of its folder', 'acme', 'main'],
    ['with a credential of its own', 'acme/ocr', 'main'],
    ['by a commit', 'acme', 'COMMIT'],
  ])('a private repository is fetched %s', async (_, path, ref) => {
    guard();
    const fetched = await fetchFrom(`${git.url}/acme/ocr.git`, credentialFor(path), ref === 'COMMIT' ? commit : ref);
    expect(fetched).toBe('fetched');
    expect(new Set(sentTo(git).map((sent) => sent.replace(/\?.*/, '')))).toEqual(
      new Set(['/acme/ocr.git/info/refs', '/acme/ocr.git/git-upload-pack']),
    );
  });

  test('a credential is sent only after the server asks for it', async () => {
    guard(() => false);
    git.intercept = (request) => {
      requests.push({ server: git, path: request.url ?? '', authorization: request.headers.authorization });
      return false;
    };
    expect(await fetchFrom(`${git.url}/acme/ocr.git`, credentialFor())).toBe('fetched');
    expect(sentTo(git)).toEqual([]);
    expect(requests.length).toBeGreaterThan(0);
  });
});

test('a credential is in no argument, variable or file during its use, and in no file afterwards', async () => {
  const seen: string[] = [];
  guard(({ headers }: IncomingMessage) => {
    if (headers.authorization !== undefined)
      seen.push([...processTexts(), ...liveTexts(join(builder.stateFolder, 'sources'))].join('\n'));
    return false;
  });
  expect(await fetchFrom(`${git.url}/acme/ocr.git`, credentialFor())).toBe('fetched');
  expect(seen.length).toBeGreaterThan(1);
  expect(seen.every((text) => text.includes('remote-http'))).toBe(true);
  expect(seen.filter((text) => fullyChecked.test(text) || text.includes(basic.slice(6)))).toEqual([]);
  expect(liveTexts(builder.stateFolder).join('\n')).not.toMatch(fullyChecked);
});

describe('a credential is not sent', () => {
  test.each([
    ['to a path that only begins alike', '/acme-evil/ocr.git'],
    ['to another folder of the host', '/else/ocr.git'],
    ['to a path with an empty segment', '/acme//ocr.git'],
  ])('a credential is not sent %s', async (_, path) => {
    guard();
    expect(await fetchFrom(`${git.url}${path}`, credentialFor('acme'))).toMatch(
      /^(?:credential-missing|repository-not-found): /,
    );
    expect([sentTo(git), requests.length > 0]).toEqual([[], true]);
  });

  test('a credential is not sent to another port on its host', { tags: 'long' }, async () => {
    guard();
    expect(await fetchFrom(`${other.url}/acme/ocr.git`, credentialFor())).toMatch(/^credential-missing: /);
    expect([sentTo(git), sentTo(other)]).toEqual([[], []]);
  });

  const moved = 'repository-not-taken: The repository has moved to a place that the credential for';

  test.each([
    ['before it asks', () => false],
    ['after it asked', (authorization: string | undefined) => authorization === undefined],
  ])('a credential is not sent to another server after a redirect to %s', async (_, asks) => {
    guard(({ headers, url = '' }, response) => {
      if (asks(headers.authorization)) return false;
      response.writeHead(302, { location: `${other.url}${url}` }).end();
      return true;
    });
    expect(await fetchFrom(`${git.url}/acme/ocr.git`, credentialFor('acme'))).toMatch(
      new RegExp(`^(?:${moved}|repository-unreachable)`),
    );
    expect(sentTo(other)).toEqual([]);
  });

  test('a credential follows a redirect only within its folder', { tags: 'long' }, async () => {
    guard(({ url = '' }, response) => {
      if (!/^\/(?:acme\/old|old)/.test(url)) return false;
      response
        .writeHead(301, { location: url.replace(/^\/(?:acme\/)?old/, url.startsWith('/acme') ? '/acme' : '/else') })
        .end();
      return true;
    });
    expect(await fetchFrom(`${git.url}/acme/old/ocr.git`, credentialFor('acme'))).toBe('fetched');
    expect(await fetchFrom(`${git.url}/old/ocr.git`, credentialFor('old'))).toContain(moved);
    expect(sentTo(git).filter((path) => path.startsWith('/else'))).toEqual([]);
  });

  test('a credential is not sent to the alternates of a server without the smart protocol', {
    tags: 'long',
  }, async () => {
    guard(({ url = '', headers }, response) => {
      if (headers.authorization === undefined) return false;
      const bodies: Record<string, string> = {
        '/acme/ocr.git/info/refs?service=git-upload-pack': `${commit}\trefs/heads/main\n`,
        '/acme/ocr.git/HEAD': 'ref: refs/heads/main\n',
        '/acme/ocr.git/objects/info/http-alternates': `${other.url}/acme/ocr.git/objects/\n`,
        '/acme/ocr.git/objects/info/alternates': `${other.url}/acme/ocr.git/objects/\n`,
      };
      const body = bodies[url];
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'text/plain' }).end(body);
      return true;
    });
    expect(await fetchFrom(`${git.url}/acme/ocr.git`, credentialFor('acme'))).not.toBe('fetched');
    expect(sentTo(git).length).toBeGreaterThan(0);
    expect(requests.filter(({ server }) => server === other)).toEqual([]);
  });

  test('a credential is not sent for a submodule, and a source with a submodule is refused', async () => {
    git.repository('acme/nested').commit({
      'README.md': 'x',
      inner: { submodule: commit },
      '.gitmodules': `[submodule "inner"]\n\tpath = inner\n\turl = ${other.url}/acme/ocr.git\n`,
    });
    guard();
    expect(await fetchFrom(`${git.url}/acme/nested.git`, credentialFor('acme'))).toContain('inner is a submodule');
    expect(requests.filter(({ server }) => server === other)).toEqual([]);
  });
});

test('a fetch is not redirected by a machine or repository configuration that names another server', {
  tags: 'long',
}, async () => {
  const home = newFolder();
  const instead = `[url "${other.url}/"]\n\tinsteadOf = ${git.url}/\n\tpushInsteadOf = ${git.url}/\n`;
  mkdirSync(join(home, 'git'));
  for (const name of ['.gitconfig', 'git/config']) writeFileSync(join(home, name), instead);
  const config = join(home, '.gitconfig');
  const named = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: `url.${other.url}/.insteadOf`, GIT_CONFIG_VALUE_0: git.url };
  const env = { HOME: home, XDG_CONFIG_HOME: home, GIT_CONFIG_GLOBAL: config, GIT_CONFIG_SYSTEM: config, ...named };
  const diverted = await TestBuilder.start({ hasGitAndGo: true, env: { SLIPWAY_ALLOW_LOOPBACK: '1', ...env } });
  try {
    const files = { 'plugin.py': 'answer = 42\n', config: instead, '.gitconfig': instead, 'HEAD.git/config': instead };
    git.repository('acme/diverting').commit(files);
    guard();
    const repository = `${git.url}/acme/diverting.git`;
    expect(await fetchFrom(repository, credentialFor('acme'), 'main', diverted)).toBe('fetched');
    expect([sentTo(git).length > 0, requests.filter(({ server }) => server === other)]).toEqual([true, []]);
  } finally {
    await diverted.close();
  }
});

describe('a refusal message says', () => {
  const host = () => new URL(git.url).host;

  test('a repository that asks for a missing credential is refused with instructions to add a credential', async () => {
    guard();
    expect(await fetchFrom(`${git.url}/acme/ocr.git`)).toBe(
      `credential-missing: ${host()} asks for a credential, and your organization has none for this repository: it is private or does not exist. Check the URL, or add a credential: \`slipway sources add ${host()}/acme\`.`,
    );
  });

  test("a token that the server doesn't know is refused after one attempt", async () => {
    guard();
    expect(await fetchFrom(`${git.url}/acme/ocr.git`, credentialFor('acme', { token: 'wrong' }))).toBe(
      `credential-refused: ${host()} refuses the credential for ${host()}/acme (401). Set a new token: \`slipway sources rotate ${host()}/acme\`.`,
    );
    expect(sentTo(git)).toHaveLength(1);
  });

  test('an expired token is refused with its expiry time', async () => {
    guard();
    const expired = { token: 'old', expires_at: Date.parse('2026-01-02T03:04:05Z') };
    expect(await fetchFrom(`${git.url}/acme/ocr.git`, credentialFor('', expired))).toBe(
      `credential-expired: The token of the credential for ${host()} expired at 2026-01-02T03:04:05.000Z, and ${host()} refuses it (401). Set a new token: \`slipway sources rotate ${host()}\`.`,
    );
  });

  test.each([
    [
      403,
      (at: string) =>
        `credential-refused: ${at} refuses to serve the repository (403). Check that the token for ${at} may read it.`,
    ],
    [
      404,
      (at: string) =>
        `repository-not-found: The repository does not exist, or the credential for ${at} does not give access to it. Check the URL, and what the token may read.`,
    ],
  ])('a server that responds to the credential with %i is quoted', async (status, message) => {
    guard(({ headers }, response) => {
      if (headers.authorization === undefined) return false;
      response.writeHead(status).end(`secrets of the server, and ${token}`);
      return true;
    });
    expect(await fetchFrom(`${git.url}/acme/ocr.git`, credentialFor())).toBe(message(host()));
  });

  test("a server that echoes the credential can't get it into the refusal", {
    tags: 'long',
  }, async () => {
    guard(({ headers, url = '' }, response) => {
      if (headers.authorization === undefined || !url.includes('info/refs')) return false;
      const line = `ERR access of ${token} denied`;
      const packet = (text: string) => (text.length + 4).toString(16).padStart(4, '0') + text;
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
      response.end(`${packet('# service=git-upload-pack\n')}0000${packet(line)}`);
      return true;
    });
    expect(await fetchFrom(`${git.url}/acme/ocr.git`, credentialFor())).toMatch(/^repository-/);
  });
});

test('a server that asks for the credential in an endless loop, or sends its answer very slowly, is abandoned', {
  tags: 'long',
}, async () => {
  const impatient = await TestBuilder.start({
    hasGitAndGo: true,
    limits: { fetchMs: 4000 },
    env: { SLIPWAY_ALLOW_LOOPBACK: '1' },
    stateFolder: newFolder(),
  });
  guard(() => false, 'Basic never');
  expect(await fetchFrom(`${git.url}/acme/ocr.git`, credentialFor(), 'main', impatient)).toMatch(
    /^credential-refused: /,
  );
  expect(sentTo(git)).toHaveLength(1);
  const drips: NodeJS.Timeout[] = [];
  guard(({ headers }, response) => {
    if (headers.authorization === undefined) return false;
    response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
    drips.push(setInterval(() => response.write('0'), 200));
    return true;
  });
  expect(await fetchFrom(`${git.url}/acme/ocr.git`, credentialFor(), 'main', impatient)).toMatch(
    /^(?:fetch-timeout|repository-unreachable): /,
  );
  for (const drip of drips) clearInterval(drip);
  await impatient.close();
});
