// Provides the shared parts of route definitions: the router, which validates every request the same way, the error responses, and the
// security scheme.
import { createRoute, OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import { keyLimits } from '../../contract/limits/keys-and-sessions.ts';
import type { AppEnv } from '../context/context.ts';
import { invalidRequest } from '../problems/problem-response.ts';
import { forgetBody } from '../requests/body-place.ts';

export type Document = ReturnType<OpenAPIHono<AppEnv>['getOpenAPI31Document']>;

export const documentedMethods = ['get', 'put', 'post', 'patch', 'delete'] as const;
export const slipwayVersion = '0.1.0';

/** Creates a router that reports invalid input as a problem, like any other error. Handlers get a body's values, not its bytes. */
export function newRouter(): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>({
    defaultHook: (result, c) => {
      if (!result.success) throw invalidRequest(result.error, result.target);
      if (result.target === 'json') forgetBody(c.req);
    },
  });
}

const errorExample = {
  success: false as const,
  status: 404,
  error: {
    message: 'The plugin does not exist',
    type: 'NotFoundError',
    details: null,
    hint: 'Check the ID, and that the key may see its namespace.',
  },
  request_id: 'req_01m7wc54fherz84624ahd0kr7h',
};

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
/** The `detail` of an exceeded quota. */
const quotaDetail = z.object({
  message: z.string(),
  type: z.string(),
  details: z.record(z.string(), z.unknown()).nullable(),
});
const errorSchema = z
  .object({ ...errorFields, detail: z.union([z.string(), quotaDetail]) })
  .openapi('Error', { example: { ...errorExample, detail: errorExample.error.message } });

/** Doesn't extend `Error`, because the published `allOf` would include both schemas: here `detail` is a list. */
const validationErrorSchema = z
  .object({
    ...errorFields,
    detail: z.array(z.object({ loc: z.array(z.union([z.string(), z.int()])), msg: z.string(), type: z.string() })),
  })
  .openapi('ValidationError', {
    example: {
      ...errorExample,
      status: 422,
      error: {
        message: 'name must not be empty',
        type: 'ValidationError',
        details: null,
        hint: 'Correct the fields.',
      },
      detail: [{ loc: ['body', 'name'], msg: 'must not be empty', type: 'too_small' }],
    },
  });

const errorNames = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  408: 'RequestTimeout',
  409: 'Conflict',
  413: 'PayloadTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'Unavailable',
} as const;
export type ErrorStatus = keyof typeof errorNames;

export const errorDescriptions: Record<ErrorStatus, string> = {
  400: 'The request cannot be carried out. The message gives the reason.',
  401: 'The API key is missing or not valid.',
  403: 'The key lacks the required scope, or a quota is exceeded.',
  404: 'The resource does not exist, or the key cannot see it.',
  408: 'The request body arrived too slowly while other requests were waiting.',
  409: 'The request conflicts with the current state, or the same request is in progress.',
  413: 'The request body is too large.',
  415: 'The request body is compressed.',
  422: 'The request is invalid. `detail` lists the fields.',
  429: 'Too many requests. Retry after the number of seconds in `Retry-After`.',
  500: 'Internal error. Look up the request ID in the log.',
  503: 'The database, the builder or the vector store is unavailable, or large requests use all the available memory: retry after the number of seconds in `Retry-After`. Or Slipway is not configured: the message names the settings.',
};

/** Declares a route's errors by status. The document adds the errors that every route can return. */
export function errors(...statuses: ErrorStatus[]) {
  return errorReferences('', statuses);
}

/** Refers to components that `errorResponses` created with the same prefix. */
export function errorReferences(prefix: string, statuses: ErrorStatus[]) {
  return Object.fromEntries(
    statuses.map((status) => [status, { $ref: `#/components/responses/${prefix}${errorNames[status]}` }]),
  );
}

/** Used with `errors` on surfaces that respond to invalid input with 400. */
export const badInput = { 400: { $ref: '#/components/responses/BadInput' } };

interface Ref {
  $ref: string;
}

const modelRef = (name: string): Ref => ({ $ref: `#/components/schemas/${name}` });

const headerRef = (name: string): Ref => ({ $ref: `#/components/headers/${name}` });

/** Returns the headers that errors with this status may have, on every surface. */
function errorHeaders(status: ErrorStatus): Record<string, Ref> {
  return {
    ...([409, 429, 503].includes(status) ? { 'retry-after': headerRef('RetryAfter') } : {}),
    ...(status === 429 ? { ratelimit: headerRef('RateLimit') } : {}),
  };
}

const errorStatuses: ErrorStatus[] = [400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 500, 503];

/** Returns the components that errors refer to, with their descriptions. The app registers the model. */
export function errorResponses(
  prefix: string,
  descriptions: Partial<Record<ErrorStatus, string>>,
  modelOf: (status: ErrorStatus) => string,
) {
  return Object.fromEntries(
    errorStatuses.flatMap((status) => {
      const description = descriptions[status];
      if (description === undefined) return [];
      const response = errorResponse(description, modelRef(modelOf(status)), errorHeaders(status));
      return [[`${prefix}${errorNames[status]}`, response]];
    }),
  );
}

/** The components that `errors` and `badInput` refer to. */
export const errorComponents = {
  ...errorResponses('', errorDescriptions, (status) => (status === 422 ? 'ValidationError' : 'Error')),
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

/** Security schemes of every document. */
export const securitySchemes = { bearerAuth: { type: 'http', scheme: 'bearer', bearerFormat: 'sk_…' } } as const;

/**
 * Returns functions that define a group's routes. A route states only the errors that don't follow from the rest: the document adds what
 * can happen to any route with security, with a body or with parameters.
 */
export function routesOf(tag: string, security: Security = bearer) {
  const common = { tags: [tag], security };
  const define =
    <Method extends (typeof documentedMethods)[number]>(method: Method) =>
    <Path extends string, Own extends Definition>(path: Path, operationId: string, own: Own) =>
      createRoute({ ...common, method, path, operationId, ...own });
  return {
    get: define('get'),
    put: define('put'),
    post: define('post'),
    patch: define('patch'),
    delete: define('delete'),
  };
}

type Security = NonNullable<RouteConfig['security']>;
type Definition = Omit<RouteConfig, 'tags' | 'security' | 'method' | 'path' | 'operationId'>;

/** The optional body of a rotation. `description` says what the previous secret can still do. */
export function overlapBody(description: string, defaultSeconds: number = keyLimits.overlapSeconds) {
  const seconds = z.int().min(0).max(keyLimits.overlapMaxSeconds).default(defaultSeconds).openapi({ description });
  return body(z.object({ overlap_seconds: seconds }).nullable(), false);
}

export function rotationOverlapMs(
  given: { overlap_seconds: number } | null,
  defaultSeconds: number = keyLimits.overlapSeconds,
): number {
  return (given?.overlap_seconds ?? defaultSeconds) * 1000;
}
