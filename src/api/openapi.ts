// What every route declares alike: the app that validates and refuses in one way, the error answers, the security scheme.
import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { AppEnv } from './context.ts';
import { invalidRequest } from './problem-response.ts';

/** A router whose refusals of bad input are problems like all others. */
export function newRouter(): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalidRequest(result.error, result.target);
    },
  });
}

const refusal = {
  success: z.literal(false),
  status: z.int(),
  error: z.object({
    message: z.string(),
    type: z.string(),
    details: z.record(z.string(), z.unknown()).nullable(),
    hint: z.string(),
  }),
  request_id: z.string(),
};
const errorSchema = z.object({ ...refusal, detail: z.string() }).openapi('Error');

/** Not an extension of the other, which would be published as being both: its detail is a list. */
const validationErrorSchema = z
  .object({
    ...refusal,
    detail: z.array(z.object({ loc: z.array(z.union([z.string(), z.int()])), msg: z.string(), type: z.string() })),
  })
  .openapi('ValidationError');

const words = {
  400: 'The request cannot be met as things are; the message says why.',
  401: 'No key, or not a valid one.',
  403: 'The key lacks a scope, or a quota is used up.',
  404: 'Not there, or not visible to this key.',
  409: 'In conflict with what is there.',
  413: 'The body is too large.',
  422: 'The request is not valid; each field is named.',
  503: 'The builder, or another part that this needs, is not reachable; see Retry-After.',
} as const;

export function errors(...statuses: (keyof typeof words)[]) {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: words[status],
        content: { 'application/json': { schema: status === 422 ? validationErrorSchema : errorSchema } },
      },
    ]),
  );
}

export function json<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } };
}

export function body<Schema extends z.ZodType>(schema: Schema, required = true) {
  return { required, content: { 'application/json': { schema } } };
}

export const bearer = [{ bearerAuth: [] }];
