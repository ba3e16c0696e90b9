// Tests `slipway sources`: its requests, where it reads a token, and that it never prints a token.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inProcess } from '../../../cli/in-process.ts';
import { folderOf, slipway } from '../../../cli/slipway.ts';
import { scriptedServer } from '../../../client/scripted-server.ts';

const token = 'ghp-f00dfeed';
const source = {
  source_id: 'src_1',
  source: 'git.example.com/acme',
  username: 'x-access-token',
  github_app: null,
  deploy_key: null,
  go_modules: false,
  python_packages: null,
  revision: 2,
  expires_at: null,
  last_used_at: '2026-05-06T07:08:09.000Z',
};
const envOf = (url: string) => ({ SLIPWAY_BASE_URL: url, SLIPWAY_API_KEY: 'sk_any' });

test.each([
  ['add', 'POST', '✓ added the credential for git.example.com/acme\n'],
  ['rotate', 'PUT', '✓ replaced the token for git.example.com/acme (revision 2)\n'],
])('sources %s reads the token from standard input and never prints it', async (command, method, stdout) => {
  await using server = await scriptedServer({ body: source });
  const args = [
    'sources',
    command,
    'git.example.com/acme',
    '--token-stdin',
    '--user',
    'deployer',
    '--expires',
    '1d',
    '--go-modules',
  ];
  const ran = await slipway(args, { env: envOf(server.url), input: `${token}\n` });
  expect(ran).toMatchObject({ code: 0, stdout, stderr: '' });
  const [request] = server.received;
  expect([request?.method, request?.url]).toEqual([method, '/v1/sources']);
  expect(JSON.parse(request?.body ?? '')).toEqual({
    source: 'git.example.com/acme',
    token,
    username: 'deployer',
    go_modules: true,
    expires_at: expect.stringMatching(/^\d{4}-.*Z$/),
  });
});

test('sources add without a token explains how to pass one', async () => {
  await using server = await scriptedServer();
  const ran = await slipway(['sources', 'add', 'git.example.com', '--token-stdin'], {
    env: envOf(server.url),
    input: '',
  });
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain('slipway sources add git.example.com --token-stdin < FILE');
  expect(server.received).toEqual([]);
});

test('sources add refuses a token as an argument', async () => {
  await using server = await scriptedServer();
  const ran = await inProcess(['sources', 'add', 'git.example.com', token], envOf(server.url));
  expect(ran.exit).toBe('usage');
  expect(server.received).toEqual([]);
});

test('sources list shows places, names and uses', async () => {
  await using server = await scriptedServer({
    body: {
      results: [
        { ...source, go_modules: true },
        { ...source, source: 'else.example.com', last_used_at: null },
        { ...source, source: 'pypi.example.com/simple', python_packages: ['acme-*', 'acmelib'] },
      ],
      pagination: { limit: 100, next_cursor: null },
    },
  });
  const { stdout } = await inProcess(['sources', 'list'], envOf(server.url));
  expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toMatchObject([
    ['SOURCE', 'FOR', 'USER', 'REVISION', 'EXPIRES', 'LAST USED'],
    ['git.example.com/acme', 'Git, Go modules', 'x-access-token', '2', '-', expect.stringContaining('2026-05-06')],
    ['else.example.com', 'Git', 'x-access-token', '2', '-', 'never'],
    ['pypi.example.com/simple', 'Python acme-*, acmelib', 'x-access-token', '2', '-', expect.any(String)],
    [''],
  ]);
});

test("sources remove sends the source's name", async () => {
  await using server = await scriptedServer({ body: { success: true, source: 'git.example.com/acme' } });
  const { exit } = await inProcess(['sources', 'remove', 'git.example.com/acme', '--yes'], envOf(server.url));
  expect(exit).toBe('done');
  expect(server.received.map(({ method, url }) => [method, url])).toEqual([
    ['DELETE', '/v1/sources?source=git.example.com%2Facme'],
  ]);
});

test("sources add reads a deploy key from its file, and sends it with only that host's keys", async () => {
  const hosts = '# git.example.com\nelse.example.com ssh-ed25519 AAAA1\ngit.example.com,10.0.0.1 ssh-ed25519 AAAA2\n';
  const folder = folderOf({ id_ed25519: '-----BEGIN OPENSSH PRIVATE KEY-----', hosts });
  const answer = {
    body: { ...source, deploy_key: { known_hosts: ['ssh-ed25519 AAAA2'] } },
  };
  await using server = await scriptedServer(answer, answer);
  const key = ['--deploy-key', join(folder, 'id_ed25519')];
  const add = ['sources', 'add', 'git.example.com/acme/ocr', ...key];
  for (const known of [join(folder, 'hosts'), 'ssh-ed25519 AAAA3'])
    expect((await inProcess([...add, '--known-host', known], envOf(server.url))).exit).toBe('done');
  expect(server.received.map(({ body }) => JSON.parse(body ?? '').deploy_key)).toEqual([
    {
      private_key: '-----BEGIN OPENSSH PRIVATE KEY-----',
      known_hosts: ['git.example.com,10.0.0.1 ssh-ed25519 AAAA2'],
    },
    { private_key: '-----BEGIN OPENSSH PRIVATE KEY-----', known_hosts: ['ssh-ed25519 AAAA3'] },
  ]);
  const { exit, stderr } = await inProcess([...add, '--known-host', join(folder, 'id_ed25519')], envOf(server.url));
  expect([exit, stderr]).toEqual(['usage', expect.stringContaining('ssh-keyscan git.example.com > ')]);
});

test.each([
  ['without a known host', ['--deploy-key', 'id_ed25519'], 'Give both: --deploy-key FILE --known-host FILE.'],
  [
    'that is missing',
    ['--deploy-key', 'absent', '--known-host', 'ssh-ed25519 A'],
    'Check the path after --deploy-key.',
  ],
])('sources add with a deploy key %s is refused', async (_, more, hint) => {
  await using server = await scriptedServer();
  const ran = await inProcess(['sources', 'add', 'git.example.com', ...more], envOf(server.url));
  expect([ran.exit, ran.stderr]).toEqual(['usage', expect.stringContaining(hint)]);
  expect(server.received).toEqual([]);
});

test('sources add for a Python index sends its package patterns', async () => {
  await using server = await scriptedServer({ body: { ...source, python_packages: ['acme-*', 'acmelib'] } });
  const args = ['sources', 'add', 'pypi.example.com/simple', '--token-stdin', '--python-packages', 'acme-*, acmelib'];
  const ran = await slipway(args, { env: envOf(server.url), input: token });
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(server.received[0]?.body ?? '')).toEqual({
    source: 'pypi.example.com/simple',
    token,
    python_packages: ['acme-*', 'acmelib'],
  });
});

test("sources add reads a GitHub App's key from its file, and sends no token", async () => {
  const folder = folderOf({ 'app.pem': '-----BEGIN RSA PRIVATE KEY-----' });
  await using server = await scriptedServer({ body: { ...source, github_app: { app_id: '104729', api_url: null } } });
  const args = ['sources', 'add', 'github.com/acme', '--github-app', '104729', '--key', join(folder, 'app.pem')];
  expect((await inProcess(args, envOf(server.url))).exit).toBe('done');
  expect(JSON.parse(server.received[0]?.body ?? '')).toEqual({
    source: 'github.com/acme',
    github_app: { app_id: '104729', private_key: '-----BEGIN RSA PRIVATE KEY-----' },
  });
});

test.each([
  ['without its key', ['--github-app', '104729'], 'Give both: --github-app ID --key FILE'],
  ['without its ID', ['--key', 'app.pem'], 'Give both: --github-app ID --key FILE'],
  ['and a token', ['--github-app', '1', '--key', 'app.pem', '--token-stdin'], 'Give both: --github-app ID --key FILE'],
  ['whose key is missing', ['--github-app', '1', '--key', 'absent.pem'], 'Check the path after --key.'],
])('sources add with a GitHub App %s is refused', async (_, more, hint) => {
  await using server = await scriptedServer();
  const ran = await inProcess(['sources', 'add', 'github.com', ...more], envOf(server.url));
  expect(ran.exit).toBe('usage');
  expect(ran.stderr).toContain(hint);
  expect(server.received).toEqual([]);
});
