// JSON form of a later call, for API responses and callbacks.
import { iso, isoOrNull } from '../../core/clock.ts';
import type { JsonText } from '../../core/json/text.ts';
import type { LaterCall } from './later-calls.ts';

export const callbackStates = ['waiting', 'pending', 'succeeded', 'failed'] as const;
type CallbackState = (typeof callbackStates)[number];

export function laterCallJson(call: LaterCall) {
  const { callee, createdAt, endedAt, expiresAt, startedAt } = call;
  return {
    call_id: call.id,
    status: call.status,
    priority: call.priority,
    namespace_id: call.namespaceId,
    plugin: callee.by === 'version' ? callee.pluginId : callee.name,
    request_id: call.requestId,
    runs: call.runs,
    deployment_id: call.deploymentId,
    callback: callbackJson(call),
    created_at: iso(createdAt),
    expires_at: iso(expiresAt),
    started_at: isoOrNull(startedAt),
    ended_at: isoOrNull(endedAt),
  };
}

export function answeredCallJson(call: LaterCall, answer: JsonText | null) {
  return { ...laterCallJson(call), answer };
}

function callbackJson(call: LaterCall) {
  const { callbackAt, callbackAttempts, callbackError, callbackUrl } = call;
  if (callbackUrl === null) return null;
  return {
    url: callbackUrl,
    status: callbackState(call),
    attempts: callbackAttempts,
    next_attempt_at: isoOrNull(callbackAt),
    error: callbackError,
  };
}

function callbackState({ callbackAt, callbackError, endedAt }: LaterCall): CallbackState {
  if (endedAt === null) return 'waiting';
  if (callbackAt !== null) return 'pending';
  return callbackError === null ? 'succeeded' : 'failed';
}
