// Tests models over HTTP: sent to the store, checked, read by an instance, listed, deleted and refused.
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { modelLimits } from '../../../src/contract/limits/models.ts';
import { sha256Hex } from '../../../src/core/digest.ts';
import { models } from '../../../src/db/schema/models.ts';
import { modelKey, modelUploadKey } from '../../../src/models/model-keys.ts';
import { confirmModel, deleteModel, requestModel } from '../../../src/models/models.ts';
import { sweepOrphanedModels } from '../../../src/models/orphaned-models.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { bytesOf } from '../../support/bytes.ts';
import { clientOf } from '../../support/client.ts';
import { clockAt, testApp } from '../../support/deps.ts';
import { eventsOf } from '../../support/events.ts';
import { manifest } from '../../support/plugins/plugin.ts';
import {
  adminAuthorization,
  keyOf,
  namespaceIn,
  type Organization,
  organization,
} from '../../support/scenes/organization.ts';
import { deploy, overview, scene } from '../../support/scenes/scene.ts';
import { waitFor } from '../../support/waiting.ts';

const at = ({ namespaceId }: Organization, name = '') => `/v1/namespaces/${namespaceId}/models${name && `/${name}`}`;

async function contentOf(text: string | Uint8Array<ArrayBuffer>) {
  const bytes = new Uint8Array(bytesOf(text));
  return { bytes, described: { sha256: await sha256Hex(bytes), size_bytes: bytes.length } };
}

/** Requests the URL, sends the bytes there, and confirms them. */
async function put(
  org: Organization,
  name: string,
  content: string | Uint8Array<ArrayBuffer>,
  more: object = {},
  sent = content,
) {
  const { described } = await contentOf(content);
  const requested = await org.put(at(org, name), described);
  const { upload_url } = z.object({ upload_url: z.string().nullable() }).parse(requested.body);
  if (upload_url !== null) {
    const body = new Uint8Array(bytesOf(sent));
    const headers = { 'content-length': String(body.length) };
    expect((await org.fetch(new Request(upload_url, { method: 'PUT', body, headers }))).status).toBe(200);
  }
  return org.post(`${at(org, name)}/confirm`, { ...described, ...more });
}

test('a model is stored, replaced, listed and deleted', async () => {
  const org = await organization();
  const first = await put(org, 'weights', 'first weights');
  expect(first).toMatchObject({ status: 200, body: { name: 'weights', size_bytes: 13, waived_because: null } });
  const { described } = await contentOf('second weights');
  expect((await put(org, 'weights', 'second weights')).body).toMatchObject(described);
  expect((await org.get(at(org))).body).toMatchObject({ results: [{ name: 'weights', ...described }] });
  expect((await org.put(at(org, 'weights'), described)).body).toMatchObject({
    upload_url: null,
    expires_at: null,
    model: { name: 'weights', ...described },
  });
  expect((await org.post(`${at(org, 'weights')}/confirm`, described)).body).toMatchObject(described);
  expect((await org.del(at(org, 'weights'))).body).toEqual({ success: true, name: 'weights' });
  expect((await org.del(at(org, 'weights'))).status).toBe(404);
  const events = (await eventsOf(org)).filter(({ type }) => type.startsWith('model.'));
  expect(events.map(({ type, data }) => [type, data.size_bytes])).toEqual([
    ['model.set', 13],
    ['model.set', 14],
    ['model.deleted', undefined],
  ]);
});

describe('a confirm is refused', () => {
  test('a confirm is refused before the model was sent', async () => {
    const org = await organization();
    const { described } = await contentOf('weights');
    expect((await org.post(`${at(org, 'weights')}/confirm`, described)).status).toBe(404);
  });

  // Promised in docs/models.md: It checks the size and the digest of what was sent.
  test.each([
    ['another size', 'weights!', 'The model has 8 bytes, and 7 were announced'],
    ['another digest', 'WEIGHTS', 'The SHA-256 of the model is not '],
  ])('a confirm is refused if the model that was sent has %s, and stores nothing', async (_, sent, message) => {
    const org = await organization();
    const refused = await put(org, 'weights', 'weights', {}, sent);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain(message);
    expect((await org.get(at(org))).body).toMatchObject({ results: [] });
  });

  const pickle = new Uint8Array([0x80, 0x04, 0x95, 0x0a, 0x2e]);
  const torch = new Uint8Array([...bytesOf('PK\x03\x04'), ...new Uint8Array(9000), ...bytesOf('archive/data.pkl')]);
  // Promised in docs/models.md: An administrator of the scan policy can accept such a file with a reason
  test.each([
    ['a pickle', pickle, 'it is a pickle'],
    ['a pickle of protocol 0', 'cos\nsystem\n(S"id"\ntR.', 'it is a pickle of protocol 0'],
    ['a file of PyTorch', torch, 'it is a zip with pickled objects'],
    ['gzip', new Uint8Array([0x1f, 0x8b, 8, 0]), 'it is compressed with gzip'],
    ['zlib', new Uint8Array([0x78, 0x9c, 1, 2]), 'it is compressed with zlib'],
    ['HDF5', new Uint8Array([0x89, 0x48, 0x44, 0x46, 1]), 'it is an HDF5 file'],
    ['NumPy with objects', "\x93NUMPY\x01\x00v\x00{'descr': '|O', }", 'NumPy'],
  ])('a confirm of %s is refused, and accepted with a reason by policy:admin', async (_, content, message) => {
    const org = await organization();
    const bytes = typeof content === 'string' ? Uint8Array.from(content, (one) => one.charCodeAt(0)) : content;
    const refused = await put(org, 'weights', bytes);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain(message);
    const { described } = await contentOf(bytes);
    const waiver = { ...described, waive_pickle: 'trained by ourselves' };
    const writer = clientOf(`Bearer ${await keyOf(org, { scopes: ['plugins:write'] })}`);
    expect((await writer.post(`${at(org, 'weights')}/confirm`, waiver)).status).toBe(403);
    expect((await org.post(`${at(org, 'weights')}/confirm`, waiver)).body).toMatchObject({
      waived_because: 'trained by ourselves',
    });
  });

  test('a confirm accepts only formats that cannot run code', async () => {
    const org = await organization();
    const header = new Uint8Array([16, 0, 0, 0, 0, 0, 0, 0, ...bytesOf('{"__metadata__":')]);
    expect((await put(org, 'safetensors', header)).status).toBe(200);
    expect((await put(org, 'gguf', 'GGUF\x03')).status).toBe(200);
    expect((await put(org, 'onnx', new Uint8Array([8, 7, 18, 7]))).status).toBe(200);
    expect((await put(org, 'vocabulary', '{"cat": 1}')).status).toBe(200);
    expect((await put(org, 'text', 'xx and more')).status).toBe(200);
    expect((await put(org, 'archive', 'PK\x03\x04 model.onnx')).status).toBe(200);
    const floats = Uint8Array.from("\x93NUMPY\x01\x00v\x00{'descr': '<f4', }", (one) => one.charCodeAt(0));
    const needless = { waive_pickle: 'trained by ourselves' };
    expect((await put(org, 'numpy', floats, needless)).body).toMatchObject({ waived_because: null });
  });
});

test('another organization sends, lists and deletes none', async () => {
  const org = await organization();
  const other = await organization();
  const { body } = await put(org, 'weights', 'first weights');
  const { described } = await contentOf('other weights');
  expect((await other.get(at(org))).status).toBe(404);
  expect((await other.put(at(org, 'weights'), described)).status).toBe(404);
  expect((await other.post(`${at(org, 'weights')}/confirm`, described)).status).toBe(404);
  expect((await other.del(`${at(org, 'weights')}?force=true`)).status).toBe(404);
  expect((await org.get(at(org))).body).toMatchObject({ results: [body] });
});

const operator = clientOf(adminAuthorization);
const setQuotas = ({ id }: Organization, quotas: object) =>
  operator.patch(`/v1/admin/organizations/${id}/quotas`, quotas);
const usageOf = async (org: Organization) => {
  const { body } = await org.get('/v1/quotas');
  const amount = z.object({ used: z.int() });
  const { quotas } = z.object({ quotas: z.object({ model_bytes: amount, model_uploads: amount }) }).parse(body);
  return [quotas.model_bytes.used, quotas.model_uploads.used];
};
const someDigest = (n: number) => n.toString(16).padStart(64, '0');
const gib = 2 ** 30;

test('a namespace has so many models and an organization so many bytes, of which a replaced content counts once', async () => {
  const org = await organization();
  const { deps } = testApp();
  const stored = (await put(org, 'weights', 'weights')).body;
  const { described } = await contentOf('weights');
  const [row] = await deps.db.select().from(models).where(eq(models.organizationId, org.id));
  if (!row) throw new Error('no model');
  await setQuotas(org, { model_bytes: 7 });
  const refused = await org.put(at(org, 'more'), { sha256: someDigest(1), size_bytes: 1 });
  expect([refused.status, refused.text]).toEqual([
    403,
    expect.stringContaining('has 7 of 7 bytes of models. Delete a model'),
  ]);
  expect((await put(org, 'weights', 'WEIGHTS')).body).toMatchObject({
    ...Object(stored),
    ...(await contentOf('WEIGHTS')).described,
    updated_at: expect.any(String),
  });
  await setQuotas(org, { model_bytes: null });
  const names = Array.from({ length: modelLimits.perNamespaceMax - 1 }, (_, i) => `model-${i}`);
  const others = names.map((name) => ({ ...row, name, id: `mdl_${name}` as const }));
  for (const other of others) await deps.db.insert(models).values(other);
  expect((await org.put(at(org, 'more'), described)).text).toContain('at most 100 models');
  expect((await put(org, 'model-7', 'replaced')).status).toBe(200);
  expect((await org.put(at(org, 'model-8'), described)).body).toMatchObject({ upload_url: null });
});

describe('the URL of a model reserves its size', () => {
  const request = (org: Organization, name: string, n: number, size_bytes: number) =>
    org.put(at(org, name), { sha256: someDigest(n), size_bytes });

  test('the URL of a model reserves its size until the content is confirmed, and the quotas show it', async () => {
    const org = await organization();
    const { described } = await contentOf('weights');
    for (let repeated = 0; repeated < 3; repeated++) await org.put(at(org, 'weights'), described);
    expect(await usageOf(org)).toEqual([7, 1]);
    expect((await put(org, 'weights', 'weights')).status).toBe(200);
    expect(await usageOf(org)).toEqual([7, 0]);
    expect((await org.post(`${at(org, 'weights')}/confirm`, described)).status).toBe(200);
    expect(await usageOf(org)).toEqual([7, 0]);
  });

  test('60 requests for URLs of almost 5 GiB succeed only while there is room, one after the other and at the same time', async () => {
    const org = await organization();
    const size = modelLimits.sizeBytesMax;
    const first = [];
    for (let n = 0; n < 30; n++) first.push((await request(org, 'weights', n, size)).status);
    const second = await Promise.all(Array.from({ length: 30 }, (_, n) => request(org, `model-${n}`, 30 + n, size)));
    const granted = [...first, ...second.map(({ status }) => status)].filter((status) => status === 200);
    expect([granted.length, await usageOf(org)]).toEqual([10, [10 * size, 10]]);
  });

  test('concurrent requests for URLs of models succeed only while there is room', async () => {
    const org = await organization();
    await setQuotas(org, { model_bytes: 3 * gib, model_uploads: 2 });
    const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => request(org, `model-${n}`, n, gib)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(await usageOf(org)).toEqual([2 * gib, 2]);
  });

  test('another size of the same content replaces the reservation, if it has room', async () => {
    const org = await organization();
    await setQuotas(org, { model_bytes: 2 * gib });
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

  test('a refused reservation names the limit and what to do; deleting the model frees it', async () => {
    const org = await organization();
    for (let n = 0; n < 20; n++) expect((await request(org, `model-${n}`, n, 1)).status).toBe(200);
    const refused = await request(org, 'model-20', 20, 1);
    expect([refused.status, refused.body]).toMatchObject([
      403,
      { error: { details: { resource: 'model_uploads', current_count: 20, max_allowed: 20 } } },
    ]);
    expect(refused.text).toContain('20 of 20 open uploads of models. Confirm those that were sent, or delete one');
    expect((await request(org, 'model-3', 3, 1)).status).toBe(200);
    expect((await org.del(at(org, 'model-3'))).status).toBe(200);
    expect((await org.del(at(org, 'model-3'))).status).toBe(404);
    expect((await request(org, 'model-20', 20, 1)).status).toBe(200);
  });

  test('the URL of a model reserves its size until it expires: the sweep deletes what was sent, and what is sent afterwards', async () => {
    const clock = clockAt(Date.now());
    const { deps, fetch } = testApp({ clock });
    const org = await organization({ fetch });
    const { described, bytes } = await contentOf('weights');
    const key = modelUploadKey({ namespaceId: org.namespaceId, name: 'weights', sha256: described.sha256 });
    const sweepAll = async () => {
      // Each sweep looks at one page, and files before this one have left some.
      for (let page = 0; page < 20; page++) await sweepOrphanedModels(deps);
    };
    await org.put(at(org, 'weights'), described);
    await deps.blobs.put(key, bytes);
    clock.advance(modelLimits.uploadUrlSeconds * 1000 - 1);
    await sweepAll();
    expect([await usageOf(org), await deps.blobs.head(key)]).toMatchObject([[7, 1], { size: 7 }]);
    clock.advance(1);
    await sweepAll();
    expect([await usageOf(org), await deps.blobs.head(key)]).toEqual([[0, 0], null]);
    expect((await org.post(`${at(org, 'weights')}/confirm`, described)).status).toBe(404);
    await deps.blobs.put(key, bytes);
    await sweepAll();
    expect(await deps.blobs.head(key)).toBeNull();
    await org.put(at(org, 'weights'), described);
    await deps.blobs.put(key, new Uint8Array(8));
    await sweepAll();
    expect(await deps.blobs.head(key)).toBeNull();
  });

  test('the URL of a model reserves its size while it is confirmed, also past its end', async () => {
    const s = await scene();
    const { clock } = s;
    clock.advance(Date.now() - clock.now());
    const { bytes, described } = await contentOf('weights of a slow confirm');
    const content = { namespaceId: s.namespaceId, name: 'weights', sha256: described.sha256, sizeBytes: bytes.length };
    await requestModel(s.deps, s.actor, content);
    await s.deps.blobs.put(modelUploadKey(content), bytes);
    clock.advance(modelLimits.uploadUrlSeconds * 1000 - 1);
    const blobs = new Proxy(s.deps.blobs, {
      get: (target, name) => {
        const value = Reflect.get(target, name);
        if (name !== 'put') return typeof value === 'function' ? value.bind(target) : value;
        return async (...given: Parameters<typeof target.put>) => {
          const stored = await target.put(...given);
          clock.advance(modelLimits.orphanGraceMs + 1);
          for (let page = 0; page < 20; page++) await sweepOrphanedModels(s.deps);
          return stored;
        };
      },
    });
    await confirmModel({ ...s.deps, blobs }, s.actor, { ...content, waivedBecause: null });
    const stored = await s.deps.blobs.head(modelKey(s.actor.organizationId, described.sha256));
    expect(stored?.size).toBe(bytes.length);
  });

  test('a confirm of another size than announced stores nothing', async () => {
    const org = await organization();
    const { described, bytes } = await contentOf('weights');
    await org.put(at(org, 'weights'), { ...described, size_bytes: 1 });
    const { deps } = testApp();
    await deps.blobs.put(modelUploadKey({ namespaceId: org.namespaceId, name: 'weights', ...described }), bytes);
    const refused = await org.post(`${at(org, 'weights')}/confirm`, described);
    expect([refused.status, refused.text]).toEqual([
      400,
      expect.stringContaining('1 bytes were announced for the model, not 7'),
    ]);
    expect(await deps.blobs.head(modelKey(org.id, described.sha256))).toBeNull();
  });
});

test('content that was sent for one namespace is not confirmed in another', async () => {
  const org = await organization();
  const other = await namespaceIn(org, 'other');
  const { described, bytes } = await contentOf('weights');
  const inOther = `/v1/namespaces/${other}/models/weights`;
  const { body } = await org.put(at(org, 'weights'), described);
  await org.put(inOther, described);
  const { upload_url } = z.object({ upload_url: z.string() }).parse(body);
  const headers = { 'content-length': String(bytes.length) };
  await org.fetch(new Request(upload_url, { method: 'PUT', body: bytes, headers }));
  expect((await org.post(`${inOther}/confirm`, described)).status).toBe(404);
  expect((await org.post(`${at(org, 'weights')}/confirm`, described)).status).toBe(200);
});

test('a content that is sent again while it is checked is refused', async () => {
  const s = await scene();
  const { bytes, described } = await contentOf('the weights');
  const content = { namespaceId: s.namespaceId, name: 'weights', sha256: described.sha256, sizeBytes: bytes.length };
  const key = modelUploadKey(content);
  await requestModel(s.deps, s.actor, content);
  await s.deps.blobs.put(key, bytes);
  const blobs = new Proxy(s.deps.blobs, {
    get: (target, name) => {
      if (name === 'head')
        return async (of: string) => {
          const found = await target.head(of);
          await target.put(key, bytesOf('cos system('));
          return found;
        };
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const confirmed = confirmModel({ ...s.deps, blobs }, s.actor, { ...content, waivedBecause: null });
  await expect(confirmed).rejects.toThrow('sent again meanwhile');
});

const realtime = `from engine.models.loader import load_namespace_model


class ModelInferenceService:
    async def run_inference(self, inputs, parameters):
        return {"text": load_namespace_model("weights").read_text()}
`;
const files = {
  'realtime.py': realtime,
  'manifest.py': manifest({ name: 'hello_ext', version: '1.0.0', extra: 'models = ["weights"]' }),
};

// Promised in docs/models.md: A deployment that names one that the namespace does not have fails, and its error has the
// command that stores it.
test('an instance reads the models that its version names, and a missing one fails the deployment', async () => {
  const s = await scene({ files });
  const missing = await deploy(s);
  await advanceDeployment(s.deps, missing.id);
  expect((await overview(s)).newest?.error).toBe(
    'The plugin names the model weights, which the namespace default does not have. Run `slipway models put weights FILE --namespace default`. Then deploy it again.',
  );
  const { bytes, described } = await contentOf('the weights');
  const content = { namespaceId: s.namespaceId, name: 'weights', sha256: described.sha256, sizeBytes: bytes.length };
  await requestModel(s.deps, s.actor, content);
  await s.deps.blobs.put(modelUploadKey(content), bytes);
  await confirmModel(s.deps, s.actor, { ...content, waivedBecause: null });
  await waitFor(async () => expect(await s.deps.blobs.head(modelUploadKey(content))).toBeNull());
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  expect(await s.deps.builder.call(id, '{"inputs": {}, "parameters": {}}')).toMatchObject({
    result: { text: 'the weights' },
  });
  await expect(deleteModel(s.deps, s.actor, { ...content, force: false })).rejects.toThrow(
    'The model weights is used by hello_ext',
  );
  await deleteModel(s.deps, s.actor, { ...content, force: true });
});

test('content that no model has any more is deleted, and content that one has is not', async () => {
  const org = await organization();
  await put(org, 'kept', 'kept content');
  await put(org, 'gone', 'gone content');
  await org.del(at(org, 'gone'));
  const { deps } = testApp({ clock: clockAt(Date.now() + 4 * 86_400_000) });
  await sweepOrphanedModels(deps);
  const stored = async (text: string) =>
    (await deps.blobs.head(modelKey(org.id, (await contentOf(text)).described.sha256))) !== null;
  expect([await stored('kept content'), await stored('gone content')]).toEqual([true, false]);
  expect((await deps.db.select().from(models).where(eq(models.organizationId, org.id))).length).toBe(1);
});
