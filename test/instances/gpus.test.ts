// Tests where a plugin that asks for a GPU runs. The cards are those of a stand-in.
import { afterAll, expect, test } from 'vitest';
import { lending } from './lending.ts';

const { plain, first, sceneOn } = await lending();

afterAll(() => Promise.all([plain, first].map((one) => one.kill())));

test('a plugin that asks for a share runs in the sandbox of a builder that lends GPUs', {
  tags: 'namespaces',
}, async () => {
  const s = await sceneOn([plain, first], '{"num_gpus": 0.25, "num_replicas": 2}');
  const { id, placement, status } = await s.started();
  expect({ placement, status }).toMatchObject({ placement: { gpus: s.actor.organizationId }, status: 'promoted' });
  expect(placement.place).toBeUndefined();
  expect((await first.builder.status(id))?.gpus).toMatchObject({ lent_bytes: 40 * 1024 ** 3, cards: [{ index: 0 }] });
  await first.builder.stop(id);
});

test('without a builder that lends GPUs and without a cluster, it is refused before anything is built', async () => {
  const s = await sceneOn([plain], '{"num_gpus": 1}');
  const { error, placement } = await s.started();
  expect(placement.place).toBe('ray');
  expect(error).toContain('no builder lends one to this organization, and no Ray cluster accepts');
  expect(error).toContain('BUILDER_GPUS=all');
  expect(error).toContain('slipway clusters add');
});

test('`placement` "sandbox" keeps it off Ray', async () => {
  const s = await sceneOn([plain], '{"num_gpus": 1, "placement": "sandbox"}');
  const { error, placement } = await s.started();
  expect(placement.place).toBeUndefined();
  expect(error).toContain("The plugin asks for a GPU in Slipway's sandbox, but no builder lends one");
});

test('`placement` "ray" keeps it off a builder that lends GPUs', async () => {
  const s = await sceneOn([first], '{"num_gpus": 1, "placement": "ray"}');
  const { error, placement } = await s.started();
  expect(placement.place).toBe('ray');
  expect(error).toContain('The plugin asks to run on Ray, but no Ray cluster accepts');
});
