// Tests that `slipway publish` sends no file that looks like a secret, unless its author includes it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';
import { folderOf, plugin } from '../slipway.ts';

const privateKey = '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAAB3NzaC1yc2E\n-----END OPENSSH PRIVATE KEY-----\n';

async function publish(folder: string, ...flags: string[]) {
  await using server = await scriptedServer();
  const confirmed = { success: true, plugin_id: 'demo_1_0_0', validation_errors: [], warnings: [] };
  server.answers.push({ body: { upload_id: 'plu_1', presigned_url: `${server.url}/put` } }, {}, { body: confirmed });
  const env = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_any' };
  const { exit, stderr } = await inProcess(['publish', folder, '--no-deploy', ...flags], env);
  return { exit, stderr, sent: server.received.map(({ body }) => body) };
}

const secrets = {
  '.env': 'API_TOKEN=not-a-real-token\n',
  'conf/.env.production': 'x',
  '.netrc': 'machine h login u password p\n',
  id_rsa: privateKey,
  'certs/server.pem': privateKey,
  '.npmrc': '//registry.npmjs.org/:_authToken=abcdef\n',
};

test.each([
  ['publish', []],
  ['publish --dry-run', ['--dry-run']],
])('%s stops at files that look like secrets, names them, and sends nothing', async (_, flags) => {
  const { exit, sent, stderr } = await publish(folderOf({ ...plugin, ...secrets }), ...flags);
  expect([exit, sent]).toEqual(['rejected', []]);
  for (const path of Object.keys(secrets)) expect(stderr).toContain(`${path}: error: ${path} looks like a secret (`);
  expect(stderr).toContain('publish with --include .env, or list it in .slipwayinclude. [SLU102]\n');
  expect(stderr).toContain('✗ rejected before upload: 6 errors\n');
  expect(stderr).not.toContain('not-a-real-token');
});

test('ignored secrets are neither an obstacle nor sent', async () => {
  const files = { '.slipwayignore': `${Object.keys(secrets).join('\n')}\n`, ...secrets };
  const { exit, sent, stderr } = await publish(folderOf({ ...plugin, ...files }));
  expect([exit, stderr]).toEqual([
    'done',
    expect.stringMatching(/^6 files left out by .slipwayignore: .env, .netrc, .npmrc, certs\/server.pem, conf/),
  ]);
  for (const path of Object.keys(secrets)) expect(sent[1]).not.toContain(`${path}PK`);
});

test('--include sends a file that looks like a secret or is ignored, and lists it in .slipwayinclude', async () => {
  const files = { ...plugin, '.gitignore': 'local/\n', 'local/a.json': '{"a": 1}', 'test.pem': privateKey };
  const { exit, sent } = await publish(folderOf(files), '--include', './test.pem', '--include', 'local/a.json');
  expect([exit, sent[1]]).toEqual(['done', expect.stringContaining('.slipwayinclude')]);
  expect(sent[1]).toContain('local/a.json');
  expect(sent[1]).toContain('test.pem');
});

test('a file in .slipwayinclude is sent without an option, and a file beside it stops publish', async () => {
  const folder = folderOf({ ...plugin, '.slipwayinclude': '# a test key\ntest.pem\n', 'test.pem': privateKey });
  expect((await publish(folder)).exit).toBe('done');
  writeFileSync(join(folder, 'other.pem'), privateKey);
  expect(await publish(folder)).toMatchObject({ exit: 'rejected', stderr: expect.stringContaining('other.pem looks') });
});

test('.slipwayinclude is sent even if an ignore file names it', async () => {
  const files = { '.slipwayignore': '.*\n*.pem\n', '.slipwayinclude': 'test.pem\n', 'test.pem': privateKey };
  const { exit, sent } = await publish(folderOf({ ...plugin, ...files }));
  expect([exit, sent[1]]).toEqual(['done', expect.stringContaining('.slipwayinclude')]);
});

test('--include of a file that the plugin does not have is refused', async () => {
  const { exit, sent, stderr } = await publish(folderOf(plugin), '--include', 'absent.pem');
  expect([exit, sent, stderr]).toEqual([
    'usage',
    [],
    "✗ --include: the plugin has no file absent.pem\n  fix      Name a file by its path from the plugin's folder.\n",
  ]);
});
