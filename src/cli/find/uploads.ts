// Defines `slipway uploads`, which shows why an upload was rejected, even after the command that uploaded it has ended.
import type { components } from '../../client/api.gen.d.ts';
import { uploadStepWord, uploadWords } from '../../contract/state-words.ts';
import { formatDuration } from '../../core/quantities.ts';
import { commandGroup, serverCommand } from '../command/command.ts';
import { formatTime } from '../terminal/duration.ts';
import { printable, printableLines } from '../terminal/terminal-text.ts';

const show = serverCommand({
  name: 'show',
  summary: 'show an upload with its findings',
  description: 'Shows an upload with its findings. `slipway events --type upload.rejected` lists rejected uploads.',
  arguments: { '<upload>': 'upload ID' },
  examples: ['slipway uploads show plu_…'],
  async run({ client, namespaceId }, { upload: id }) {
    const path = { namespace_id: await namespaceId(), upload_id: id };
    const upload = await client.get('/v1/namespaces/{namespace_id}/plugins/uploads/{upload_id}', { path });
    return { json: upload, text: formatUpload(upload) };
  },
});

export const uploads = commandGroup({ name: 'uploads', summary: 'show why an upload was rejected' }, [show]);

type Upload = components['schemas']['PluginUploadInFull'];

function formatUpload(upload: Upload): string {
  const { name, version, status, rejected_because, findings, steps, updated_at } = upload;
  const because = rejected_because === null ? '' : ` because of its ${rejected_because}`;
  const head = `${printable(name)} ${version} ${uploadWords[status]}${because}, ${formatTime(updated_at)}`;
  return [head, ...findings.flatMap(formatFinding), steps.map(formatStep).join(', '), ''].join('\n');
}

/** Formats a finding and the lines around it, with its line marked. A finding about the whole archive has no line. */
function formatFinding({ column, excerpt, file, line, message, rule, severity }: Upload['findings'][number]): string[] {
  const place = file === '' ? '' : `${file}:${line}:${column}  `;
  const { first_line, lines } = excerpt ?? { first_line: 1, lines: [] };
  const width = String(first_line + lines.length - 1).length;
  const shown = lines.map((text, index) => {
    const number = first_line + index;
    const source = printableLines(text);
    return `    ${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${source}`.trimEnd();
  });
  return [printable(`  ${place}${severity}  ${rule}  ${message}`), ...shown];
}

function formatStep({ ended_at, started_at, state, step }: Upload['steps'][number]): string {
  const outcome = `${step}: ${uploadStepWord(step, state)}`;
  if (started_at === null || ended_at === null) return outcome;
  return `${outcome} in ${formatDuration(Date.parse(ended_at) - Date.parse(started_at))}`;
}
