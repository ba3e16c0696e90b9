// Realtime calls of extractors.
import type { Actor } from '../access/actor.ts';
import type { Call, CallAnswer } from '../contract/builder.ts';
import { type CallDeps, callInstance, callOptions } from './call.ts';
import type { ExtractorCallee, Route } from './route.ts';

export interface Invocation {
  route: Route;
  answer: CallAnswer;
}

/** An error of the handler's is an answer. Throws only what is not the plugin's fault. */
export async function invoke(deps: CallDeps, actor: Actor, callee: ExtractorCallee, call: Call): Promise<Invocation> {
  const result = await callInstance(deps, actor, callee, (route) =>
    deps.builder.call(route.deploymentId, bodyFor(route, call), callOptions(deps, route)),
  );
  if ('answer' in result) return result;
  const { kind, message } = result.failure;
  return {
    route: result.route,
    answer: { status: 'error', error: { type: errorTypes[kind], message }, duration_ms: 0 },
  };
}

/** The call's own parameters override the deployment's. */
function bodyFor({ parameters }: Route, call: Call): string {
  return JSON.stringify({ inputs: call.inputs, parameters: { ...parameters, ...call.parameters } });
}

/** The types of failures in answers. */
export const errorTypes = {
  'not-started': 'StartFailed',
  crashed: 'InstanceCrashed',
  timeout: 'CallTimeout',
  'invalid-answer': 'InvalidAnswer',
} as const;
