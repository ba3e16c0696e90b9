// Realtime calls of extractors.
import type { Actor } from '../access/actor.ts';
import type { Call, CallAnswer } from '../contract/builder/instances.ts';
import { outputCheck } from '../json-schema/output-check.ts';
import { type CallDeps, callInstance, callOptions } from './call.ts';
import type { ExtractorCallee, Route } from './route-lookup.ts';
import { watchOutput } from './watch-output.ts';

export interface Invocation {
  route: Route;
  answer: CallAnswer;
  /** Differences between the answer and the manifest's declaration, if the caller asked for them. */
  mismatches?: string[];
}

export interface RealtimeCall extends Call {
  /** The caller waits until the answer is compared with what the manifest declares. */
  checkOutput?: boolean;
}

/** An error of the handler's is an answer. Throws only what is not the plugin's fault. */
export async function invoke(
  deps: CallDeps,
  actor: Actor,
  callee: ExtractorCallee,
  { checkOutput = false, ...call }: RealtimeCall,
): Promise<Invocation> {
  const startedAt = deps.clock.now();
  const result = await callInstance(deps, actor, callee, (route) =>
    deps.builder.call(route.deploymentId, bodyFor(route, call), callOptions(deps, route)),
  );
  if ('answer' in result) {
    if (!checkOutput) watchOutput(deps, result);
    return checkOutput ? { ...result, mismatches: mismatchesOf(result, call) } : result;
  }
  const { kind, message } = result.failure;
  // The plugin reports no time itself. A process that was never started took none.
  const duration_ms = kind === 'not-started' ? 0 : deps.clock.now() - startedAt;
  return {
    route: result.route,
    answer: { status: 'error', error: { type: errorTypes[kind], message }, duration_ms },
  };
}

function mismatchesOf({ answer, route }: Invocation, { inputs }: Call): string[] {
  return (answer.status === 'success' && outputCheck(route.version.manifest)?.ofAnswer(answer.result, inputs)) || [];
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
