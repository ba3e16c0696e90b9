// Runs sample rows through a plugin's batch steps, as the API's batch test does.
import { Refusal } from '../../../builder/server/core/refusal.ts';
import type { Instance } from '../../../builder/server/instances/instance.ts';
import { runBatch } from '../../../builder/server/instances/run-batch.ts';
import { Cancellation } from '../../../builder/server/processes/plugin-call.ts';
import type { BatchOutcome } from '../../contract/builder/batch.ts';
import type { PythonSpec } from '../../contract/builder/instances.ts';
import { batchLimits } from '../../contract/limits/batches.ts';
import { emptyObject, type JsonText } from '../../core/json/text.ts';
import { compactJson, type JsonTree, readJsonTree, readMembers } from '../../core/json/tree.ts';
import { type OutputCheck, withCheckedRows } from '../../json-schema/output-check.ts';
import { type Check, failedCheck, passedCheck } from './check.ts';
import type { LocalBuilder } from './local-builder.ts';

const shownChars = 120;
const errorsShown = 20;

export interface SampleRun {
  spec: PythonSpec;
  /** If undefined, only build_steps is called. */
  rows: JsonText[] | undefined;
  batchSize: number;
  /** Checks rows against the manifest's declaration. */
  output: OutputCheck | undefined;
}

export async function checkPipeline(
  builder: LocalBuilder,
  { batchSize, output, rows, spec }: SampleRun,
): Promise<Check> {
  if (rows && rows.length > batchLimits.rowsMax)
    return failedCheck('pipeline', `${rows.length} sample rows; a run has at most ${batchLimits.rowsMax}`);
  const instance = builder.instance({ ...spec, entry: 'pipeline' });
  for await (const event of instance.follow())
    if (event.type === 'failed') return failedCheck('pipeline', event.error.message, await printedLines(instance));
  const call = { rows: rows ?? null, parameters: emptyObject, batch_size: batchSize };
  try {
    const outcome = await runBatch(instance, call, { requestId: '', cancellation: new Cancellation() });
    return checkOf(withCheckedRows(outcome, output), rows);
  } catch (error) {
    if (error instanceof Refusal) return failedCheck('pipeline', error.message);
    throw error;
  }
}

async function printedLines(instance: Instance): Promise<string[]> {
  await instance.stop(0);
  return instance.log.lines.map(({ line }) => line);
}

function checkOf(outcome: BatchOutcome, given: JsonText[] | undefined): Check {
  const { error, errors, frame, rows, skipped, steps } = outcome;
  const printed = outcome.lines.map(({ line }) => line);
  if (error) return failedCheck('pipeline', error.message, printed);
  const built = `build_steps returned ${steps} ${steps === 1 ? 'step' : 'steps'}`;
  if (!given) return passedCheck('pipeline', built, printed);
  if (errors.length > 0) return failedCheck('pipeline', failedRows(outcome), [...printed, ...errorLines(outcome)]);
  const [first, ...more] = rows.filter((_, at) => !skipped.includes(at));
  const skippedRows = skipped.length === 0 ? '' : `; ${rowCount(skipped.length)} skipped`;
  if (!first) return passedCheck('pipeline', `${built}${skippedRows}`, printed);
  const columns = rowColumns(first);
  const added = addedColumns(given, columns);
  const by = frame === 'pandas' ? '' : ' (with a stand-in for pandas)';
  const produced = `${rowCount(more.length + 1)} produced ${added.join(', ')}${by}`;
  const values = added.map((column) => `${column} = ${shortened(columns.get(column) ?? 'null')}`);
  return passedCheck('pipeline', `${built}; ${produced}${skippedRows}`, [...printed, ...values]);
}

function rowCount(count: number): string {
  return count === 1 ? '1 row' : `${count} rows`;
}

function failedRows({ errors, rows }: BatchOutcome): string {
  const [first] = errors;
  return `${errors.length} of ${rows.length} rows failed; row ${(first?.index ?? 0) + 1}: ${first?.message}`;
}

function errorLines({ errors }: BatchOutcome): string[] {
  const lines = errors.slice(0, errorsShown).map(({ index, message }) => `row ${index + 1}: ${message}`);
  return errors.length > errorsShown ? [...lines, `… and ${errors.length - errorsShown} more`] : lines;
}

function addedColumns(given: JsonText[], columns: ReadonlyMap<string, JsonTree>): string[] {
  const before = new Set(given.flatMap((row) => [...rowColumns(row).keys()]));
  return [...columns.keys()].filter((column) => !before.has(column));
}

function rowColumns(row: JsonText): Map<string, JsonTree> {
  return readMembers(readJsonTree(row.text));
}

function shortened(value: JsonTree): string {
  const text = compactJson(value);
  return text.length > shownChars ? `${text.slice(0, shownChars)}…` : text;
}
