// @module-tag ray
// Runs `npm start -- --ray` on a machine that may lack a GPU, and the documented commands of the example with a model and a GPU step
// there. Ray ends with Slipway, and runs the same deployment after a restart.
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { documentedCommands } from '../../../documented-commands.ts';
import { newStateFolder, removeState, type Slipway, startSlipway } from '../../../e2e/slipway.ts';
import { startMs } from './scene.ts';

const run = promisify(execFile);
const document = 'docs/ray-example.md';
const deployMs = 5 * 60_000;

let state: string;
let folder: string;
let slipway: Slipway;

beforeAll(async () => {
  state = await newStateFolder();
  folder = await mkdtemp(join(tmpdir(), 'slipway-example-'));
  const program = join(folder, 'slipway');
  await writeFile(program, `#!/bin/sh\nexec ${process.execPath} src/cli/main.ts "$@"\n`);
  await chmod(program, 0o755);
  await begin();
}, startMs);

/** Waits until the cluster is connected, which happens after the API answers. */
async function begin(): Promise<void> {
  slipway = await startSlipway(state, { args: ['--no-demo', '--ray'] });
  await slipway.ready(startMs);
  while (!slipway.output.includes('Ready in')) {
    if (slipway.child.exitCode !== null) throw new Error(slipway.output);
    await wait(200);
  }
}

afterAll(async () => {
  await slipway.stop();
  await removeState(state);
  await rm(folder, { recursive: true });
}, startMs);

async function shell(script: string): Promise<string> {
  const path = [folder, dirname(inject('python')), process.env.PATH].join(':');
  const env = { ...process.env, PATH: path, SLIPWAY_STATE: state, SLIPWAY_BASE_URL: slipway.url };
  return (await run('bash', ['-ec', script], { env })).stdout;
}

const vectors = () => join(folder, 'vectors.jsonl');
const vector = z.array(z.number()).length(64);

test('the documented example goes live with its model, and answers calls and a run', { timeout: startMs }, async () => {
  const files = { 'dist/clip.safetensors': join(folder, 'clip.safetensors'), 'dist/vectors.jsonl': vectors() };
  const printed = await shell(documentedCommands(document, 'slipway run clip_search', files));
  expect(printed).toContain('✓ clip_search 1.0.0 is live');
  const rows = (await readFile(vectors(), 'utf8')).trimEnd().split('\n');
  const embedded = rows.map((row) => z.object({ id: z.string(), image_embedding: vector }).parse(JSON.parse(row)));
  expect(embedded.map(({ id }) => id)).toEqual(['red', 'green', 'blue']);
  const found = await shell(
    documentedCommands(document, 'slipway logs clip_search', { 'dist/vectors.jsonl': vectors() }),
  );
  for (const { id } of embedded) expect(found).toContain(id);
  expect(found).toContain('ready on GPU 0, computing with numpy on cpu');
});

test('Ray ends with a killed Slipway, and its deployments are back after the next start', {
  timeout: startMs,
}, async () => {
  const { dashboard_port: port } = z
    .object({ dashboard_port: z.number() })
    .parse(JSON.parse(await readFile(join(state, 'ray.json'), 'utf8')));
  const dashboard = `http://127.0.0.1:${port}/api/version`;
  expect((await fetch(dashboard)).status).toBe(401);
  slipway.kill();
  await expect.poll(() => fetch(dashboard).catch(() => 'gone'), { timeout: deployMs }).toBe('gone');
  await begin();
  const call = () => shell(`slipway invoke clip_search --json -d '{"text": "a red bicycle"}'`).catch(String);
  await expect.poll(call, { timeout: deployMs, interval: 2000 }).toContain('"embedding"');
});
