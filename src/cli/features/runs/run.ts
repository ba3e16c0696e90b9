// Defines `slipway run`, which sends a file of rows through a deployed version's batch steps.

import { runLimits } from '../../../contract/limits/batches.ts';
import type { OptionValues } from '../../arguments/command-options.ts';
import { separatorOption } from '../../arguments/separator.ts';
import { wholeNumber } from '../../arguments/whole-number.ts';
import { serverCommand } from '../../command/command.ts';
import type { CommandResult } from '../../command/context.ts';
import type { Connection } from '../../connection/connect.ts';
import type { Output } from '../../terminal/output.ts';
import type { Run } from './create.ts';

const runOptions = {
  '--input <file>': { description: '.jsonl or .csv, optionally .gz: up to 5 GiB', required: true },
  ...separatorOption,
  '--output <file>': 'write the rows to this file (default: keep them on the server)',
  '--errors <file>': 'write the errors to this file',
  '--parameters <json>': 'the parameters: JSON or @FILE',
  '--max-parallel <count>': { description: 'number of parallel processes', parse: wholeNumber(runLimits.parallelMax) },
  '--detach': "start it and don't wait",
} as const;

export const run = serverCommand({
  name: 'run',
  summary: 'run a file of rows through the batch steps',
  description: "Runs a file of rows through a deployed version's batch steps. Ctrl-C leaves it running.",
  arguments: { '<plugin>': 'NAME or NAME@VERSION' },
  options: runOptions,
  examples: ['slipway run my_plugin --input rows.jsonl --output out.jsonl'],
  async run(connection, { plugin: ref }, options) {
    const { createRun, readRunInput: inputOf, sendInput } = await import('./create.ts');
    const { readJsonArgument } = await import('../../arguments/json-argument.ts');
    const { parsePluginRef } = await import('../../plugins/plugin-ref.ts');
    const { input: file, maxParallel, parameters, separator } = options;
    const input = await inputOf(file, separator);
    const given = parameters === undefined ? {} : { parameters: await readJsonArgument('--parameters', parameters) };
    const plugin = await parsePluginRef(ref);
    const more = { ...given, ...(maxParallel === undefined ? {} : { maxParallel }) };
    const created = await createRun(connection, { plugin, input, ...more });
    const started = await sendInput(connection, connection.output, created, file);
    connection.output.stage(`run        ${started.run_id}`);
    return options.detach
      ? runResult(connection, started)
      : awaitRun(connection, connection.output, started.run_id, options);
  },
});

/** Waits for a run to end, and saves the requested files. */
export async function awaitRun(
  connection: Connection,
  output: Output,
  id: string,
  files: Pick<OptionValues<typeof runOptions>, 'output' | 'errors'>,
): Promise<CommandResult> {
  const { followRun } = await import('./follow.ts');
  const { saveResults } = await import('./results.ts');
  const run = await followRun(connection, output, id);
  if (files.output !== undefined) await saveResults(connection, id, 'output', files.output);
  if (files.errors !== undefined) await saveResults(connection, id, 'errors', files.errors);
  return runResult(connection, run);
}

/** Formats a run. Reads the causes of failed rows from its errors. */
export async function runResult(connection: Connection, run: Run): Promise<CommandResult> {
  const { formatRun } = await import('./format.ts');
  const { readCauses } = await import('./results.ts');
  const found = run.ended_at !== null && run.failed > 0 ? await readCauses(connection, run.run_id) : undefined;
  const isBad = ['partial', 'failed', 'cancelled', 'expired'].includes(run.status);
  return { json: { ...run, ...found }, text: formatRun(run, found), ...(isBad ? { exit: 'failed' as const } : {}) };
}
