// Checks an answer before it leaves the builder.
import { nestsDeeper } from '../../../src/core/json/depth.ts';
import { maskedError, type SecretMask } from '../../../src/core/secret-mask.ts';
import { Refusal } from '../core/refusal.ts';
import type { Limits } from '../core/settings.ts';

type Answer = Uint8Array<ArrayBuffer>;

/** Limits depth, because answers are read recursively. Masks secrets in errors; a result belongs to the plugin. */
export function checkedAnswer(
  answer: Answer,
  { answerLevels }: Pick<Limits, 'answerLevels'>,
  mask: SecretMask,
): Answer {
  if (!nestsDeeper(answer, answerLevels)) return mask.isEmpty ? answer : maskedError(answer, mask);
  throw new Refusal('answer-invalid', `The plugin's answer nests deeper than ${answerLevels} levels.`);
}
