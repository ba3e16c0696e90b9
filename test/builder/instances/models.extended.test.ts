// Tests an instance's models: they are read by name, stored once on disk for all instances, and can't be changed by a plugin.
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { liveFiles } from '../live-files.ts';
import { eventually, refusal, TestBuilder } from '../support.ts';

const realtime = `import hashlib
import os
from engine.models import load_hf_model
from engine.models.loader import ModelUnavailable, load_namespace_model


class ModelInferenceService:
    def load_model(self):
        self.inside = open(os.path.join(os.path.dirname(__file__), "models", "small.txt")).read()

    async def run_inference(self, inputs, parameters):
        if "write" in inputs:
            return {"written": self.change(load_namespace_model(inputs["write"]))}
        try:
            load = load_hf_model if "/" in inputs["name"] else load_namespace_model
            path = load(inputs["name"])
        except ModelUnavailable as error:
            return {"error": str(error)}
        return {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "inside": self.inside}

    def change(self, path):
        changes = []
        for change in (lambda: open(path, "r+b"), lambda: os.chmod(path, 0o777), lambda: os.remove(path), lambda: os.truncate(path, 0)):
            try:
                change()
                changes.append(True)
            except OSError:
                changes.append(False)
        return changes
`;

const weights = new Uint8Array(randomBytes(2 * 1024 * 1024));
const sha256 = createHash('sha256').update(weights).digest('hex');

let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start({ limits: { modelCacheBytes: 3 * 1024 * 1024 } });
});
afterAll(() => builder.close());

async function specOf(models: { name: string; sha256: string }[]) {
  const spec = await builder.putPlugin({ 'realtime.py': realtime, 'models/small.txt': 'from the archive' });
  return { ...spec, models };
}

/** Returns the builder's files of the model's size. */
function copies(): string[] {
  return liveFiles(builder.stateFolder).filter(
    (path) => statSync(path, { throwIfNoEntry: false })?.size === weights.length,
  );
}

test('a model is requested once, read by three instances, and stored once', async () => {
  const spec = await specOf([
    { name: 'weights', sha256 },
    { name: 'acme--weights', sha256 },
  ]);
  const missing = await builder.send('PUT', '/instances/dep_model_0', JSON.stringify(spec));
  expect(refusal(missing)).toBe('409 blob-missing');
  expect(missing.body).toMatchObject({ error: { missing: [sha256] } });
  await builder.send('PUT', `/blobs/${sha256}`, weights);
  for (const id of ['dep_model_0', 'dep_model_1', 'dep_model_2']) {
    expect((await builder.put(id, spec)).at(-1)).toMatchObject({ type: 'ready' });
    for (const name of ['weights', 'acme/weights'])
      expect(await builder.result(id, { name })).toEqual({ sha256, inside: 'from the archive' });
  }
  expect(copies()).toEqual([join(builder.stateFolder, 'models', sha256)]);
  expect(await builder.result('dep_model_0', { name: 'other' })).toEqual({
    error:
      "there is no model 'other' here; name it in manifest.py: models = ['other'] (this plugin has: acme--weights, weights)",
  });
});

test("a plugin can't change a model", async () => {
  const id = 'dep_model_0';
  expect(await builder.result(id, { write: 'weights' })).toEqual({ written: [false, false, false, false] });
  expect(await builder.result(id, { name: 'weights' })).toMatchObject({ sha256 });
});

test('a model stays in a full cache while instances read it, and is removed afterwards', async () => {
  const others = [randomBytes(2 * 1024 * 1024), randomBytes(2 * 1024 * 1024)].map((bytes) => new Uint8Array(bytes));
  const digests = others.map((bytes) => createHash('sha256').update(bytes).digest('hex'));
  const startWith = async (i: number) => {
    await builder.send('PUT', `/blobs/${digests[i]}`, others[i]);
    await builder.put(`dep_other_${i}`, await specOf([{ name: 'weights', sha256: digests[i] ?? '' }]));
  };
  const stored = () => readdirSync(join(builder.stateFolder, 'models')).sort();
  await startWith(0);
  expect(stored()).toEqual([sha256, digests[0]].sort());
  for (const id of ['dep_model_0', 'dep_model_1', 'dep_model_2', 'dep_other_0'])
    await builder.send('DELETE', `/instances/${id}`);
  await startWith(1);
  await eventually(() => stored()).toEqual([digests[1]]);
});
