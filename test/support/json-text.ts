import type { CallAnswer } from '../../src/contract/builder/answers.ts';
import type { Call } from '../../src/contract/builder/instances.ts';
import { JsonText } from '../../src/core/json/text.ts';

/** Returns the JSON of a value as text that is passed through unchanged. */
export function textOf(value: unknown): JsonText {
  return new JsonText(JSON.stringify(value));
}

export function callOf(inputs: object = {}, parameters: object = {}): Call {
  return { inputs: textOf(inputs), parameters: textOf(parameters) };
}

/** Returns an answer with its result parsed. */
export function answerOf(answer: CallAnswer): object {
  return answer.status === 'error' ? answer : { ...answer, result: answer.result.parsed() };
}
