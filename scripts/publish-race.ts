// Tests concurrent publishing against a running `npm start`: `node scripts/publish-race.ts [ROUNDS]`. Two publishers with separate
// keys publish different archives as the same name and version at the same time. One must get 200 and the other 409, and the stored
// version must be the winner's.
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { packZip } from '../src/archive/zip/pack.ts';
import { SlipwayClient } from '../src/client/client.ts';
import { ApiError } from '../src/client/errors.ts';
import { readCommandLine, UsageError } from './local/command-line.ts';
import { type ApiAccess, ExtractorClient } from './local/extractor-client.ts';
import { localFile, localSchema } from './local/organization.ts';
import { readPrivateJson } from './local/private-file.ts';
import { print, row } from './local/terminal.ts';

const usage = `node scripts/publish-race.ts [ROUNDS]

Publishes the same version twice at the same time, 50 times by default, on a running \`npm start\`.

Environment:
  SLIPWAY_STATE   state folder (.slipway)`;

const { positionals } = readCommandLine(usage, { options: {}, positionals: [0, 1] });

const roundsDefault = 50;
const version = '1.0.0';
const encoder = new TextEncoder();

interface Published {
  status: number;
  /** The step that returned the status. */
  step: 'upload' | 'confirm';
  sha256: string;
}

const rounds = Number(positionals[0] ?? roundsDefault);
if (!Number.isInteger(rounds) || rounds < 1)
  throw new UsageError('The argument must be a number of rounds, at least 1.');
const local = await readPrivateJson(localFile(resolve(process.env.SLIPWAY_STATE || '.slipway')), localSchema);
if (!local) throw new Error('Start Slipway first.');
const namespace = { namespace_id: local.namespace_id };
const client = new SlipwayClient({ baseUrl: local.url, apiKey: local.api_key });

async function createPublisher(reach: ApiAccess, name: string): Promise<{ client: ExtractorClient; keyId: string }> {
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
  let step: Published['step'] = 'upload';
  try {
    const upload = await client.requestUpload(name, version, archive.length);
    const etag = await client.putArchive(upload.presigned_url, archive);
    step = 'confirm';
    await client.confirm(upload.upload_id, etag, archive.length);
    return { status: 200, step, sha256 };
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, step, sha256 };
    throw error;
  }
}

const publishers = [await createPublisher(local, 'first publisher'), await createPublisher(local, 'second publisher')];
const run = Date.now().toString(36);
const failures: string[] = [];
const conflictsAt = { upload: 0, confirm: 0 };
const wins = [0, 0];
const startedAt = performance.now();
for (let round = 0; round < rounds; round++) {
  const name = `race_${run}_${round}`;
  const outcomes = await Promise.all(publishers.map(({ client }, nth) => publish(client, name, `by ${nth}`)));
  const path = { ...namespace, plugin_id: `${name}_1_0_0` };
  const { plugin } = await client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', { path });
  const winner = outcomes.findIndex(({ status }) => status === 200);
  const statuses = outcomes.map(({ status }) => status);
  if ([...statuses].sort().join() !== '200,409' || plugin.code_hash !== outcomes[winner]?.sha256)
    failures.push(`${name}: ${statuses.join(' and ')}`);
  wins[winner] = (wins[winner] ?? 0) + 1;
  for (const { status, step } of outcomes) if (status === 409) conflictsAt[step] += 1;
  await client.delete('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', { path });
}
for (const { keyId } of publishers) await client.delete('/v1/keys/{key_id}', { path: { key_id: keyId } });
print(row('rounds', `${rounds}`, performance.now() - startedAt));
print(row('correct', `${rounds - failures.length}: one 200, one 409, and the stored version is the winner's`));
print(row('wins', `${wins.join(' and ')}`));
print(row('conflicts', `${conflictsAt.upload} when requesting the upload, ${conflictsAt.confirm} when confirming`));
for (const what of failures) print(row('failed', what));
process.exitCode = failures.length === 0 ? 0 : 1;
