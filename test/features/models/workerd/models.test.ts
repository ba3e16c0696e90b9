// Tests models over HTTP: upload, confirm, read by an instance, list, delete, and refusals.
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { models } from '../../../../src/db/schema/models.ts';
import { confirmModel, deleteModel, requestModel } from '../../../../src/features/models/models.ts';
import { storedModels, uploadedModels } from '../../../../src/features/models/orphaned-models.ts';
import { modelKey, modelUploadKey } from '../../../../src/models/model-keys.ts';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { collectAll } from '../../../../src/registry/storage/collector.ts';
import { bytesOf } from '../../../support/bytes.ts';
import { clientOf } from '../../../support/client.ts';
import { clockAt, testApp } from '../../../support/deps.ts';
import { eventsOf } from '../../../support/events.ts';
import { answerOf } from '../../../support/json-text.ts';
import { manifest } from '../../../support/plugins/plugin.ts';
import { keyOf, namespaceIn, organization } from '../../../support/scenes/organization.ts';
import { deploy, overview, scene } from '../../../support/scenes/scene.ts';
import { waitFor } from '../../../support/waiting.ts';
import { modelContent, modelsAt, putModel } from '../scenes/models.ts';

test('a model is stored, replaced, listed and deleted', async () => {
  const org = await organization();
  const first = await putModel(org, 'weights', 'first weights');
  expect(first).toMatchObject({ status: 200, body: { name: 'weights', size_bytes: 13, waived_because: null } });
  const { described } = await modelContent('second weights');
  expect((await putModel(org, 'weights', 'second weights')).body).toMatchObject(described);
  expect((await org.get(modelsAt(org))).body).toMatchObject({ results: [{ name: 'weights', ...described }] });
  expect((await org.put(modelsAt(org, 'weights'), described)).body).toMatchObject({
    upload_url: null,
    expires_at: null,
    model: { name: 'weights', ...described },
  });
  expect((await org.post(`${modelsAt(org, 'weights')}/confirm`, described)).body).toMatchObject(described);
  expect((await org.del(modelsAt(org, 'weights'))).body).toEqual({ success: true, name: 'weights' });
  expect((await org.del(modelsAt(org, 'weights'))).status).toBe(404);
  const events = (await eventsOf(org)).filter(({ type }) => type.startsWith('model.'));
  expect(events.map(({ type, data }) => [type, data.size_bytes])).toEqual([
    ['model.set', 13],
    ['model.set', 14],
    ['model.deleted', undefined],
  ]);
});

describe('a confirm is rejected', () => {
  test('a confirm is rejected before the model is uploaded', async () => {
    const org = await organization();
    const { described } = await modelContent('weights');
    expect((await org.post(`${modelsAt(org, 'weights')}/confirm`, described)).status).toBe(404);
  });

  test.each([
    ['another size', 'weights!', 'The model has 8 bytes, but the request announced 7'],
    ['another digest', 'WEIGHTS', 'The SHA-256 of the model is not '],
  ])('a confirm is rejected if the uploaded model has %s, and stores nothing', async (_, sent, message) => {
    const org = await organization();
    const refused = await putModel(org, 'weights', 'weights', {}, sent);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain(message);
    expect((await org.get(modelsAt(org))).body).toMatchObject({ results: [] });
  });

  const pickle = new Uint8Array([0x80, 0x04, 0x95, 0x0a, 0x2e]);
  const torch = new Uint8Array([...bytesOf('PK\x03\x04'), ...new Uint8Array(9000), ...bytesOf('archive/data.pkl')]);
  test.each([
    ['a pickle', pickle, 'it is a pickle'],
    ['a pickle of protocol 0', 'cos\nsystem\n(S"id"\ntR.', 'it is a pickle of protocol 0'],
    ['a file of PyTorch', torch, 'it is a zip with pickled objects'],
    ['gzip', new Uint8Array([0x1f, 0x8b, 8, 0]), 'it is compressed with gzip'],
    ['zlib', new Uint8Array([0x78, 0x9c, 1, 2]), 'it is compressed with zlib'],
    ['HDF5', new Uint8Array([0x89, 0x48, 0x44, 0x46, 1]), 'it is an HDF5 file'],
    ['NumPy with objects', "\x93NUMPY\x01\x00v\x00{'descr': '|O', }", 'NumPy'],
  ])('a confirm of %s is rejected, unless a key with policy:admin gives a reason', async (_, content, message) => {
    const org = await organization();
    const bytes = typeof content === 'string' ? Uint8Array.from(content, (one) => one.charCodeAt(0)) : content;
    const refused = await putModel(org, 'weights', bytes);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain(message);
    const { described } = await modelContent(bytes);
    const waiver = { ...described, waive_pickle: 'trained by ourselves' };
    const writer = clientOf(`Bearer ${await keyOf(org, { scopes: ['plugins:write'] })}`);
    expect((await writer.post(`${modelsAt(org, 'weights')}/confirm`, waiver)).status).toBe(403);
    expect((await org.post(`${modelsAt(org, 'weights')}/confirm`, waiver)).body).toMatchObject({
      waived_because: 'trained by ourselves',
    });
  });

  test('a confirm accepts only formats that cannot run code', async () => {
    const org = await organization();
    const header = new Uint8Array([16, 0, 0, 0, 0, 0, 0, 0, ...bytesOf('{"__metadata__":')]);
    expect((await putModel(org, 'safetensors', header)).status).toBe(200);
    expect((await putModel(org, 'gguf', 'GGUF\x03')).status).toBe(200);
    expect((await putModel(org, 'onnx', new Uint8Array([8, 7, 18, 7]))).status).toBe(200);
    expect((await putModel(org, 'vocabulary', '{"cat": 1}')).status).toBe(200);
    expect((await putModel(org, 'text', 'xx and more')).status).toBe(200);
    expect((await putModel(org, 'archive', 'PK\x03\x04 model.onnx')).status).toBe(200);
    const floats = Uint8Array.from("\x93NUMPY\x01\x00v\x00{'descr': '<f4', }", (one) => one.charCodeAt(0));
    const needless = { waive_pickle: 'trained by ourselves' };
    expect((await putModel(org, 'numpy', floats, needless)).body).toMatchObject({ waived_because: null });
  });
});

test("another organization can't upload, list or delete the models", async () => {
  const org = await organization();
  const other = await organization();
  const { body } = await putModel(org, 'weights', 'first weights');
  const { described } = await modelContent('other weights');
  expect((await other.get(modelsAt(org))).status).toBe(404);
  expect((await other.put(modelsAt(org, 'weights'), described)).status).toBe(404);
  expect((await other.post(`${modelsAt(org, 'weights')}/confirm`, described)).status).toBe(404);
  expect((await other.del(`${modelsAt(org, 'weights')}?force=true`)).status).toBe(404);
  expect((await org.get(modelsAt(org))).body).toMatchObject({ results: [body] });
});

test("content uploaded for one namespace can't be confirmed in another", async () => {
  const org = await organization();
  const other = await namespaceIn(org, 'other');
  const { described, bytes } = await modelContent('weights');
  const inOther = `/v1/namespaces/${other}/models/weights`;
  const { body } = await org.put(modelsAt(org, 'weights'), described);
  await org.put(inOther, described);
  const { upload_url } = z.object({ upload_url: z.string() }).parse(body);
  const headers = { 'content-length': String(bytes.length) };
  await org.fetch(new Request(upload_url, { method: 'PUT', body: bytes, headers }));
  expect((await org.post(`${inOther}/confirm`, described)).status).toBe(404);
  expect((await org.post(`${modelsAt(org, 'weights')}/confirm`, described)).status).toBe(200);
});

test('content that is re-uploaded during its check is rejected', async () => {
  const s = await scene();
  const { bytes, described } = await modelContent('the weights');
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
  await expect(confirmed).rejects.toThrow('uploaded again in the meantime');
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

test('an instance reads the models that its version names, and a missing model fails the deployment', async () => {
  const s = await scene({ files });
  const missing = await deploy(s);
  await advanceDeployment(s.deps, missing.id);
  expect((await overview(s)).newest?.error).toBe(
    'The plugin names the model weights, which the namespace default does not have. Run `slipway models put weights FILE --namespace default`. Then deploy it again.',
  );
  const { bytes, described } = await modelContent('the weights');
  const content = { namespaceId: s.namespaceId, name: 'weights', sha256: described.sha256, sizeBytes: bytes.length };
  await requestModel(s.deps, s.actor, content);
  await s.deps.blobs.put(modelUploadKey(content), bytes);
  await confirmModel(s.deps, s.actor, { ...content, waivedBecause: null });
  await waitFor(async () => expect(await s.deps.blobs.head(modelUploadKey(content))).toBeNull());
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  expect(answerOf(await s.deps.builder.call(id, '{"inputs": {}, "parameters": {}}'))).toMatchObject({
    result: { text: 'the weights' },
  });
  await expect(deleteModel(s.deps, s.actor, { ...content, force: false })).rejects.toThrow(
    'The model weights is used by hello_ext',
  );
  await deleteModel(s.deps, s.actor, { ...content, force: true });
});

test('content that no model uses is deleted, and content that a model uses is kept', async () => {
  const org = await organization();
  await putModel(org, 'kept', 'kept content');
  await putModel(org, 'gone', 'gone content');
  await org.del(modelsAt(org, 'gone'));
  const { deps } = testApp({ clock: clockAt(Date.now() + 4 * 86_400_000) });
  await collectAll(deps, [storedModels, uploadedModels]);
  const stored = async (text: string) =>
    (await deps.blobs.head(modelKey(org.id, (await modelContent(text)).described.sha256))) !== null;
  expect([await stored('kept content'), await stored('gone content')]).toEqual([true, false]);
  expect((await deps.db.select().from(models).where(eq(models.organizationId, org.id))).length).toBe(1);
});
