// Tests the requests and output of each `slipway agents` command.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inProcess } from '../../../cli/in-process.ts';
import { folderOf } from '../../../cli/slipway.ts';
import { scriptedServer } from '../../../client/scripted-server.ts';

async function ran(args: string[], body: unknown) {
  await using server = await scriptedServer({ body, status: 200 });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const ended = await inProcess(args, environment);
  const [received] = server.received;
  const sent = received?.body ? JSON.parse(received.body) : '';
  return { ...ended, sent, request: `${received?.method} ${received?.url}`, count: server.received.length };
}

const agent = { id: 'plg_1', name: 'nginx', version: '2.1.0', verification: 'verified' };
const schema = { type: 'object' };

test('slipway agents register sends its request', async () => {
  const command = 'agents register nginx 2.1.0 https://a.test/n --type log --checksum sha256:00 --runtime go --no-wait';
  const ended = await ran(command.split(' '), agent);
  expect([ended.stderr.replaceAll(/^ {2}.*\n/gm, ''), ended.exit]).toEqual(['', 'done']);
  const sent = {
    ...{ name: 'nginx', version: '2.1.0', artifactUrl: 'https://a.test/n', checksum: 'sha256:00' },
    ...{ pluginType: 'log', pluginRuntime: 'go' },
  };
  expect([ended.request, ended.sent, ended.stdout]).toEqual([
    'POST /api/v1/plugins',
    sent,
    '✓ registered nginx 2.1.0 (plg_1), verified\n',
  ]);
});

test("slipway agents register computes a file's checksum", async () => {
  const artifact = join(folderOf({ 'n.tar.gz': 'bytes' }), 'n.tar.gz');
  const args = ['agents', 'register', 'nginx', '1', 'https://a.test/n', '--type', 'log', '--artifact', artifact];
  const { request, sent } = await ran(args, agent);
  expect([request, sent.checksum]).toEqual([
    'POST /api/v1/plugins?verify=sync',
    `sha256:${createHash('sha256').update('bytes').digest('hex')}`,
  ]);
});

test('slipway agents register requires one checksum, and refuses two', async () => {
  const args = ['agents', 'register', 'nginx', '1', 'https://a.test/n', '--type', 'log'];
  expect(await ran(args, agent)).toMatchObject({ exit: 'usage', count: 0 });
  expect(await ran([...args, '--checksum', 'sha256:00', '--artifact', 'n'], agent)).toMatchObject({ exit: 'usage' });
});

const registered = {
  ...{ ...agent, pluginType: 'log', pluginRuntime: 'go', artifactUrl: 'https://a.test/n', checksum: 'sha256:00' },
  ...{ configSchema: JSON.stringify(schema), registeredAt: '2026-03-01T10:00:00.000Z', mirrored: true, yanked: false },
  ...{ description: null, labels: { team: 'edge' }, deprecation: 'use 3', verification: 'mismatch' },
  verificationDetails: { failure: 'checksum_mismatch', message: 'The checksum differs.' },
};

test('slipway agents list filters by type and text, and shows each state', async () => {
  const args = ['agents', 'list', '--type', 'log', '--search', 'ngi', '--yanked', '--limit', '2'];
  const { request, stdout } = await ran(args, { plugins: [registered], nextCursor: null });
  expect(request).toBe('GET /api/v1/plugins?limit=2&pluginType=log&q=ngi&includeYanked=true');
  expect(stdout).toMatch(/^nginx +2\.1\.0 +log +has a different checksum, deprecated +plg_1$/m);
});

test('slipway agents show explains why an artifact was not verified', async () => {
  const { stdout } = await ran(['agents', 'show', 'plg_1'], registered);
  expect(stdout).toMatch(/^state +has a different checksum, deprecated\n +The checksum differs\.$/m);
  expect(stdout).toMatch(/^labels +team=edge$/m);
});
