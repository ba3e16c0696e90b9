// Realtime calls of extractors.
import type { Actor } from '../access/actor.ts';
import type { CallAnswer } from '../contract/builder/answers.ts';
import type { Call } from '../contract/builder/instances.ts';
import { jsonObject, parsedText } from '../contract/json.ts';
import { mergeObjects } from '../core/json/merge.ts';
import { writeJson } from '../core/json/text.ts';
import { isTooLarge, outputCheck } from '../json-schema/output-check.ts';
import { type CallResult, callInstance, callOptions } from './call.ts';
import type { PluginFailure } from './failures.ts';
import { withInputProblems } from './invalid-inputs.ts';
import type { CallDeps, SendTo } from './points.ts';
import type { ExtractorCallee, Route } from './route-lookup.ts';

export interface Invocation {
  route: Route;
  answer: CallAnswer;
  /** Differences between the answer and the manifest, if the caller asked for the check. */
  mismatches?: string[];
}

export interface RealtimeCall extends Call {
  /** True to check the response against the manifest before returning it. */
  checkOutput?: boolean;
}

/** Calls a realtime endpoint. Handler errors are returned as normal responses. Throws only errors that aren't the plugin's fault. */
export async function invoke(
  deps: CallDeps,
  actor: Actor,
  callee: ExtractorCallee,
  { checkOutput = false, ...call }: RealtimeCall,
): Promise<Invocation> {
  const startedAt = deps.clock.now();
  const own = checkOutput ? { ...deps, checksOutput: true } : deps;
  const result = await callInstance(own, actor, callee, sendCall(call));
  if (!checkOutput || !('answer' in result)) return toInvocation(deps, result, startedAt);
  return { ...result, mismatches: mismatchesOf(result, call) };
}

/** Sends the call to an instance, and returns the instance's answer. */
function sendCall(call: Call): SendTo<CallAnswer> {
  return async (instanceId, route, deps) => {
    const answer = await deps.builder.call(instanceId, await callBody(route, call), callOptions(deps, route));
    return withInputProblems(deps, route, call.inputs, answer);
  };
}

/** Converts a call result to a response. */
export function toInvocation(deps: CallDeps, result: CallResult<CallAnswer>, startedAt: number): Invocation {
  if ('answer' in result) return result;
  const { failure, route } = result;
  return { route, answer: failedAnswer(failure, deps.clock.now() - startedAt) };
}

/** Returns the answer for a failed call, which has no reported time. A process that never started used none. */
export function failedAnswer({ kind, message }: PluginFailure, durationMs: number): CallAnswer {
  const duration_ms = kind === 'not-started' ? 0 : durationMs;
  return { status: 'error', error: { type: errorTypes[kind], message }, duration_ms };
}

function mismatchesOf({ answer, route }: Invocation, { inputs }: Call): string[] {
  if (answer.status === 'error' || isTooLarge(answer.result)) return [];
  return (
    outputCheck(route.version.manifest)?.ofAnswer(parsedText(answer.result), jsonObject.parse(inputs.parsed())) ?? []
  );
}

/**
 * Returns the body of a call, whose own parameters override the deployment's. Parameters come first: a builder that gathers calls compares
 * them, and needn't read the inputs.
 */
export async function callBody(route: Pick<Route, 'parameters'>, { inputs, parameters }: Call): Promise<string> {
  return writeJson({ parameters: await mergeObjects(route.parameters, parameters), inputs });
}

/** Types of failures in responses. */
export const errorTypes = {
  'not-started': 'StartFailed',
  crashed: 'InstanceCrashed',
  timeout: 'CallTimeout',
  'invalid-answer': 'InvalidAnswer',
} as const;
