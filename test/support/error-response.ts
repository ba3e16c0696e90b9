// Checks error responses against the two documented error models (mixpeek §2): one reads `error`, and the other reads `detail`.
import { z } from 'zod';

const baseError = z.strictObject({
  success: z.literal(false),
  status: z.int(),
  error: z.strictObject({
    message: z.string().min(1),
    type: z.string().min(1),
    details: z.record(z.string(), z.unknown()).nullable(),
    hint: z.string().min(1),
  }),
  detail: z.string().min(1),
  request_id: z.string().regex(/^req_[0-9a-z]{26}$/),
});

const field = z.strictObject({
  loc: z.tuple([z.enum(['body', 'query', 'path', 'header'])], z.union([z.string(), z.int()])),
  msg: z.string().min(1),
  type: z.string().min(1),
});

/** The routes of Go plugins respond with 400. */
const invalid = baseError.extend({ status: z.literal([400, 422]), detail: z.array(field).min(1) });

const quota = baseError.extend({
  status: z.literal(403),
  detail: z.strictObject({
    message: z.string(),
    type: z.literal('QuotaExceededError'),
    details: z.strictObject({ resource: z.string(), current_count: z.int(), max_allowed: z.int() }),
  }),
});

/** The body of a rejected confirm is both an error and a confirm response. */
const rejectedConfirm = z.looseObject({
  ...baseError.omit({ request_id: true }).shape,
  status: z.literal(400),
  upload_id: z.string(),
  validation_status: z.literal('failed'),
  validation_errors: z.array(z.string()).min(1),
  deployment_status: z.literal('not_deployed'),
  violations: z.array(z.looseObject({ file: z.string(), line: z.int(), column: z.int() })),
});

const errorResponse = z.union([quota, invalid, rejectedConfirm, baseError]);

/** Errors of the agent API. Their bodies have no status. */
const agentError = z.strictObject({
  error: z.strictObject({
    code: z.string().regex(/^[a-z_]+$/),
    message: z.string().min(1),
    fields: z.array(z.strictObject({ field: z.string(), message: z.string().min(1) })),
    details: z.record(z.string(), z.unknown()).nullable(),
    hint: z.string().min(1),
  }),
  request_id: z.string().regex(/^req_[0-9a-z]{26}$/),
});

/** Throws unless the body is a documented error that has this status. */
export function checkErrorResponse(status: number, body: unknown): void {
  if (agentError.safeParse(body).success) return;
  const { status: statusInBody } = errorResponse.parse(body);
  if (statusInBody !== status) throw new Error(`the response has status ${status}, but its body has ${statusInBody}`);
}
