// Creates the model that a schemathesis run needs.
import { createHash } from 'node:crypto';
import { putArchive } from '../../../src/client/put-archive.ts';
import type { FuzzedServer } from '../resources.ts';

/** Stores a model, whose name is in schemathesis.toml. */
export async function create({ local, client }: FuzzedServer): Promise<Record<string, string>> {
  const { namespace_id } = local;
  const content = new Blob(['the weights of a model']);
  const sha256 = createHash('sha256')
    .update(await content.bytes())
    .digest('hex');
  const model = { path: { namespace_id, name: 'fuzzed-model' }, body: { sha256, size_bytes: content.size } };
  const { upload_url: url } = await client.put('/v1/namespaces/{namespace_id}/models/{name}', model);
  if (url !== null) await putArchive(url, content);
  await client.post('/v1/namespaces/{namespace_id}/models/{name}/confirm', model);
  return {};
}
