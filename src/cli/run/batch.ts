// Defines `slipway batch`, which runs rows through a deployed version's batch steps.
import type { WithTexts } from '../../client/answer-texts.ts';
import type { components } from '../../client/api.gen.d.ts';
import { formatDuration } from '../../core/quantities.ts';
import { separatorOption } from '../arguments/separator.ts';
import { commandGroup, serverCommand } from '../command/command.ts';
import type { CommandResult } from '../command/context.ts';
import { jsonText } from '../terminal/json-text.ts';
import type { Output } from '../terminal/output.ts';
import { printable } from '../terminal/terminal-text.ts';

type BatchAnswer = WithTexts<components['schemas']['BatchAnswer'], 'rows.*'>;

const batchTestPath = '/v1/namespaces/{namespace_id}/plugins/{plugin_id}/batch/test';

const testCommand = serverCommand({
  name: 'test',
  summary: 'run rows through the batch steps',
  description: "Runs rows through a deployed version's batch steps. Nothing is stored.",
  arguments: { '<plugin>': 'NAME or NAME@VERSION' },
  options: {
    '--rows <file>': { description: 'up to 1,000 rows: JSON, a JSON object per line, or CSV', required: true },
    ...separatorOption,
    '--parameters <json>': 'the parameters: JSON or @FILE',
  },
  examples: ['slipway batch test my_plugin --rows my_plugin/tests/sample.json'],
  async run(connection, { plugin: ref }, { parameters, rows: file, separator }) {
    const { readJsonArgument } = await import('../arguments/json-argument.ts');
    const { readSampleRows } = await import('../test/sample-data.ts');
    const { resolveVersion } = await import('../plugins/plugin-ref.ts');
    const { parsePluginRef } = await import('../plugins/plugin-ref.ts');
    const rows = await readSampleRows(file, separator);
    const given = parameters === undefined ? {} : { parameters: await readJsonArgument('--parameters', parameters) };
    const { name, pluginId, version } = await resolveVersion(connection, await parsePluginRef(ref));
    const { client, namespaceId } = connection;
    connection.output.progress('running');
    const answer = await client.exact('post', batchTestPath, 'rows.*', {
      path: { namespace_id: await namespaceId(), plugin_id: pluginId },
      body: { rows, ...given },
    });
    return batchResult(`${name} ${version}`, answer, connection.output);
  },
});

export const batch = commandGroup({ name: 'batch', summary: "try a version's batch steps" }, [testCommand]);

/** Rows go to standard output, one per line; errors and plugin output don't. */
function batchResult(name: string, answer: BatchAnswer, output: Output): CommandResult {
  const { duration_ms, error, logs, row_errors, rows, skipped, status } = answer;
  for (const { line } of logs) output.info(`  | ${printable(line)}`);
  for (const { index, message } of row_errors) output.error(printable(`row ${index + 1}: ${message}`));
  if (error !== null) output.error(printable(error));
  const done = rows.filter((row) => row !== null).length - skipped;
  const left = skipped === 0 ? '' : ` and skipped ${skipped}`;
  output.info(`${name} ran ${done} of ${rows.length} rows${left} in ${formatDuration(duration_ms)}`);
  const text = rows.map((row) => jsonText(row)).join('');
  return { json: answer, text, ...(status === 'error' ? { exit: 'failed' as const } : {}) };
}
