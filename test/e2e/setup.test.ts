// Runs `npm run setup` with the real wrangler against a fake Cloudflare API, and with a real Slipway in place of the deployed Worker,
// from a clone to a smoke test.
// @module-tag long
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { Account } from '../scripts/setup/cloudflare/account.ts';
import { type CloudflareApi, startCloudflare } from '../scripts/setup/cloudflare/server.ts';
import { given } from '../scripts/setup/scene.ts';
import { startSlipway, stateFolder } from './slipway.ts';

/** Files in a clone that setup writes, or that belong to the clone that runs the tests. */
const own = new Set(['.git', 'production.json', 'production.secrets.json', 'wrangler.production.toml']);

async function clone(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-setup-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir('public', { recursive: true });
  for (const name of await readdir('.')) if (!own.has(name)) await symlink(resolve(name), join(folder, name));
  return folder;
}

interface Place {
  folder: string;
  api: CloudflareApi;
  env: Record<string, string>;
}

async function setUp({ folder, api, env }: Place, ...args: string[]): Promise<{ code: number; stdout: string }> {
  const all = [resolve('scripts/setup/setup.ts'), ...given, ...args];
  const settings = { CI: '1', CLOUDFLARE_API_BASE_URL: api.url, CLOUDFLARE_API_TOKEN: 'setup-token', ...env };
  return promisify(execFile)(process.execPath, all, { cwd: folder, env: { ...process.env, ...settings } }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: number; stdout: string }) => ({ code: error.code, stdout: error.stdout }),
  );
}

test('setup deploys with wrangler, creates the first organization and passes the smoke test, and a second run changes nothing', async () => {
  const slipway = await startSlipway(await stateFolder());
  const { url, admin_token } = await slipway.ready();
  const account = new Account();
  const api = await startCloudflare(account);
  onTestFinished(() => api.close());
  const place = { folder: await clone(), api, env: { SLIPWAY_ADMIN_TOKEN: admin_token } };
  // In the middle of wrangler's deployment, when the Worker exists but its containers and consumers do not.
  api.stopAt = ({ method, path }) => method === 'PUT' && /\/workers\/scripts\/slipway(?:\/versions)?$/.test(path);
  expect(await setUp(place, '--url', url)).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('continues where it stopped'),
  });
  expect(account.summary()).toMatchObject({ workers: [{ name: 'slipway', crons: [] }] });
  api.stopAt = undefined;
  api.stopAfter = Number.POSITIVE_INFINITY;
  const whole = await setUp(place, '--url', url);
  expect(whole).toMatchObject({ code: 0, stdout: expect.stringContaining('smoke test: deleted') });
  const summary = account.summary();
  expect(summary.workers).toMatchObject([
    {
      name: 'slipway',
      secrets: ['ADMIN_TOKEN', 'DATA_KEK', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
      crons: [{ cron: '* * * * *' }, { cron: '*/1 * * * *' }, { cron: '0-59 * * * *' }],
      domains: ['slipway.example.com'],
    },
  ]);
  expect(summary.containers).toHaveLength(7);
  expect(summary.queues.filter(({ consumers }) => consumers === 1)).toHaveLength(16);
  const before = api.received.length;
  expect(await setUp(place, '--url', url)).toMatchObject({ code: 0, stdout: expect.stringContaining('✓ deployment') });
  expect(account.summary()).toEqual(summary);
  const later = api.received.slice(before);
  expect(later.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/query'))).toEqual([]);
});
