// What every route declares alike: the app that validates and refuses in one way, the error answers, the security scheme.
import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { AppEnv } from '../context.ts';
import { invalidRequest } from '../problem-response.ts';

export type Document = ReturnType<OpenAPIHono<AppEnv>['getOpenAPI31Document']>;

export const documentedMethods = ['get', 'put', 'post', 'patch', 'delete'] as const;
export const slipwayVersion = '0.1.0';

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
/** Of a quota that is used up. */
const quotaDetail = z.object({
  message: z.string(),
  type: z.string(),
  details: z.record(z.string(), z.unknown()).nullable(),
});
const errorSchema = z.object({ ...refusal, detail: z.union([z.string(), quotaDetail]) }).openapi('Error');

/** Not an extension of the other, which would be published as being both: its detail is a list. */
const validationErrorSchema = z
  .object({
    ...refusal,
    detail: z.array(z.object({ loc: z.array(z.union([z.string(), z.int()])), msg: z.string(), type: z.string() })),
  })
  .openapi('ValidationError');

const refusals = {
  400: ['BadRequest', 'The request cannot be met as things are; the message says why.'],
  401: ['Unauthorized', 'No key, or not a valid one.'],
  403: ['Forbidden', 'The key lacks a scope, or a quota is used up.'],
  404: ['NotFound', 'Not there, or not visible to this key.'],
  409: ['Conflict', 'In conflict with what is there, or the same request is under way.'],
  413: ['PayloadTooLarge', 'The body is too large.'],
  422: ['Invalid', 'The request is not valid; each field is named.'],
  429: ['TooManyRequests', 'Wait as long as Retry-After says.'],
  500: ['InternalError', 'Something went wrong inside Slipway; the request id leads to the log.'],
  503: ['Unavailable', 'The builder, or another part that this needs, is not reachable; see Retry-After.'],
} as const;

/** The refusals that a route may answer, by status. What all routes may answer is added to the document by itself. */
export function errors(...statuses: (keyof typeof refusals)[]) {
  return Object.fromEntries(
    statuses.map((status) => [status, { $ref: `#/components/responses/${refusals[status][0]}` }]),
  );
}

/** Beside `errors`, where bad input is a 400 like what cannot be met. */
export const badInput = { 400: { $ref: '#/components/responses/BadInput' } };

interface Ref {
  $ref: string;
}

const modelRef = (name: 'Error' | 'ValidationError'): Ref => ({ $ref: `#/components/schemas/${name}` });

/** What `errors` and `badInput` refer to; the models are registered with the app. */
export const refusalComponents = {
  ...Object.fromEntries(
    Object.entries(refusals).map(([status, [name, description]]) => {
      const schema = modelRef(status === '422' ? 'ValidationError' : 'Error');
      const waits = ['409', '429', '503'].includes(status);
      const headers = waits ? { 'retry-after': { $ref: '#/components/headers/RetryAfter' } } : undefined;
      return [name, refusalResponse(description, schema, headers)];
    }),
  ),
  BadInput: refusalResponse('The request is not valid, or cannot be met as things are; the message says why.', {
    anyOf: [modelRef('Error'), modelRef('ValidationError')],
  }),
};

function refusalResponse(description: string, schema: Ref | { anyOf: Ref[] }, headers: Record<string, Ref> = {}) {
  return {
    description,
    headers: { 'slipway-request-id': { $ref: '#/components/headers/RequestId' }, ...headers },
    content: { 'application/json': { schema } },
  };
}

export const refusalModels = { Error: errorSchema, ValidationError: validationErrorSchema };

export function json<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } };
}

export function body<Schema extends z.ZodType>(schema: Schema, required = true) {
  return { required, content: { 'application/json': { schema } } };
}

export const bearer = [{ bearerAuth: [] }];
