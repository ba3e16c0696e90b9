// Defines `slipway models`: store, list and delete a namespace's models.
import type { Command } from 'commander';
import { formatBytes } from '../../../core/bytes.ts';
import { addPageOptions, type PageOptions, pageQuery, pageResult } from '../../arguments/paging.ts';
import { addExamples, type CommandContext, withConnection } from '../../command.ts';
import { Failure } from '../../failures/failure.ts';
import { requireConfirmation, yesOption } from '../../terminal/confirmation.ts';
import { formatTime } from '../../terminal/duration.ts';
import { table } from '../../terminal/table.ts';

export function addModels(program: Command, context: CommandContext): void {
  const group = program.command('models').summary('store, list and delete models that plugins read');
  addPutCommand(group, context);
  addListCommand(group, context);
  addDeleteCommand(group, context);
}

function addPutCommand(group: Command, context: CommandContext): void {
  const put = group
    .command('put')
    .summary('store a model or replace its content')
    .description("Stores a file as a model, or replaces a model's content. Live versions get it on their next start.")
    .argument('<name>', 'the name in `models` of manifest.py')
    .argument('<file>', 'the file')
    .option('--waive-pickle <reason>', 'accept a format that may run code when it is loaded');
  addExamples(put, 'slipway models put clip-vit-b32 model.safetensors');
  withConnection<{ waivePickle?: string }>(
    put,
    context,
    async ({ client, namespaceId, signal }, { waivePickle }, name = '', file = '') => {
      const { stageTimer, transferReporter } = await import('../../terminal/progress.ts');
      const { output } = context;
      const stage = stageTimer(output);
      output.progress('reading');
      const { blob, sha256 } = await read(file);
      stage('read', `sha256:${sha256.slice(0, 12)}  ${formatBytes(blob.size)}`);
      const path = { namespace_id: await namespaceId(), name };
      const body = { sha256, size_bytes: blob.size };
      const requested = await client.put('/v1/namespaces/{namespace_id}/models/{name}', { path, body, signal });
      if (requested.upload_url !== null) {
        const { putArchive } = await import('../../../client/put-archive.ts');
        const onProgress = transferReporter(output, 'uploading', blob.size);
        await putArchive(requested.upload_url, blob, { signal, onProgress });
        stage('uploaded');
      }
      output.progress('verifying');
      const waiver = waivePickle === undefined ? {} : { waive_pickle: waivePickle };
      const model = await client.post('/v1/namespaces/{namespace_id}/models/{name}/confirm', {
        path,
        body: { ...body, ...waiver },
        signal,
      });
      stage('verified', 'by the server');
      const text = `✓ stored ${model.name} (${formatBytes(model.size_bytes)}, sha256 ${model.sha256.slice(0, 12)})\n`;
      return { json: model, text };
    },
  );
}

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

function addListCommand(group: Command, context: CommandContext): void {
  const list = group.command('list').description("Lists the namespace's models.");
  addExamples(list, 'slipway models list');
  addPageOptions(list);
  withConnection<PageOptions>(list, context, async ({ client, namespaceId, signal }, options) => {
    const path = { namespace_id: await namespaceId() };
    const query = pageQuery(options);
    const { results, pagination } = await client.get('/v1/namespaces/{namespace_id}/models', { path, query, signal });
    const rows = results.map(({ name, size_bytes, sha256, updated_at, waived_because }) => [
      name,
      formatBytes(size_bytes),
      sha256.slice(0, 12),
      formatTime(updated_at),
      waived_because === null ? '' : 'pickle waived',
    ]);
    return pageResult(results, pagination.next_cursor, table([['MODEL', 'SIZE', 'SHA256', 'STORED', ''], ...rows]));
  });
}

function addDeleteCommand(group: Command, context: CommandContext): void {
  const remove = group
    .command('delete')
    .description('Deletes a model.')
    .argument('<name>', "the model's name")
    .option('--force', 'delete the model even if a live version uses it; that version then fails on its next start')
    .addOption(yesOption());
  addExamples(remove, 'slipway models delete clip-vit-b32');
  withConnection<{ yes?: true; force?: true }>(
    remove,
    context,
    async ({ client, namespaceId, signal }, { yes, force }, name = '') => {
      await requireConfirmation(`Delete the model ${name}`, yes, signal);
      const answer = await client.delete('/v1/namespaces/{namespace_id}/models/{name}', {
        path: { namespace_id: await namespaceId(), name },
        query: { force: force ? 'true' : 'false' },
        signal,
      });
      return { json: answer, text: `✓ deleted ${answer.name}\n` };
    },
  );
}
