// The form of a call that is answered later.
import { z } from '@hono/zod-openapi';
import { jsonValue } from '../../contract/json.ts';
import { callPriorities, laterCallStates } from '../../contract/states.ts';
import { callbackStates } from '../../serve/later/call-json.ts';

const at = z.iso.datetime().nullable();

export const laterCallModel = z
  .object({
    call_id: z.string(),
    status: z.enum(laterCallStates),
    priority: z.enum(callPriorities),
    namespace_id: z.string(),
    plugin: z
      .string()
      .openapi({ description: "ID of the called version, or the plugin's name", example: 'text_profile' }),
    request_id: z.string().openapi({ description: 'The ID of the request, which every run finds' }),
    runs: z.int().openapi({ description: 'Number of attempts; more than one if a process or machine died' }),
    deployment_id: z.string().nullable().openapi({ description: 'The deployment that answered' }),
    callback: z
      .object({
        url: z.string().openapi({ example: 'https://hooks.example.com/results' }),
        status: z.enum(callbackStates).openapi({
          description: '`waiting` until the call has ended, `pending` while its result is still to be sent',
        }),
        attempts: z.int(),
        next_attempt_at: at,
        error: z
          .string()
          .nullable()
          .openapi({ description: 'Why the last attempt failed', example: 'responded with 500' }),
      })
      .nullable()
      .openapi({ description: 'Where the result is sent. Null: nowhere' }),
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
