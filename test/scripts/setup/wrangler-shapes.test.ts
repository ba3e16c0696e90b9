// Compares setup's requests to Cloudflare with those of the pinned wrangler, so that the fake API accepts the same requests as
// Cloudflare.
// @module-tag long
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { newScene, type Scene, setUp } from './scene.ts';

async function wrangler({ api, account, folder }: Scene, ...args: string[]): Promise<void> {
  const env = {
    ...process.env,
    CI: '1',
    CLOUDFLARE_API_BASE_URL: api.url,
    CLOUDFLARE_API_TOKEN: account.token,
    CLOUDFLARE_ACCOUNT_ID: account.id,
    WRANGLER_SEND_METRICS: 'false',
  };
  await promisify(execFile)('wrangler', args, { cwd: folder, env });
}

/** Returns wrangler's last request. wrangler runs without a configuration. */
async function lastOf(scene: Scene, ...args: string[]) {
  await wrangler(scene, ...args);
  return scene.api.received.at(-1);
}

test('setup sends the same requests as wrangler to create a database, a bucket with its rules, and a queue', async () => {
  const scene = await newScene();
  await setUp(scene);
  const sent = (method: string, end: string) =>
    scene.api.received.find((request) => request.method === method && request.path.endsWith(end));
  const [database, bucket, lifecycle, cors, queue] = [
    sent('POST', '/d1/database'),
    sent('POST', '/r2/buckets'),
    sent('PUT', '/lifecycle'),
    sent('PUT', '/cors'),
    scene.api.received.find(
      ({ method, path, body }) =>
        method === 'POST' && path.endsWith('/queues') && JSON.stringify(body).includes('"slipway-scans"'),
    ),
  ];
  const byHand = await newScene();
  await writeFile(join(byHand.folder, 'wrangler.toml'), '');
  await writeFile(join(byHand.folder, 'cors.json'), JSON.stringify(cors?.body));
  expect(await lastOf(byHand, 'd1', 'create', 'slipway', '--location', 'weur')).toEqual(database);
  expect(await lastOf(byHand, 'r2', 'bucket', 'create', 'slipway-archives', '--location', 'weur')).toEqual(bucket);
  const rule = ['slipway-archives', 'slipway-uploads', 'uploads/', '--expire-days', '7', '--force'];
  expect(await lastOf(byHand, 'r2', 'bucket', 'lifecycle', 'add', ...rule)).toEqual(lifecycle);
  expect(
    await lastOf(byHand, 'r2', 'bucket', 'cors', 'set', 'slipway-archives', '--file', 'cors.json', '--force'),
  ).toEqual(cors);
  expect(await lastOf(byHand, 'queues', 'create', 'slipway-scans')).toEqual(queue);
});
