// The body of every refusal, as the two documented error models read it (mixpeek §2): `error` for one, `detail` for the other.
import { z } from 'zod';

const refusal = z.strictObject({
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

const invalid = refusal.extend({ status: z.literal(422), detail: z.array(field).min(1) });

const quota = refusal.extend({
  status: z.literal(403),
  detail: z.strictObject({
    message: z.string(),
    type: z.literal('QuotaExceededError'),
    details: z.strictObject({ resource: z.string(), current_count: z.int(), max_allowed: z.int() }),
  }),
});

/** A rejected confirm is a refusal and a confirm's answer in one. */
const rejectedConfirm = z.looseObject({
  ...refusal.omit({ request_id: true }).shape,
  status: z.literal(400),
  upload_id: z.string(),
  validation_status: z.literal('failed'),
  validation_errors: z.array(z.string()).min(1),
  deployment_status: z.literal('not_deployed'),
  violations: z.array(z.looseObject({ file: z.string(), line: z.int(), column: z.int() })),
});

const errorResponse = z.union([quota, invalid, rejectedConfirm, refusal]);

/** Of the agent surface, whose bodies don't say their status. */
const agentRefusal = z.strictObject({
  error: z.strictObject({
    code: z.string().regex(/^[a-z_]+$/),
    message: z.string().min(1),
    fields: z.array(z.strictObject({ field: z.string(), message: z.string().min(1) })),
    details: z.record(z.string(), z.unknown()).nullable(),
    hint: z.string().min(1),
  }),
  request_id: z.string().regex(/^req_[0-9a-z]{26}$/),
});

/** Throws unless the body is a documented refusal of that status. */
export function checkErrorResponse(status: number, body: unknown): void {
  if (agentRefusal.safeParse(body).success) return;
  const { status: told } = errorResponse.parse(body);
  if (told !== status) throw new Error(`the answer has status ${status}, its body says ${told}`);
}
