// Defines `slipway models`: store, list and delete a namespace's models.
import { formatBytes } from '../../../core/quantities.ts';
import { commandGroup, serverCommand } from '../../command/command.ts';
import { defineCliFeature } from '../../command/context.ts';
import { listCommand } from '../../command/list-command.ts';
import { formatTime } from '../../terminal/duration.ts';
import { Failure } from '../../terminal/failure.ts';

const put = serverCommand({
  name: 'put',
  summary: 'store a model or replace its content',
  description: "Stores a file as a model, or replaces a model's content. Live versions get it on their next start.",
  arguments: { '<name>': 'the name in `models` of manifest.py', '<file>': 'the file' },
  options: { '--waive-pickle <reason>': 'accept a format that may run code when it is loaded' },
  examples: ['slipway models put clip-vit-b32 model.safetensors'],
  async run({ client, namespaceId, signal, output }, { name, file }, { waivePickle }) {
    const { stageTimer, transferReporter } = await import('../../terminal/progress.ts');
    const stage = stageTimer(output);
    output.progress('reading');
    const { blob, sha256 } = await read(file);
    stage('read', `sha256:${sha256.slice(0, 12)}  ${formatBytes(blob.size)}`);
    const path = { namespace_id: await namespaceId(), name };
    const body = { sha256, size_bytes: blob.size };
    const requested = await client.put('/v1/namespaces/{namespace_id}/models/{name}', { path, body });
    if (requested.upload_url !== null) {
      const { putArchive } = await import('../../../client/put-archive.ts');
      const onProgress = transferReporter(output, 'uploading', blob.size);
      await putArchive(requested.upload_url, blob, { signal, onProgress });
      stage('uploaded');
    }
    output.progress('verifying');
    const model = await client.post('/v1/namespaces/{namespace_id}/models/{name}/confirm', {
      path,
      body: { ...body, waive_pickle: waivePickle },
    });
    stage('verified', 'by the server');
    const text = `✓ stored ${model.name} (${formatBytes(model.size_bytes)}, sha256 ${model.sha256.slice(0, 12)})\n`;
    return { json: model, text };
  },
});

/** Reading with the default chunk size takes four times as long. */
const readBytes = 1024 * 1024;

/** Reads the file in pieces because it may not fit in memory. */
async function read(file: string): Promise<{ blob: Blob; sha256: string }> {
  const { createReadStream, openAsBlob } = await import('node:fs');
  const { stat } = await import('node:fs/promises');
  const { createHash } = await import('node:crypto');
  try {
    const stats = await stat(file);
    if (stats.isDirectory()) throw new Error('the path is a folder');
    if (stats.size === 0) throw new Error('it is empty');
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(file, { highWaterMark: readBytes })) hash.update(chunk);
    return { blob: await openAsBlob(file), sha256: hash.digest('hex') };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Failure('usage', `cannot read ${file}: ${reason}`, {
      title: 'File not readable',
      hint: "Name a readable file with the model's content.",
    });
  }
}

const list = listCommand({
  name: 'list',
  description: "Lists the namespace's models.",
  examples: ['slipway models list'],
  async fetch({ client, namespaceId }, query) {
    const path = { namespace_id: await namespaceId() };
    return client.get('/v1/namespaces/{namespace_id}/models', { path, query });
  },
  head: ['MODEL', 'SIZE', 'SHA256', 'STORED', ''],
  row: ({ name, size_bytes, sha256, updated_at, waived_because }) => [
    name,
    formatBytes(size_bytes),
    sha256.slice(0, 12),
    formatTime(updated_at),
    waived_because === null ? '' : 'pickle waived',
  ],
});

const remove = serverCommand({
  name: 'delete',
  description: 'Deletes a model.',
  arguments: { '<name>': "the model's name" },
  options: { '--force': 'delete the model even if a live version uses it; that version then fails on its next start' },
  examples: ['slipway models delete clip-vit-b32'],
  confirm: ({ name }) => `Delete the model ${name}`,
  async run({ client, namespaceId }, { name }, { force }) {
    const answer = await client.delete('/v1/namespaces/{namespace_id}/models/{name}', {
      path: { namespace_id: await namespaceId(), name },
      query: { force: force ? 'true' : 'false' },
    });
    return { json: answer, text: `✓ deleted ${answer.name}\n` };
  },
});

const models = commandGroup({ name: 'models', summary: 'store, list and delete models that plugins read' }, [
  put,
  list,
  remove,
]);

export const feature = defineCliFeature({ commands: [{ add: models, after: 'secrets' }] });
