// Tests which files of an archive look like secrets, and how much of an archive is searched.
import { expect, test } from 'vitest';
import { memorySource } from '../../src/archive/reading/byte-source.ts';
import { secretFindings } from '../../src/archive/secret-files.ts';
import { secretCheck } from '../../src/contract/limits/archives.ts';
import { openTestArchive } from '../support/archives/open-archive.ts';
import { type Files, plugin } from '../support/plugins/plugin.ts';

async function found(files: Files): Promise<string[]> {
  const archive = await openTestArchive(memorySource(plugin({ files }).zip));
  return (await secretFindings(archive)).map(({ file }) => file);
}

const key = (kind: string, newline = '\n') =>
  `-----BEGIN ${kind}-----${newline}MIIEvQIBADANBg${newline}-----END ${kind}-----${newline}`;
const letters = (length: number) => 'aB3dE5gH7j'.repeat(10).slice(0, length);

test.each([
  ...[
    '.env',
    'a/.env',
    '.ENV',
    '.env.local',
    '.env-ada',
    '.env_old',
    '.env.bak',
    'prod.env',
    'a/.prod.env',
    '.envrc',
    '.env.example.local',
    '.netrc',
    '_netrc',
    '.git-credentials',
    '.pgpass',
  ],
  ...['id_rsa', 'keys/id_ed25519', 'id_ecdsa_sk', 'a.p12', 'a.PFX', 'home/.aws/credentials', '.kube/config'],
  ...['.azure/accessTokens.json', '.config/gcloud/credentials.db', 'application_default_credentials.json'],
])('a file with the name of a secret is found, whatever it has: %s', async (path) => {
  expect(await found({ [path]: 'x' })).toEqual([path]);
});

test.each([
  ...[
    '.env.example',
    '.env.sample',
    '.env.template',
    '.env.local.example',
    '.env-example',
    'example.env',
    'a/local.sample.env',
    'env',
    'environment.py',
    '.envs/a.txt',
  ],
  ...[
    'id_rsa.pub',
    'valid_rsa',
    'credentials/readme.md',
    'kube/config',
    'netrc.py',
    '.npmrc',
    '.pypirc',
    'ca.pem',
    'a.key',
  ],
])('a file with another name is not found by its name: %s', async (path) => {
  expect(await found({ [path]: 'x' })).toEqual([]);
});

test.each<[what: string, path: string, content: string]>([
  ['a private key', 'tls/server.pem', key('PRIVATE KEY')],
  ['an RSA key with CRLF', 'server.key', key('RSA PRIVATE KEY', '\r\n')],
  ['an encrypted key', 'notes.txt', key('ENCRYPTED PRIVATE KEY')],
  ['a PGP key', 'signing.asc', key('PGP PRIVATE KEY BLOCK')],
  ["a service account's key", 'account.json', JSON.stringify({ private_key: key('PRIVATE KEY') })],
  ['an npm token', '.npmrc', '//registry.npmjs.org/:_authToken=abc\n'],
  ['a PyPI password', '.pypirc', '[pypi]\nusername = u\npassword = p\n'],
  ['a registry password', '.docker/config.json', '{"auths": {"h": {"auth": "dTpw"}}}'],
  ['an AWS key', 'settings.py', `KEY = "AKIA${'Q3EGSZ7N'.repeat(2)}"`],
  ['a GitHub token', 'pipeline_settings.py', `TOKEN = "ghp_${letters(36)}"`],
  ['a fine-grained GitHub token', 'a.yaml', `token: github_pat_${letters(82)}`],
  ['a GitLab token', 'a.toml', `token = "glpat-${letters(20)}"`],
  ['a Slack token', 'a.sh', `export T=xoxb-${'1234567890'}-${letters(24)}`],
  ['a Stripe key', 'a.cfg', `sk_live_${letters(24)}`],
  ['a key of a model API', 'a.ini', `key=sk-ant-api03-${letters(80)}`],
  ['a Hugging Face token', 'README.md', `hf_${letters(34)}`],
])('%s is found in a file', async (_, path, content) => {
  expect(await found({ [path]: content })).toEqual([path]);
});

test.each<[what: string, path: string, content: string]>([
  ['a certificate', 'ca.pem', key('CERTIFICATE')],
  ['a public key', 'a.key', key('PUBLIC KEY')],
  ['code that looks for a key', 'keys.py', 'if text.startswith("-----BEGIN PRIVATE KEY-----"):\n    pass\n'],
  ["npm's token from the environment", '.npmrc', `//registry.npmjs.org/:_authToken=\${NPM_TOKEN}\n`],
  ["the example of AWS's documentation", 'a.md', 'AKIAIOSFODNN7EXAMPLE'],
  ['a short token', 'a.md', 'ghp_abc and glpat-xxxx'],
  ['a longer word', 'a.md', `xghp_${letters(36)}`],
  ['a binary file', 'a.dat', `\0${key('PRIVATE KEY')}`],
])('%s is not found', async (_, path, content) => {
  expect(await found({ [path]: content })).toEqual([]);
});

test('a file listed in .slipwayinclude is not found, and no other', async () => {
  const files = { '.env': 'x', 'a/.env': 'x', 'b/.env': 'x', '.slipwayinclude': '# why\r\n.env\r\n  a/.env  \r\n' };
  expect(await found(files)).toEqual(['b/.env']);
});

test('a finding names the file and the ways to continue, but not the content', async () => {
  const archive = await openTestArchive(memorySource(plugin({ files: { '.env': 'hunter2' } }).zip));
  expect(await secretFindings(archive)).toMatchObject([
    {
      ...{ ruleId: 'SLU102', severity: 'error', file: '.env' },
      message:
        '.env looks like a secret (an environment file). Leave it out with .gitignore or .slipwayignore. If it belongs in the version, publish with --include .env, or list it in .slipwayinclude.',
    },
  ]);
});

test('a file at the size limit is searched, and a larger one is not', async () => {
  const padded = (size: number) => key('PRIVATE KEY').padEnd(size);
  const { fileBytesMax } = secretCheck;
  expect(await found({ 'a.pem': padded(fileBytesMax), 'b.pem': padded(fileBytesMax + 1) })).toEqual(['a.pem']);
});

test('files up to the limit are searched, usual places of secrets first', async () => {
  const { filesMax } = secretCheck;
  // The plugin's own two files count too.
  const others = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`a/${at}.md`, 'x']));
  const last = { 'z.md': key('PRIVATE KEY') };
  expect(await found({ ...others(filesMax - 3), ...last })).toEqual(['z.md']);
  expect(await found({ ...others(filesMax - 2), ...last })).toEqual([]);
  expect(await found({ ...others(filesMax), 'z.pem': key('PRIVATE KEY') })).toEqual(['z.pem']);
});

test('files are searched up to the limit of their total bytes', async () => {
  const { fileBytesMax, totalBytesMax } = secretCheck;
  const full = totalBytesMax / fileBytesMax;
  const files = (count: number) => {
    const filled = Array.from({ length: count }, (_, at) => [`${at}.pem`, 'x '.repeat(fileBytesMax / 2)]);
    return { ...Object.fromEntries(filled), 'z.pem': key('PRIVATE KEY').padEnd(fileBytesMax) };
  };
  expect(await found(files(full - 1))).toEqual(['z.pem']);
  expect(await found(files(full))).toEqual([]);
});
