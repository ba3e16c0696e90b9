// `node scripts/publish-race.ts [ROUNDS]`, beside a running `npm start`: two publishers, each with a key of its own, publish different
// archives as the same name and version at the same moment. One must hear 200, the other 409, and the version be the first one's.
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { packZip } from '../src/archive/pack.ts';
import { SlipwayClient } from '../src/client/client.ts';
import { ApiError } from '../src/client/errors.ts';
import { ExtractorClient, type Reach } from './local/extractor-client.ts';
import { localFile, localSchema } from './local/organization.ts';
import { readPrivateJson } from './local/private-file.ts';
import { print, row } from './local/terminal.ts';

const roundsDefault = 50;
const version = '1.0.0';
const encoder = new TextEncoder();

interface Published {
  status: number;
  /** What answered with it. */
  at: 'upload' | 'confirm';
  sha256: string;
}

const rounds = Number(process.argv[2] ?? roundsDefault);
const local = await readPrivateJson(localFile(resolve(process.env.SLIPWAY_STATE || '.slipway')), localSchema);
if (!local || !Number.isInteger(rounds)) throw new Error('start Slipway first; the argument is a number of rounds');
const namespace = { namespace_id: local.namespace_id };
const client = new SlipwayClient({ baseUrl: local.url, apiKey: local.api_key });

async function publisher(reach: Reach, name: string): Promise<{ client: ExtractorClient; keyId: string }> {
  const made = await client.post('/v1/keys', { body: { name, scopes: ['plugins:write'] } });
  return { client: new ExtractorClient({ ...reach, api_key: made.api_key }), keyId: made.key_id };
}

async function archiveOf(name: string, notes: string): Promise<Uint8Array<ArrayBuffer>> {
  const manifest = `feature_extractor_name = "${name}"
version = "${version}"
features = [{"feature_type": "embedding", "feature_name": "${name}_vector", "embedding_dim": 4, "distance_metric": "cosine"}]
output_schema = {"${name}_vector": {"type": "array"}}
`;
  const pipeline =
    'def build_steps(extractor_request, container=None, base_steps=None, **kwargs):\n    return {"steps": []}\n';
  const files = { 'manifest.py': manifest, 'pipeline.py': pipeline, 'notes.txt': notes };
  return packZip(Object.entries(files).map(([path, text]) => ({ path, bytes: new Uint8Array(encoder.encode(text)) })));
}

async function publish(client: ExtractorClient, name: string, notes: string): Promise<Published> {
  const archive = await archiveOf(name, notes);
  const sha256 = createHash('sha256').update(archive).digest('hex');
  let at: Published['at'] = 'upload';
  try {
    const upload = await client.requestUpload(name, version, archive.length);
    const etag = await client.putArchive(upload.presigned_url, archive);
    at = 'confirm';
    await client.confirm(upload.upload_id, etag, archive.length);
    return { status: 200, at, sha256 };
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, at, sha256 };
    throw error;
  }
}

const publishers = [await publisher(local, 'first publisher'), await publisher(local, 'second publisher')];
const run = Date.now().toString(36);
const odd: string[] = [];
const refusedAt = { upload: 0, confirm: 0 };
const wins = [0, 0];
const startedAt = performance.now();
for (let round = 0; round < rounds; round++) {
  const name = `race_${run}_${round}`;
  const heard = await Promise.all(publishers.map(({ client }, nth) => publish(client, name, `by ${nth}`)));
  const path = { ...namespace, plugin_id: `${name}_1_0_0` };
  const { plugin } = await client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', { path });
  const winner = heard.findIndex(({ status }) => status === 200);
  const statuses = heard.map(({ status }) => status);
  if ([...statuses].sort().join() !== '200,409' || plugin.code_hash !== heard[winner]?.sha256)
    odd.push(`${name}: ${statuses.join(' and ')}`);
  wins[winner] = (wins[winner] ?? 0) + 1;
  for (const { status, at } of heard) if (status === 409) refusedAt[at] += 1;
  await client.delete('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', { path });
}
for (const { keyId } of publishers) await client.delete('/v1/keys/{key_id}', { path: { key_id: keyId } });
print(row('rounds', `${rounds}`, performance.now() - startedAt));
print(row('in order', `${rounds - odd.length}: one 200, one 409, and the version is that of the 200`));
print(row('won', `${wins.join(' and ')}`));
print(row('refused', `${refusedAt.upload} when they asked for the upload, ${refusedAt.confirm} when they confirmed`));
for (const what of odd) print(row('odd', what));
process.exitCode = odd.length === 0 ? 0 : 1;
