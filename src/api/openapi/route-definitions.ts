// Provides the shared parts of route definitions: the router, which validates every request the same way, the error responses, the
// security scheme.
import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { AppEnv } from '../context.ts';
import { invalidRequest } from '../problems/problem-response.ts';

export type Document = ReturnType<OpenAPIHono<AppEnv>['getOpenAPI31Document']>;

export const documentedMethods = ['get', 'put', 'post', 'patch', 'delete'] as const;
export const slipwayVersion = '0.1.0';

/** Creates a router that answers invalid input with a problem, like any other error. */
export function newRouter(): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalidRequest(result.error, result.target);
    },
  });
}

const errorFields = {
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
/** `detail` of an exceeded quota. */
const quotaDetail = z.object({
  message: z.string(),
  type: z.string(),
  details: z.record(z.string(), z.unknown()).nullable(),
});
const errorSchema = z.object({ ...errorFields, detail: z.union([z.string(), quotaDetail]) }).openapi('Error');

/** Not an extension of `Error`, which would be published as `allOf` both: here `detail` is a list. */
const validationErrorSchema = z
  .object({
    ...errorFields,
    detail: z.array(z.object({ loc: z.array(z.union([z.string(), z.int()])), msg: z.string(), type: z.string() })),
  })
  .openapi('ValidationError');

const errorsByStatus = {
  400: ['BadRequest', 'The request cannot be carried out. The message gives the reason.'],
  401: ['Unauthorized', 'The API key is missing or not valid.'],
  403: ['Forbidden', 'The key lacks the required scope, or a quota is exceeded.'],
  404: ['NotFound', 'The resource does not exist, or the key cannot see it.'],
  409: ['Conflict', 'The request conflicts with the current state, or the same request is in progress.'],
  413: ['PayloadTooLarge', 'The request body is too large.'],
  422: ['Invalid', 'The request is invalid. `detail` lists the fields.'],
  429: ['TooManyRequests', 'Too many requests. Retry after the number of seconds in `Retry-After`.'],
  500: ['InternalError', 'Internal error. Look up the request ID in the log.'],
  503: [
    'Unavailable',
    'The builder or the vector store is unavailable: retry after the number of seconds in `Retry-After`. Or Slipway is not configured: the message names the settings.',
  ],
} as const;

/** Declares the errors of a route by status. The document adds those that every route can answer with. */
export function errors(...statuses: (keyof typeof errorsByStatus)[]) {
  return Object.fromEntries(
    statuses.map((status) => [status, { $ref: `#/components/responses/${errorsByStatus[status][0]}` }]),
  );
}

/** Used with `errors` on surfaces that answer invalid input with 400. */
export const badInput = { 400: { $ref: '#/components/responses/BadInput' } };

interface Ref {
  $ref: string;
}

const modelRef = (name: 'Error' | 'ValidationError'): Ref => ({ $ref: `#/components/schemas/${name}` });

const headerRef = (name: string): Ref => ({ $ref: `#/components/headers/${name}` });

/** The headers that errors with a status may have, on every surface. */
export function errorHeaders(status: string): Record<string, Ref> {
  return {
    ...(['409', '429', '503'].includes(status) ? { 'retry-after': headerRef('RetryAfter') } : {}),
    ...(status === '429' ? { ratelimit: headerRef('RateLimit') } : {}),
  };
}

/** The components that `errors` and `badInput` refer to. The app registers their models. */
export const errorComponents = {
  ...Object.fromEntries(
    Object.entries(errorsByStatus).map(([status, [name, description]]) => {
      const schema = modelRef(status === '422' ? 'ValidationError' : 'Error');
      return [name, errorResponse(description, schema, errorHeaders(status))];
    }),
  ),
  BadInput: errorResponse('The request is invalid or cannot be carried out. The message gives the reason.', {
    anyOf: [modelRef('Error'), modelRef('ValidationError')],
  }),
};

function errorResponse(description: string, schema: Ref | { anyOf: Ref[] }, headers: Record<string, Ref> = {}) {
  return {
    description,
    headers: { 'slipway-request-id': headerRef('RequestId'), ...headers },
    content: { 'application/json': { schema } },
  };
}

export const errorModels = { Error: errorSchema, ValidationError: validationErrorSchema };

export function json<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } };
}

export function body<Schema extends z.ZodType>(schema: Schema, required = true) {
  return { required, content: { 'application/json': { schema } } };
}

export const bearer = [{ bearerAuth: [] }];
