// Defines `slipway uploads`: why an upload was rejected, after the command that made it has ended.
import type { Command } from 'commander';
import type { components } from '../../../client/api.gen.d.ts';
import { addExamples, type CommandContext, withConnection } from '../../command.ts';
import { formatTime } from '../../terminal/duration.ts';
import { printable } from '../../terminal/terminal-text.ts';

export function addUploads(program: Command, context: CommandContext): void {
  const group = program.command('uploads').summary('show why an upload was rejected');
  const show = group
    .command('show')
    .summary('show an upload with its findings')
    .description('Shows an upload with its findings. `slipway events --type upload.rejected` lists those rejected.')
    .argument('<upload>', 'upload ID');
  addExamples(show, 'slipway uploads show plu_…');
  withConnection(show, context, async ({ client, namespaceId, signal }, _, id = '') => {
    const path = { namespace_id: await namespaceId(), upload_id: id };
    const upload = await client.get('/v1/namespaces/{namespace_id}/plugins/uploads/{upload_id}', { path, signal });
    return { json: upload, text: formatUpload(upload) };
  });
}

function formatUpload(upload: components['schemas']['PluginUploadInFull']): string {
  const { name, version, status, rejected_because, findings, updated_at } = upload;
  const because = rejected_because === null ? '' : ` because of its ${rejected_because}`;
  const lines = findings.map(({ file, line, column, severity, rule, message }) =>
    printable(`  ${file}:${line}:${column}  ${severity}  ${rule}  ${message}`),
  );
  return [`${printable(name)} ${version} ${status}${because}, ${formatTime(updated_at)}`, ...lines, ''].join('\n');
}
