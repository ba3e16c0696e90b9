// Renders calls that are answered later.
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
    plugin: z.string().openapi({ description: "ID of the version, or the plugin's name", example: 'text_profile' }),
    request_id: z.string().openapi({ description: 'The request ID, which every attempt sees' }),
    runs: z.int().openapi({ description: 'Number of attempts; more than one if a process or machine died' }),
    deployment_id: z.string().nullable().openapi({ description: 'The deployment that answered' }),
    callback: z
      .object({
        url: z.string().openapi({ example: 'https://hooks.example.com/results' }),
        status: z.enum(callbackStates).openapi({
          description: '`waiting` until the call has ended, `pending` until its result is sent',
        }),
        attempts: z.int(),
        next_attempt_at: at,
        error: z
          .string()
          .nullable()
          .openapi({ description: 'Why the last attempt failed', example: 'responded with 500' }),
      })
      .nullable()
      .openapi({ description: 'URL to which the result is sent. Null if it is not sent' }),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime().openapi({ description: 'Time after which the call is no longer started' }),
    started_at: at,
    ended_at: at,
  })
  .openapi('LaterCall');

export const answeredCallModel = laterCallModel
  .extend({
    answer: jsonValue.nullable().openapi({
      description:
        'For an extractor: `status`, `result` or `error`, and `duration_ms`. For a Go plugin: `result` or `error`. Null until the call has ended, and if it was cancelled or has expired.',
      example: { status: 'success', result: { words: 3 }, duration_ms: 1.2 },
    }),
  })
  .openapi('AnsweredLaterCall');
