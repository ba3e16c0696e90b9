// Checks the rows that batch steps return against the manifest's declarations.
import type { BatchOutcome } from '../contract/builder/batch.ts';
import { jsonObject } from '../contract/json.ts';
import type { OutputCheck } from './output-check.ts';

/** Adds an error for each mismatching row that wasn't skipped. Keeps the row, so that the author can see what is wrong. */
export function withCheckedRows(outcome: BatchOutcome, output: OutputCheck | undefined): BatchOutcome {
  if (!output) return outcome;
  const skipped = new Set(outcome.skipped);
  const wrong = outcome.rows.flatMap((row, index) => {
    const problems = (row && !skipped.has(index) && output.ofRow(jsonObject.parse(row.parsed()))) || [];
    return problems.length === 0 ? [] : [{ index, message: problems.join('; ') }];
  });
  if (wrong.length === 0) return outcome;
  return { ...outcome, errors: [...outcome.errors, ...wrong].sort((a, b) => a.index - b.index) };
}
