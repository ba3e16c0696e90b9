// Tests reservations by concurrent requests, and until they expire.
import { describe, expect, test } from 'vitest';
import { storingLimits } from '../../../../src/contract/features/models/limits.ts';
import { modelLimits } from '../../../../src/contract/limits/manifest.ts';
import { confirmModel, requestModel } from '../../../../src/features/models/models.ts';
import { storedModels, uploadedModels } from '../../../../src/features/models/orphaned-models.ts';
import { modelKey, modelUploadKey } from '../../../../src/models/model-keys.ts';
import { collectAll } from '../../../../src/registry/storage/collector.ts';
import { clockAt, testApp } from '../../../support/deps.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { scene } from '../../../support/scenes/scene.ts';
import { modelContent, modelsAt } from '../scenes/models.ts';
import { gib, request, setQuotas, usageOf } from '../scenes/reservations.ts';

describe("a model's upload URL reserves its size", () => {
  test('60 concurrent or sequential URL requests for models of almost 5 GiB succeed only within the quota', async () => {
    const org = await organization();
    const size = modelLimits.sizeBytesMax;
    await setQuotas(org, { stored_bytes: 50 * gib });
    const first = [];
    for (let n = 0; n < 30; n++) first.push((await request(org, 'weights', n, size)).status);
    const second = await Promise.all(Array.from({ length: 30 }, (_, n) => request(org, `model-${n}`, 30 + n, size)));
    const granted = [...first, ...second.map(({ status }) => status)].filter((status) => status === 200);
    expect([granted.length, await usageOf(org)]).toEqual([10, [10 * size, 10]]);
  });

  test('concurrent requests for upload URLs succeed only within the quota', async () => {
    const org = await organization();
    await setQuotas(org, { stored_bytes: 3 * gib, model_uploads: 2 });
    const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => request(org, `model-${n}`, n, gib)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(await usageOf(org)).toEqual([2 * gib, 2]);
  });

  test("a model's upload URL reserves its size until it expires; the sweep deletes content uploaded before or after it expires", async () => {
    const clock = clockAt(Date.now());
    const { deps, fetch } = testApp({ clock });
    const org = await organization({ fetch });
    const { described, bytes } = await modelContent('weights');
    const key = modelUploadKey({ namespaceId: org.namespaceId, name: 'weights', sha256: described.sha256 });
    const sweepAll = async () => {
      // Each sweep handles one page, and earlier test files have left some objects.
      for (let page = 0; page < 20; page++) await collectAll(deps, [storedModels, uploadedModels]);
    };
    await org.put(modelsAt(org, 'weights'), described);
    await deps.blobs.put(key, bytes);
    clock.advance(storingLimits.uploadUrlSeconds * 1000 - 1);
    await sweepAll();
    expect([await usageOf(org), await deps.blobs.head(key)]).toMatchObject([[7, 1], { size: 7 }]);
    clock.advance(1);
    await sweepAll();
    expect([await usageOf(org), await deps.blobs.head(key)]).toEqual([[0, 0], null]);
    expect((await org.post(`${modelsAt(org, 'weights')}/confirm`, described)).status).toBe(404);
    await deps.blobs.put(key, bytes);
    await sweepAll();
    expect(await deps.blobs.head(key)).toBeNull();
    await org.put(modelsAt(org, 'weights'), described);
    await deps.blobs.put(key, new Uint8Array(8));
    await sweepAll();
    expect(await deps.blobs.head(key)).toBeNull();
  });

  test("a model's upload URL reserves its size during a confirm, even past its expiry", async () => {
    const s = await scene();
    const { clock } = s;
    clock.advance(Date.now() - clock.now());
    const { bytes, described } = await modelContent('weights of a slow confirm');
    const content = { namespaceId: s.namespaceId, name: 'weights', sha256: described.sha256, sizeBytes: bytes.length };
    await requestModel(s.deps, s.actor, content);
    await s.deps.blobs.put(modelUploadKey(content), bytes);
    clock.advance(storingLimits.uploadUrlSeconds * 1000 - 1);
    const blobs = new Proxy(s.deps.blobs, {
      get: (target, name) => {
        const value = Reflect.get(target, name);
        if (name !== 'put') return typeof value === 'function' ? value.bind(target) : value;
        return async (...given: Parameters<typeof target.put>) => {
          const stored = await target.put(...given);
          clock.advance(storingLimits.orphanGraceMs + 1);
          for (let page = 0; page < 20; page++) await collectAll(s.deps, [storedModels, uploadedModels]);
          return stored;
        };
      },
    });
    await confirmModel({ ...s.deps, blobs }, s.actor, { ...content, waivedBecause: null });
    const stored = await s.deps.blobs.head(modelKey(s.actor.organizationId, described.sha256));
    expect(stored?.size).toBe(bytes.length);
  });
});

test("a model's upload URL reserves its size until it expires, even after a premature confirm", async () => {
  const clock = clockAt(Date.now());
  const app = testApp({ clock });
  const org = await organization({ fetch: app.fetch });
  const { bytes, described } = await modelContent('weights');
  const path = modelsAt(org, 'weights');
  await org.put(path, described);
  expect((await org.post(`${path}/confirm`, described)).status).toBe(404);
  clock.advance(storingLimits.confirmMs + storingLimits.orphanGraceMs + 1);
  for (let page = 0; page < 20; page++) await collectAll(app.deps, [storedModels, uploadedModels]);
  const key = modelUploadKey({ namespaceId: org.namespaceId, name: 'weights', sha256: described.sha256 });
  await app.deps.blobs.put(key, bytes);
  expect((await org.post(`${path}/confirm`, described)).status).toBe(200);
});
