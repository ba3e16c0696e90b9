// Tests model quotas, and how long an upload URL reserves space in them.
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { storingLimits } from '../../../../src/contract/features/models/limits.ts';
import { modelLimits } from '../../../../src/contract/limits/models.ts';
import { models } from '../../../../src/db/schema/models.ts';
import { confirmModel, requestModel } from '../../../../src/features/models/models.ts';
import { storedModels, uploadedModels } from '../../../../src/features/models/orphaned-models.ts';
import { modelKey, modelUploadKey } from '../../../../src/models/model-keys.ts';
import { collectAll } from '../../../../src/registry/storage/collector.ts';
import { clientOf } from '../../../support/client.ts';
import { clockAt, testApp } from '../../../support/deps.ts';
import { adminAuthorization, type Organization, organization } from '../../../support/scenes/organization.ts';
import { scene } from '../../../support/scenes/scene.ts';
import { modelContent, modelsAt, putModel } from '../scenes/models.ts';

const operator = clientOf(adminAuthorization);
const setQuotas = ({ id }: Organization, quotas: object) =>
  operator.patch(`/v1/admin/organizations/${id}/quotas`, quotas);
const usageOf = async (org: Organization) => {
  const { body } = await org.get('/v1/quotas');
  const amount = z.object({ used: z.int() });
  const held = z.object({ held_by: z.object({ models: z.int() }) });
  const { quotas } = z.object({ quotas: z.object({ stored_bytes: held, model_uploads: amount }) }).parse(body);
  return [quotas.stored_bytes.held_by.models, quotas.model_uploads.used];
};
const someDigest = (n: number) => n.toString(16).padStart(64, '0');
const gib = 2 ** 30;

test('a namespace has a model limit and an organization a byte limit; replaced content counts once', async () => {
  const org = await organization();
  const { deps } = testApp();
  const stored = (await putModel(org, 'weights', 'weights')).body;
  const { described } = await modelContent('weights');
  const [row] = await deps.db.select().from(models).where(eq(models.organizationId, org.id));
  if (!row) throw new Error('no model');
  await setQuotas(org, { stored_bytes: 7 });
  const refused = await org.put(modelsAt(org, 'more'), { sha256: someDigest(1), size_bytes: 1 });
  expect([refused.status, refused.text]).toEqual([
    403,
    expect.stringContaining('has 7 of 7 stored bytes. Models hold 7 of them. Delete a model'),
  ]);
  expect((await putModel(org, 'weights', 'WEIGHTS')).body).toMatchObject({
    ...Object(stored),
    ...(await modelContent('WEIGHTS')).described,
    updated_at: expect.any(String),
  });
  await setQuotas(org, { stored_bytes: null });
  const names = Array.from({ length: storingLimits.perNamespaceMax - 1 }, (_, i) => `model-${i}`);
  const others = names.map((name) => ({ ...row, name, id: `mdl_${name}` as const }));
  for (const other of others) await deps.db.insert(models).values(other);
  expect((await org.put(modelsAt(org, 'more'), described)).text).toContain('at most 100 models');
  expect((await putModel(org, 'model-7', 'replaced')).status).toBe(200);
  expect((await org.put(modelsAt(org, 'model-8'), described)).body).toMatchObject({ upload_url: null });
});

describe("a model's upload URL reserves its size", () => {
  const request = (org: Organization, name: string, n: number, size_bytes: number) =>
    org.put(modelsAt(org, name), { sha256: someDigest(n), size_bytes });

  test("a model's upload URL reserves its size until the content is confirmed, and the quotas show it", async () => {
    const org = await organization();
    const { described } = await modelContent('weights');
    for (let repeated = 0; repeated < 3; repeated++) await org.put(modelsAt(org, 'weights'), described);
    expect(await usageOf(org)).toEqual([7, 1]);
    expect((await putModel(org, 'weights', 'weights')).status).toBe(200);
    expect(await usageOf(org)).toEqual([7, 0]);
    expect((await org.post(`${modelsAt(org, 'weights')}/confirm`, described)).status).toBe(200);
    expect(await usageOf(org)).toEqual([7, 0]);
  });

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

  test('a request for the same content with another size replaces the reservation if the quota allows it', async () => {
    const org = await organization();
    await setQuotas(org, { stored_bytes: 2 * gib });
    const statuses = [
      (await request(org, 'weights', 1, gib)).status,
      (await request(org, 'weights', 1, 2 * gib)).status,
      (await request(org, 'weights', 1, 2 * gib + 1)).status,
    ];
    expect([statuses, await usageOf(org)]).toEqual([
      [200, 200, 403],
      [2 * gib, 1],
    ]);
  });

  test('a refused reservation names the limit and the fix; deleting the model frees its space', async () => {
    const org = await organization();
    for (let n = 0; n < 20; n++) expect((await request(org, `model-${n}`, n, 1)).status).toBe(200);
    const refused = await request(org, 'model-20', 20, 1);
    expect([refused.status, refused.body]).toMatchObject([
      403,
      { error: { details: { resource: 'model_uploads', current_count: 20, max_allowed: 20 } } },
    ]);
    expect(refused.text).toContain('20 of 20 open model uploads. Confirm finished uploads, or delete one');
    expect((await request(org, 'model-3', 3, 1)).status).toBe(200);
    expect((await org.del(modelsAt(org, 'model-3'))).status).toBe(200);
    expect((await org.del(modelsAt(org, 'model-3'))).status).toBe(404);
    expect((await request(org, 'model-20', 20, 1)).status).toBe(200);
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

  test('a confirm whose size differs from the announced size stores nothing', async () => {
    const org = await organization();
    const { described, bytes } = await modelContent('weights');
    await org.put(modelsAt(org, 'weights'), { ...described, size_bytes: 1 });
    const { deps } = testApp();
    await deps.blobs.put(modelUploadKey({ namespaceId: org.namespaceId, name: 'weights', ...described }), bytes);
    const refused = await org.post(`${modelsAt(org, 'weights')}/confirm`, described);
    expect([refused.status, refused.text]).toEqual([
      400,
      expect.stringContaining('1 bytes were announced for the model, not 7'),
    ]);
    expect(await deps.blobs.head(modelKey(org.id, described.sha256))).toBeNull();
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
