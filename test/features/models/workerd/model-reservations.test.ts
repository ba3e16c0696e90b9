// Tests model quotas, and how long an upload URL reserves space in them.
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { storingLimits } from '../../../../src/contract/features/models/limits.ts';
import { models } from '../../../../src/db/schema/models.ts';
import { modelKey, modelUploadKey } from '../../../../src/models/model-keys.ts';
import { testApp } from '../../../support/deps.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { modelContent, modelsAt, putModel } from '../scenes/models.ts';
import { gib, request, setQuotas, someDigest, usageOf } from '../scenes/reservations.ts';

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
