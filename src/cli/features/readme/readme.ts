// Reads a version's README, for `slipway show --readme`. Its author is not trusted: no text of it reaches the terminal unescaped.
import { ApiError } from '../../../client/errors.ts';
import type { CommandResult } from '../../command/context.ts';
import { type FoundPlugin, findVersionId } from '../../plugins/plugin-ref.ts';
import { Failure } from '../../terminal/failure.ts';
import { printableLines } from '../../terminal/terminal-text.ts';

export async function readmeResult(plugin: FoundPlugin): Promise<CommandResult> {
  const { connection, kind, name } = plugin;
  const pluginId = await findVersionId(plugin, plugin.version);
  const path = { namespace_id: await connection.namespaceId(), plugin_id: pluginId };
  const url = '/v1/namespaces/{namespace_id}/plugins/{plugin_id}/readme';
  try {
    const readme = await connection.client.get(url, { path, query: kind });
    const lines = printableLines(readme.text.replace(/^\ufeff/, '').replaceAll(/\r\n?/g, '\n')).trimEnd();
    const rest = `! ${readme.path} continues: it has ${readme.size_bytes} bytes. Its whole text is in the version's archive.`;
    return { json: readme, text: `${lines}\n`, notes: readme.truncated ? [rest] : [] };
  } catch (error) {
    if (!(error instanceof ApiError && error.details?.resource === 'README')) throw error;
    const { hint, requestId, status } = error;
    if ('path' in error.details) throw new Failure('failed', error.message, { hint, requestId, status });
    throw new Failure('failed', `${pluginId} has no README`, {
      hint: `Add a README.md to the folder of ${name}, and publish a new version. \`slipway init\` writes one.`,
      requestId,
      status,
    });
  }
}
