// Runs `npm start -- --ray` on a machine that may lack a GPU. The example with a fractional GPU is deployed with its documented
// commands, called, and rolled back. Ray ends with Slipway, and runs the same deployment after a restart.
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ExtractorClient, waitUntilSettled } from '../../scripts/demo/extractor-client.ts';
import { packFolder } from '../../scripts/demo/pack-folder.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { newStateFolder, removeState, type Slipway, startSlipway } from '../e2e/slipway.ts';
import { startMs } from './scene.ts';

const documented = await readFile(fileURLToPath(import.meta.resolve('../fixtures/api/upload-example.sh')), 'utf8');
const standIns = fileURLToPath(import.meta.resolve('../fixtures/stand-ins'));
const run = promisify(execFile);
const deployMs = 5 * 60_000;

let state: string;
let slipway: Slipway;
let local: Local;

beforeAll(async () => {
  state = await newStateFolder();
  await begin();
}, startMs);

/** Waits until the cluster is connected, which happens after the API answers. */
async function begin(): Promise<void> {
  slipway = await startSlipway(state, { args: ['--no-demo', '--ray'] });
  local = await slipway.ready(startMs);
  while (!slipway.output.includes('Ready in')) {
    if (slipway.child.exitCode !== null) throw new Error(slipway.output);
    await wait(200);
  }
}

afterAll(async () => {
  await slipway.stop();
  await removeState(state);
}, startMs);

const model = z.object({ raw_response: z.object({ embedding: z.array(z.number()).length(16), gpu: z.string() }) });
const example = fileURLToPath(import.meta.resolve('../../examples/gpu_vectors'));

/** Runs the documented commands for a version of the example. */
async function publish(folder: string, version: string): Promise<void> {
  const manifest = join(folder, 'manifest.py');
  await writeFile(
    manifest,
    (await readFile(manifest, 'utf8')).replace(/"version": "[^"]+"/, `"version": "${version}"`),
  );
  await writeFile(join(folder, '..', 'gpu_vectors.zip'), await packFolder(folder));
  const script = documented
    .replace('ns_...', local.namespace_id)
    .replace('https://<your-dedicated-host>', local.url)
    .replaceAll('text_embed', 'gpu_vectors')
    .replaceAll('1.0.0', version)
    .replaceAll('1_0_0', version.replaceAll('.', '_'));
  const env = { ...process.env, PATH: `${process.env.PATH}:${standIns}`, MIXPEEK_API_KEY: local.api_key };
  await run('bash', ['-ec', script], { cwd: join(folder, '..'), env });
  const settled = await waitUntilSettled(
    new ExtractorClient(local),
    `gpu_vectors_${version.replaceAll('.', '_')}`,
    deployMs,
  );
  expect(settled).toMatchObject({ status: 'DEPLOYED' });
}

async function cli(...args: string[]): Promise<string> {
  const env = { ...process.env, SLIPWAY_STATE: state, SLIPWAY_BASE_URL: slipway.url };
  const { stdout } = await run(process.execPath, ['src/cli/main.ts', ...args], { env });
  return stdout;
}

async function invoke(): Promise<z.infer<typeof model>['raw_response']> {
  return model.parse(JSON.parse(await cli('invoke', 'gpu_vectors', '--json', '-d', '{"text": "a red bicycle"}')))
    .raw_response;
}

test('the example with a fractional GPU goes live, is called, logged and rolled back with the documented commands', {
  timeout: 3 * deployMs,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-gpu-'));
  try {
    const copy = join(folder, 'gpu_vectors');
    await cp(example, copy, { recursive: true });
    await publish(copy, '1.0.0');
    await publish(copy, '1.0.1');
  } finally {
    await rm(folder, { recursive: true });
  }
  expect(await invoke()).toMatchObject({ gpu: '0' });
  expect(await cli('logs', 'gpu_vectors@1.0.1')).toContain('ready on GPU 0');
  const path = `${local.url}/v1/namespaces/${local.namespace_id}/plugins/by-name/gpu_vectors/rollback`;
  const headers = { authorization: `Bearer ${local.api_key}`, 'content-type': 'application/json' };
  const response = await fetch(path, { method: 'POST', headers, body: '{}' });
  expect([response.status, await response.json()]).toEqual([200, expect.objectContaining({ success: true })]);
  expect(await invoke()).toMatchObject({ gpu: '0' });
});

test('Ray ends with a killed Slipway, and its deployments are back after the next start', {
  timeout: startMs,
}, async () => {
  const url = z
    .object({ dashboard_port: z.number() })
    .parse(JSON.parse(await readFile(join(state, 'ray.json'), 'utf8')));
  const dashboard = `http://127.0.0.1:${url.dashboard_port}/api/version`;
  expect((await fetch(dashboard)).status).toBe(401);
  slipway.kill();
  await expect.poll(() => fetch(dashboard).catch(() => 'gone'), { timeout: deployMs }).toBe('gone');
  await begin();
  await expect.poll(() => invoke().catch(String), { timeout: deployMs, interval: 2000 }).toMatchObject({ gpu: '0' });
});
