// Refusals in the words of the agent surface: one body, `{"error": {"code", "message", "fields"}}`, and 400 for whatever is wrong
// with a request (agent contract §11).
import { z } from '@hono/zod-openapi';
import { fieldCodes } from '../../contract/agents.ts';
import { type Problem, type ProblemCode, problems } from '../../core/problem.ts';

/** Those that are 422 elsewhere. */
const malformed: ProblemCode[] = ['invalid-request', 'malformed-json'];

const refusalModel = z
  .object({
    error: z.object({
      code: z.string().openapi({ example: 'version_conflict' }),
      message: z.string(),
      fields: z.array(z.object({ field: z.string(), message: z.string() })),
      details: z.record(z.string(), z.unknown()).nullable(),
      hint: z.string(),
    }),
    request_id: z.string(),
  })
  .openapi('AgentError');

export function agentRefusal(problem: Problem, requestId: string): Response {
  const status = malformed.includes(problem.code) ? 400 : problem.status;
  const body: z.infer<typeof refusalModel> = {
    error: {
      code: codeOf(problem),
      message: problem.message,
      fields: problem.fields.map(({ path, message }) => ({ field: path.slice(1).join('.'), message })),
      details: problem.details ?? null,
      hint: problems[problem.code].hint,
    },
    request_id: requestId,
  };
  const retry = problem.retryAfterSeconds === undefined ? {} : { 'retry-after': String(problem.retryAfterSeconds) };
  return Response.json(body, { status, headers: retry });
}

function codeOf({ code, fields }: Problem): string {
  const types = new Set(fields.map(({ type }) => type));
  const own = fieldCodes.find((one) => types.size === 1 && types.has(one));
  return own ?? code.replaceAll('-', '_');
}

const refusals = {
  400: 'Something in the request is wrong; every field that is, is named.',
  401: 'No key, or not a valid one.',
  403: 'The key lacks the scope, is bound to namespaces, or the name belongs to another organization.',
  404: 'There is no such plugin.',
  409: 'The name belongs to another organization, the version is registered otherwise, or the same request is under way.',
  413: 'The body, or the artifact, is too large.',
  422: 'The artifact has another checksum, or could not be fetched.',
  429: 'Wait as long as Retry-After says.',
  500: 'Something went wrong inside Slipway; the request id leads to the log.',
} as const;

/** The refusals that a route may answer. What all routes may answer is added to the document by itself. */
export function agentErrors(...statuses: (keyof typeof refusals)[]) {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: refusals[status],
        content: { 'application/json': { schema: { $ref: '#/components/schemas/AgentError' } } },
      },
    ]),
  );
}

/** What `agentErrors` refers to; registered with the app. */
export const agentRefusalModels = { AgentError: refusalModel };
