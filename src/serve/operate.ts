// Calls to the operations of Go plugins.
import type { Actor } from '../access/actor.ts';
import type { OperationAnswer } from '../contract/builder/answers.ts';
import type { Operation } from '../contract/builder/instances.ts';
import { writeJson } from '../core/json/text.ts';
import { callInstance, callOptions } from './call.ts';
import type { CallDeps, SendTo } from './points.ts';
import type { GoCallee, Route } from './route-lookup.ts';

export interface Operated {
  route: Route;
  answer: OperationAnswer | { error: { code: string; message: string } };
}

/** Runs an operation. Plugin errors and crashes are returned as responses. Throws only errors that aren't the plugin's fault. */
export async function operate(deps: CallDeps, actor: Actor, callee: GoCallee, operation: Operation): Promise<Operated> {
  const result = await callInstance(deps, actor, callee, sendOperation(operation));
  if ('answer' in result) return result;
  const { failure, route } = result;
  return { route, answer: { error: { code: errorCodes[failure.kind], message: failure.message } } };
}

/** Sends the operation to an instance, and returns the instance's answer. */
function sendOperation(operation: Operation): SendTo<OperationAnswer> {
  const body = writeJson(operation);
  return (instanceId, route, deps) => deps.builder.operate(instanceId, body, callOptions(deps, route));
}

/** Codes of failures in responses. */
export const errorCodes = {
  'not-started': 'plugin_not_started',
  crashed: 'plugin_crashed',
  timeout: 'plugin_timeout',
  'invalid-answer': 'plugin_invalid_answer',
} as const;
