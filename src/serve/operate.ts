// Calls to the operations of Go plugins.
import type { Actor } from '../access/actor.ts';
import type { OperationAnswer } from '../contract/builder/answers.ts';
import type { Operation } from '../contract/builder/instances.ts';
import { writeJson } from '../core/json/text.ts';
import { callInstance, callOptions } from './call.ts';
import type { CallDeps } from './points.ts';
import type { GoCallee, Route } from './route-lookup.ts';

export interface Operated {
  route: Route;
  answer: OperationAnswer | { error: { code: string; message: string } };
}

/** Runs an operation. Plugin errors and crashes are returned as responses. Throws only errors that aren't the plugin's fault. */
export async function operate(deps: CallDeps, actor: Actor, callee: GoCallee, operation: Operation): Promise<Operated> {
  const body = writeJson(operation);
  const result = await callInstance(deps, actor, callee, (instanceId, route, own) =>
    deps.builder.operate(instanceId, body, callOptions(own, route)),
  );
  if ('answer' in result) return result;
  const { failure, route } = result;
  return { route, answer: { error: { code: errorCodes[failure.kind], message: failure.message } } };
}

/** Codes of failures in responses. */
export const errorCodes = {
  'not-started': 'plugin_not_started',
  crashed: 'plugin_crashed',
  timeout: 'plugin_timeout',
  'invalid-answer': 'plugin_invalid_answer',
} as const;
