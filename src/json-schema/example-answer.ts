// Compares an answer with its example's result and with the manifest's declarations.
import type { CallAnswer } from '../contract/builder/answers.ts';
import { parsedText } from '../contract/json.ts';
import { difference, type Example } from '../contract/plugin/example.ts';
import type { OutputCheck } from './output-check.ts';

/** Returns the first mismatch, or undefined if the answer matches both. Skips checks that would take too long. */
export function mismatch(answer: CallAnswer, example: Example, output: OutputCheck | undefined): string | undefined {
  const different = difference(answer, example);
  if (different !== undefined || answer.status === 'error') return different;
  const problems = output?.ofAnswer(parsedText(answer.result), example.inputs) ?? [];
  return problems.length === 0
    ? undefined
    : `the answer does not match what manifest.py declares: ${problems.join('; ')}`;
}
