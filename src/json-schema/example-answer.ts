// Compares the answer to an example with the result that the example has, and with what the manifest declares.
import type { CallAnswer } from '../contract/builder/answers.ts';
import { parsedText } from '../contract/json.ts';
import { difference, type Example } from '../contract/plugin/example.ts';
import type { OutputCheck } from './output-check.ts';

/** Undefined if it matches both. What would take too long to check is not checked. */
export function mismatch(answer: CallAnswer, example: Example, output: OutputCheck | undefined): string | undefined {
  const different = difference(answer, example);
  if (different !== undefined || answer.status === 'error') return different;
  const problems = output?.ofAnswer(parsedText(answer.result), example.inputs) ?? [];
  return problems.length === 0
    ? undefined
    : `the answer does not match what manifest.py declares: ${problems.join('; ')}`;
}
