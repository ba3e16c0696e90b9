// Renders error responses. Clients whose `Accept` asks for `application/problem+json` get an RFC 9457 body; others get the body of the
// surface they use.
import { z } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { type FieldProblem, type Problem, type ProblemCode, problems } from '../../core/problem.ts';
import type { AppEnv } from '../context/context.ts';

export const problemMediaType = 'application/problem+json';

const fieldError = z.object({
  detail: z.string(),
  in: z.string().openapi({ description: 'Part of the request', example: 'body' }),
  pointer: z.string().openapi({ description: 'JSON Pointer to the field within that part', example: '#/limit' }),
  code: z.string().openapi({ example: 'too_big' }),
});

/** The RFC 9457 body. The app registers it for the error responses of all operations. */
export const problemModel = z
  .object({
    type: z.string().openapi({
      description: "URL of this problem type's documentation, relative to the server. It never changes",
      example: '/docs/problems/not-found',
    }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().openapi({ description: "Identifies this occurrence by the request's path and ID" }),
    code: z.string().openapi({ description: 'The last part of `type`', example: 'not-found' }),
    hint: z.string(),
    details: z.record(z.string(), z.unknown()).optional(),
    errors: z.array(fieldError).optional().openapi({ description: 'The invalid fields' }),
    request_id: z.string(),
  })
  .openapi('Problem', {
    example: {
      type: '/docs/problems/not-found',
      title: 'Not found',
      status: 404,
      detail: 'The plugin does not exist',
      instance:
        '/v1/namespaces/ns_01m7wc54fherz84624ahd0kr7h/plugins/text_profile_1_1_0#req_01m7wc54fherz84624ahd0kr7h',
      code: 'not-found',
      hint: 'Check the ID, and that the key may see its namespace.',
      request_id: 'req_01m7wc54fherz84624ahd0kr7h',
    },
  });

export function answerProblem(c: Context<AppEnv>, problem: Problem): Response {
  const usual = c.var.renderProblem(problem, c.var.requestId);
  const response = asksForProblemJson(c) ? standardResponse(c, problem, usual) : usual;
  response.headers.append('vary', 'Accept');
  return response;
}

/** Returns whether the header names `application/problem+json` and ranks no other JSON type above it (RFC 9110 §12.5.1). */
export function asksForProblemJson(c: Context<AppEnv>): boolean {
  const accepted = qualities(c.req.header('accept') ?? '');
  const wanted = accepted.get(problemMediaType) ?? 0;
  const json = ['application/json', 'application/*', '*/*'].map((range) => accepted.get(range));
  return wanted > 0 && wanted >= (json.find((quality) => quality !== undefined) ?? 0);
}

/** Returns each media range with its quality. Malformed ranges count as not acceptable. */
function qualities(accept: string): Map<string, number> {
  return new Map(
    accept.split(',').map((entry) => {
      const [range = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
      return [range, /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(quality) ? Number(quality) : 0];
    }),
  );
}

/** Takes the status and headers from the surface's own response. */
function standardResponse(c: Context<AppEnv>, problem: Problem, { headers, status }: Response): Response {
  const { code, details, fields, hint, message, retryAfterSeconds } = problem;
  const retry = retryAfterSeconds === undefined ? {} : { retry_after_seconds: retryAfterSeconds };
  const body: z.infer<typeof problemModel> = {
    type: problemPath(code),
    title: problems[code].title,
    status,
    detail: message,
    instance: `${c.req.path}#${c.var.requestId}`,
    code,
    hint,
    ...(details || retryAfterSeconds !== undefined ? { details: { ...details, ...retry } } : {}),
    ...(fields.length > 0 ? { errors: fields.map(fieldErrorOf) } : {}),
    request_id: c.var.requestId,
  };
  return Response.json(body, { status, headers: { ...Object.fromEntries(headers), 'content-type': problemMediaType } });
}

/** Returns the path of a problem's documentation page. It's part of the API, because clients may compare it. */
export function problemPath(code: ProblemCode): string {
  return `/docs/problems/${code}`;
}

function fieldErrorOf({ message, path: [part = 'body', ...path], type }: FieldProblem): z.infer<typeof fieldError> {
  const steps = path.map((step) => `/${encodeURIComponent(String(step).replaceAll('~', '~0').replaceAll('/', '~1'))}`);
  return { detail: message, in: String(part), pointer: `#${steps.join('')}`, code: type };
}

/** Renders problems in a surface's format. */
export function renderProblemsAs(render: AppEnv['Variables']['renderProblem']): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    c.set('renderProblem', render);
    await next();
  };
}
