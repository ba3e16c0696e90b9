// The form of a call that is answered later.
import { z } from '@hono/zod-openapi';
import { jsonValue } from '../../contract/json.ts';
import { callPriorities, laterCallStates } from '../../contract/states.ts';
import { iso, isoOrNull } from '../../core/clock.ts';
import type { AnsweredCall, LaterCall } from '../../serve/later/later-calls.ts';

const at = z.iso.datetime().nullable();

export const laterCallModel = z
  .object({
    call_id: z.string(),
    status: z.enum(laterCallStates),
    priority: z.enum(callPriorities),
    namespace_id: z.string(),
    plugin: z
      .string()
      .openapi({ description: 'What was called: the ID of a version, or a name', example: 'text_profile' }),
    request_id: z.string().openapi({ description: 'The ID of the request, which every run finds' }),
    runs: z.int().openapi({ description: 'How often it ran: more than once if a process or machine died' }),
    deployment_id: z.string().nullable().openapi({ description: 'The deployment that answered' }),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime().openapi({ description: 'When it is no longer begun' }),
    started_at: at,
    ended_at: at,
  })
  .openapi('LaterCall');

export const answeredCallModel = laterCallModel
  .extend({
    answer: jsonValue.nullable().openapi({
      description:
        'Of an extractor: `status`, `result` or `error`, and `duration_ms`. Of a Go plugin: `result` or `error`. Null until it has ended, and if it was cancelled or expired.',
      example: { status: 'success', result: { words: 3 }, duration_ms: 1.2 },
    }),
  })
  .openapi('AnsweredLaterCall');

export function laterCallWire(call: LaterCall): z.infer<typeof laterCallModel> {
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
    created_at: iso(createdAt),
    expires_at: iso(expiresAt),
    started_at: isoOrNull(startedAt),
    ended_at: isoOrNull(endedAt),
  };
}

export function answeredCallWire({ answer, call }: AnsweredCall): z.infer<typeof answeredCallModel> {
  return { ...laterCallWire(call), answer };
}
