// Tests examples/clip_search on a real GPU, published to a Slipway that `npm start` runs.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ExtractorClient } from '../../scripts/demo/extractor-client.ts';
import { deployClipSearch, putClipModel, slipwayCommand } from '../../scripts/gpu/clip-search.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { newStateFolder, removeState, type Slipway, startSlipway } from '../e2e/slipway.ts';

const serving = { gpu_memory_gb: 4, placement: 'sandbox', batching: { max_size: 32 } };

let state: string;
let slipway: Slipway;
let local: Local;
let pluginId: string;
beforeAll(async () => {
  state = await newStateFolder();
  slipway = await startSlipway(state, { env: { BUILDER_GPUS: 'all' } });
  local = await slipway.ready();
  await putClipModel(local, join(state, 'clip.safetensors'));
  pluginId = await deployClipSearch(local, { name: 'clip_search', serving, batchSize: 16 });
});
afterAll(async () => {
  await slipway.stop();
  await removeState(state);
});

const embeddedSchema = z.object({ batch: z.int(), embedding: z.array(z.number()) });

async function embed(text: string) {
  const answer = await new ExtractorClient(local).call(pluginId, { text });
  expect(answer.status).toBe('success');
  return embeddedSchema.parse(answer.raw_response);
}

test('calls at the same time are batched, and each gets the vector that it gets alone', async () => {
  const alone = await embed('a red bicycle');
  expect(alone.embedding).toHaveLength(64);
  const together = await Promise.all(Array.from({ length: 64 }, () => embed('a red bicycle')));
  for (const { embedding } of together)
    for (const [at, value] of embedding.entries()) expect(value).toBeCloseTo(alone.embedding[at] ?? 0, 3);
  expect(Math.max(...together.map(({ batch }) => batch))).toBeGreaterThan(1);
});

test('its status says how much of a card it uses', async () => {
  const held = async () => (await new ExtractorClient(local).status(pluginId)).serving?.instance?.gpus;
  expect(await held()).toMatchObject({
    lent_bytes: 4 * 1024 ** 3,
    cards: [{ name: expect.stringContaining('NVIDIA') }],
  });
  await expect.poll(async () => (await held())?.used_bytes).toBeGreaterThan(0);
});

test('a run and calls share the card', async () => {
  const file = join(state, 'rows.jsonl');
  await writeFile(file, (await readFile('examples/clip_search/tests/images.jsonl', 'utf8')).repeat(20));
  const output = join(state, 'output.jsonl');
  const run = slipwayCommand(local, ['run', 'clip_search', '--input', file, '--output', output]);
  for (let call = 0; call < 20; call++) await embed('a slipway by the sea');
  await run;
  expect((await readFile(output, 'utf8')).trim().split('\n')).toHaveLength(60);
});
