// Tells callers that a plugin failed because their inputs don't match its input_schema, in place of an error from inside the plugin.
import type { CallAnswer } from '../contract/builder/answers.ts';
import type { JsonText } from '../core/json/text.ts';
import { inputProblems } from '../json-schema/input-check.ts';
import type { CallDeps } from './points.ts';
import type { Route } from './route-lookup.ts';

/** Type of the error in answers. */
const invalidInput = 'InvalidInput';

/** Returns the answer to the call, whose error says what is wrong with the inputs if the plugin's schema refuses them. */
export function withInputProblems(
  { onInvalidInput }: Pick<CallDeps, 'onInvalidInput'>,
  { drawn, version }: Pick<Route, 'drawn' | 'version'>,
  inputs: JsonText,
  answer: CallAnswer,
): CallAnswer {
  if (answer.status !== 'error') return answer;
  const problems = inputProblems(version.manifest, inputs);
  if (!problems) return answer;
  // A candidate that refuses inputs which the stable version takes is at fault. Otherwise its own schema would hide its failures.
  const isNarrower = drawn?.side === 'candidate' && !inputProblems(drawn.stable.manifest, inputs);
  if (!isNarrower) onInvalidInput?.();
  const { error } = answer;
  const message = `The inputs don't match the plugin's input_schema: ${problems.join('; ')}. It failed with ${error.type}: ${error.message}`;
  return { ...answer, error: { type: invalidInput, message } };
}
