// Creates a run from a file: uploads it to the store and starts the run.
import { openAsBlob } from 'node:fs';
import type { WithTexts } from '../../../client/answer-texts.ts';
import type { components } from '../../../client/api.gen.d.ts';
import { putArchive } from '../../../client/put-archive.ts';
import { type FileFormat, fileFormat } from '../../../contract/runs/file-format.ts';
import type { Separator } from '../../../contract/runs/records.ts';
import type { JsonText } from '../../../core/json/text.ts';
import type { Connection } from '../../connection/connect.ts';
import type { PluginRef } from '../../plugins/plugin-ref.ts';
import { Failure } from '../../terminal/failure.ts';
import type { Output } from '../../terminal/output.ts';
import { transferReporter } from '../../terminal/progress.ts';

export type Run = WithTexts<components['schemas']['Run'], 'parameters'>;
type CreatedRun = WithTexts<components['schemas']['CreatedRun'], 'parameters'>;
type RunRequest = components['schemas']['RunRequest'];

export interface NewRun {
  plugin: PluginRef;
  input: RunRequest['input'];
  parameters?: JsonText | null;
  maxParallel?: number;
}

/** Without a version, the run uses the live one. */
export async function createRun(
  connection: Connection,
  { input, maxParallel, parameters, plugin }: NewRun,
): Promise<CreatedRun> {
  const { client } = connection;
  const namespace_id = await connection.namespaceId();
  const body = { input, parameters, max_parallel: maxParallel };
  if (plugin.version === undefined)
    return client.exact('post', '/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/runs', 'parameters', {
      path: { namespace_id, slug: plugin.name },
      body,
    });
  const plugin_id = `${plugin.name}_${plugin.version.replaceAll('.', '_')}`;
  return client.exact('post', '/v1/namespaces/{namespace_id}/plugins/{plugin_id}/runs', 'parameters', {
    path: { namespace_id, plugin_id },
    body,
  });
}

/** Uploads the file to the run's URL and starts the run. */
export async function sendInput(
  connection: Connection,
  output: Output,
  created: CreatedRun,
  file: string,
): Promise<Run> {
  const { client, signal } = connection;
  if (created.presigned_url === null) return created;
  const blob = await openInput(file);
  const onProgress = transferReporter(output, 'uploading', blob.size);
  await putArchive(created.presigned_url, blob, { ...client.transport, signal, onProgress });
  return client.exact('post', '/v1/namespaces/{namespace_id}/runs/{run_id}/start', 'parameters', {
    path: { namespace_id: await connection.namespaceId(), run_id: created.run_id },
  });
}

/** Returns a file's format and size, for the request that creates its run. */
export async function readRunInput(file: string, separator?: Separator): Promise<RunRequest['input']> {
  const format = formatOf(file);
  return { ...format, ...(separator && { separator }), size_bytes: (await openInput(file)).size };
}

async function openInput(file: string): Promise<Blob> {
  try {
    return await openAsBlob(file);
  } catch (error) {
    throw new Failure('failed', `cannot read ${file}: ${error instanceof Error ? error.message : error}`);
  }
}

/** Derives a file's format from its name. */
function formatOf(file: string): FileFormat {
  const format = fileFormat(file);
  if (format) return format;
  throw new Failure('usage', `cannot tell the format of ${file}`, {
    hint: 'Use a file that ends in .jsonl, .ndjson or .csv, optionally with .gz. Save a spreadsheet as CSV in UTF-8.',
  });
}
