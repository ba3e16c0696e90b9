// Tests that `slipway pull` writes only published files, and overwrites nothing without `--force`.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packZip } from '../../../src/archive/zip/pack.ts';
import { type Scripted, scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';
import { folderOf, plugin } from '../slipway.ts';

const encoder = new TextEncoder();
const archive = await packZip(Object.entries(plugin).map(([path, text]) => ({ path, bytes: encoder.encode(text) })));
const sha256 = createHash('sha256').update(archive).digest('hex');
const damaged = archive.with(archive.length >> 1, (archive[archive.length >> 1] ?? 0) ^ 1);
const damagedSha256 = createHash('sha256').update(damaged).digest('hex');

/** Pulls into a folder from a server whose store sends the response `stored`. */
async function pull(folder: string, stored: Scripted, ...flags: string[]) {
  await using server = await scriptedServer();
  server.answers.push({ body: { download_url: `${server.url}/archive`, code_hash: sha256 } }, stored);
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const ran = await inProcess(['pull', 'demo@1.0.0', '-o', folder, ...flags], environment);
  return { ...ran, requests: server.received };
}

test("only the archive's files are written", async () => {
  const parent = folderOf({});
  const { exit, requests, stderr } = await pull(join(parent, 'demo'), { body: archive });
  expect([exit, stderr]).toEqual(['done', expect.stringMatching(/^· downloaded +\d+ ms +[\d.]+ (?:bytes|KB)\n$/)]);
  expect([readdirSync(parent), readdirSync(join(parent, 'demo')).sort()]).toEqual([['demo'], Object.keys(plugin)]);
  expect(readFileSync(join(parent, 'demo/manifest.py'), 'utf8')).toBe(plugin['manifest.py']);
  // The store's URL has its own signature, so the API key is not sent to the store.
  expect(requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer sk_any', undefined]);
});

test('an archive that differs from the published one is not unpacked', async () => {
  const parent = folderOf({});
  const { exit, stderr } = await pull(join(parent, 'demo'), { body: damaged });
  expect([exit, stderr.replace(/^· downloaded .*\n/, '')]).toEqual([
    'failed',
    `✗ the archive's sha256 is ${damagedSha256}, but ${sha256} was published
  fix      Try again. If the problem persists, the stored archive is damaged.
`,
  ]);
  expect(readdirSync(parent)).toEqual([]);
});

test('a store error is reported with its status', async () => {
  const parent = folderOf({});
  const { exit, stderr } = await pull(join(parent, 'demo'), { status: 403, body: archive });
  expect([exit, stderr]).toEqual([
    'failed',
    '✗ the archive could not be downloaded: HTTP 403\n  fix      Try again.\n',
  ]);
  expect(readdirSync(parent)).toEqual([]);
});

test('a folder that is not empty is left unchanged unless --force is given', async () => {
  const folder = folderOf({ 'pipeline.py': 'mine\n', 'notes.txt': 'mine\n' });
  const { exit, requests, stderr } = await pull(folder, { body: archive });
  expect([exit, stderr, requests]).toEqual([
    'conflict',
    `✗ ${folder} is not empty\n  fix      Choose another folder with --output, or pass --force.\n`,
    [],
  ]);
  expect([readFileSync(join(folder, 'pipeline.py'), 'utf8'), existsSync(join(folder, 'manifest.py'))]).toEqual([
    'mine\n',
    false,
  ]);
  expect((await pull(folder, { body: archive }, '--force')).exit).toBe('done');
  expect([readFileSync(join(folder, 'pipeline.py'), 'utf8'), readFileSync(join(folder, 'notes.txt'), 'utf8')]).toEqual([
    plugin['pipeline.py'],
    'mine\n',
  ]);
});
