// Tests POST /sources with SSH deploy keys, against the tests' SSH server: which key is used, where it is visible, and the message for
// each refusal.
// @module-tag git
// @module-tag ssh
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findOnPath } from '../../../builder/server/programs/program-on-path.ts';
import { type SourceCredential, sourceHeader, sourceRefusalSchema } from '../../../src/contract/builder/sources.ts';
import { liveTexts, processTexts } from '../live-files.ts';
import { eventually, newFolder, TestBuilder } from '../support.ts';
import type { Tree } from './git-server.ts';
import { newKeyPair, SshServer } from './ssh-server.ts';

const key = newKeyPair();
/** A line in the key that occurs nowhere else. */
const secret = key.private.split('\n')[3] ?? '';
const files: Tree = { 'plugin.py': 'answer = 42\n' };

let server: SshServer;
let builder: TestBuilder;
let repository: string;
let commit: string;
beforeAll(async () => {
  server = await SshServer.start();
  const made = server.repository('acme/ocr');
  commit = made.commit(files);
  repository = made.url;
  builder = await TestBuilder.start({ hasGitAndGo: true, env: { SLIPWAY_ALLOW_LOOPBACK: '1' } });
});
afterAll(async () => {
  await builder.close();
  await server.close();
});
afterEach(() => {
  server.accepted = [key.public];
  server.instead = undefined;
  server.during = () => {};
  server.tried.length = 0;
  server.commands.length = 0;
});

function credentialOf(changes: object = {}): SourceCredential {
  server.accepted = [key.public];
  return {
    ...{ place: { host: server.host, path: 'acme' }, username: 'git', expires_at: null },
    ...{ private_key: key.private, known_hosts: [server.hostKey.public], ...changes },
  };
}

async function fetchFrom(credential: SourceCredential, { ref = 'main', from = repository, by = builder } = {}) {
  const body = JSON.stringify({ repository: from, ref, credential });
  const response = await by.fetch('/sources', { method: 'POST', body });
  const text = await response.text();
  if (response.headers.has(sourceHeader)) return 'fetched';
  expect(text).not.toContain(secret);
  const { code, message } = sourceRefusalSchema.parse(JSON.parse(text)).refused;
  return `${code}: ${message}`;
}

function agents(): number {
  return processTexts().filter((text) => text.includes('\0-a\0./agent-')).length;
}

describe('a private repository is fetched over SSH', () => {
  test.each([
    ['by a branch', 'main'],
    ['by a commit', 'COMMIT'],
  ])('a private repository is fetched over SSH %s', async (_, ref) => {
    expect(await fetchFrom(credentialOf(), { ref: ref === 'COMMIT' ? commit : ref })).toBe('fetched');
    expect(new Set(server.commands)).toEqual(new Set(["git-upload-pack '/acme/ocr.git'"]));
    expect(new Set(server.tried)).toEqual(new Set(['git publickey']));
  });

  test('a private repository is fetched over SSH with the user name in the source', { tags: 'long' }, async () => {
    expect(await fetchFrom(credentialOf({ username: 'deployer' }))).toBe('fetched');
    expect(new Set(server.tried)).toEqual(new Set(['deployer publickey']));
  });
});

test('a deploy key is in no argument, variable or file during its use, and its agent ends with the fetch', async () => {
  const seen: string[][] = [];
  server.during = () => seen.push([...processTexts(), ...liveTexts(builder.stateFolder)]);
  expect(await fetchFrom(credentialOf())).toBe('fetched');
  expect([seen.length, seen.every((texts) => texts.some((text) => text.includes('GIT_SSH_COMMAND')))]).toEqual([
    2,
    true,
  ]);
  expect(seen.flat().filter((text) => text.includes(secret))).toEqual([]);
  expect(liveTexts(builder.stateFolder).filter((text) => text.includes(secret))).toEqual([]);
  await eventually(agents).toBe(0);
});

test('a deploy key is used on its own, without an agent, configuration or keys from the machine', {
  tags: 'long',
}, async () => {
  const home = newFolder();
  mkdirSync(join(home, '.ssh'), { mode: 0o700 });
  const trap = join(home, 'trapped');
  writeFileSync(join(home, '.ssh', 'config'), `Host *\n  ProxyCommand touch ${trap}\n`);
  const other = await TestBuilder.start({
    hasGitAndGo: true,
    env: {
      SLIPWAY_ALLOW_LOOPBACK: '1',
      HOME: home,
      SSH_AUTH_SOCK: join(home, 'agent'),
      GIT_SSH_COMMAND: `touch ${trap}`,
    },
  });
  try {
    expect(await fetchFrom(credentialOf(), { by: other })).toBe('fetched');
    const refused = await fetchFrom(credentialOf({ private_key: newKeyPair().private }), { by: other });
    expect(refused).toMatch(/^credential-refused: /);
    // Go keeps its telemetry in .config.
    expect(readdirSync(home).filter((name) => name !== '.config')).toEqual(['.ssh']);
    expect(readdirSync(join(home, '.ssh'))).toEqual(['config']);
  } finally {
    await other.close();
  }
});

describe('a refusal message says', () => {
  const source = () => `${server.host}/acme`;
  const rotate = () => `slipway sources rotate ${source()} --deploy-key FILE --known-host LINE`;

  test('a host whose key differs from the known one is refused before anything is requested from it', async () => {
    expect(await fetchFrom(credentialOf({ known_hosts: [newKeyPair().public] }))).toBe(
      `host-key-changed: The SSH host key of 127.0.0.1 does not match any key in the credential for ${source()}, so nothing was sent. If its operator replaced the key, set the new one: \`${rotate()}\`.`,
    );
    expect([server.tried, server.commands]).toEqual([[], []]);
  });

  test('a host can have several known keys, so that a key can be replaced', { tags: 'long' }, async () => {
    expect(await fetchFrom(credentialOf({ known_hosts: [newKeyPair().public, server.hostKey.public] }))).toBe(
      'fetched',
    );
  });

  test('a rejected or invalid key is refused with instructions to replace it', async () => {
    const message = `credential-refused: 127.0.0.1 refuses the deploy key in the credential for ${source()}. Add its public key to the repository, or set another key: \`${rotate()}\`.`;
    expect(await fetchFrom(credentialOf({ private_key: newKeyPair().private }))).toBe(message);
    expect(await fetchFrom(credentialOf({ private_key: 'no key' }))).toBe(message);
    expect(server.commands).toEqual([]);
  });

  test('a missing repository is not found, however the server words its message', {
    tags: 'long',
  }, async () => {
    expect(await fetchFrom(credentialOf(), { from: repository.replace('ocr', 'absent') })).toMatch(
      /^repository-not-found: /,
    );
    server.instead = (write) => {
      write('ERROR: Repository not found.\nsecrets of the server');
      return 1;
    };
    expect(await fetchFrom(credentialOf())).toBe(
      `repository-not-found: The repository does not exist, or the credential for ${source()} does not give access to it. Check the URL, and what the deploy key may read.`,
    );
  });

  test('a builder without an SSH client refuses deploy keys, and names the program to install', async () => {
    const tools = newFolder();
    for (const name of ['git', 'sh']) symlinkSync(findOnPath(name) ?? '', join(tools, name));
    const without = await TestBuilder.start({ hasGitAndGo: true, env: { SLIPWAY_ALLOW_LOOPBACK: '1', PATH: tools } });
    try {
      expect(await fetchFrom(credentialOf(), { by: without })).toBe(
        "repository-unreachable: Deploy keys need an SSH client, and this builder has no ssh, ssh-agent, ssh-add. Install OpenSSH's client (openssh-client), or use a token.",
      );
      expect(server.tried).toEqual([]);
    } finally {
      await without.close();
    }
  });
});

test('a server that never answers a command is abandoned, and no agent is left behind', { tags: 'long' }, async () => {
  const impatient = await TestBuilder.start({
    hasGitAndGo: true,
    limits: { fetchMs: 4000 },
    env: { SLIPWAY_ALLOW_LOOPBACK: '1' },
  });
  try {
    server.hangs = true;
    expect(await fetchFrom(credentialOf(), { by: impatient })).toMatch(/^fetch-timeout: /);
    await eventually(agents).toBe(0);
    expect(liveTexts(impatient.stateFolder).filter((text) => text.includes(secret))).toEqual([]);
  } finally {
    server.hangs = false;
    await impatient.close();
  }
});

test('a repository whose tree has a submodule is also refused over SSH', { tags: 'long' }, async () => {
  const nested = server.repository('acme/nested');
  nested.commit({ 'README.md': 'x', inner: { submodule: commit } });
  expect(await fetchFrom(credentialOf(), { from: nested.url })).toContain('inner is a submodule');
});
