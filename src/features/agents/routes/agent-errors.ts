// Renders problems for the agent surface: one body, `{"error": {"code", "message", "fields"}}`, and 400 for every invalid request
// (agent contract §11).
import { z } from '@hono/zod-openapi';
import {
  type ErrorStatus,
  errorDescriptions,
  errorReferences,
  errorResponses,
} from '../../../api/openapi/route-definitions.ts';
import type { Surface } from '../../../api/openapi/surface.ts';
import { problemHeaders } from '../../../api/problems/problem-response.ts';
import { fieldCodes } from '../../../contract/features/agents/registration.ts';
import type { Problem, ProblemCode } from '../../../core/problem.ts';

/** Problems that other surfaces report with 422. */
const malformed: ProblemCode[] = ['invalid-request', 'malformed-json'];

const errorModel = z
  .object({
    error: z.object({
      code: z.string(),
      message: z.string(),
      fields: z.array(z.object({ field: z.string(), message: z.string() })),
      details: z.record(z.string(), z.unknown()).nullable(),
      hint: z.string(),
    }),
    request_id: z.string(),
  })
  .openapi('AgentError', {
    example: {
      error: {
        code: 'invalid_checksum',
        message: 'checksum must be sha256: and 64 hexadecimal digits',
        fields: [{ field: 'checksum', message: 'must be sha256: and 64 hexadecimal digits' }],
        details: null,
        hint: 'Correct the request.',
      },
      request_id: 'req_01m7wc54fherz84624ahd0kr7h',
    },
  });

function agentProblemResponse(problem: Problem, requestId: string): Response {
  const status = malformed.includes(problem.code) ? 400 : problem.status;
  const body: z.infer<typeof errorModel> = {
    error: {
      code: codeOf(problem),
      message: problem.message,
      fields: problem.fields.map(({ path, message }) => ({ field: path.slice(1).join('.'), message })),
      details: problem.details ?? null,
      hint: problem.hint,
    },
    request_id: requestId,
  };
  return Response.json(body, { status, headers: problemHeaders(problem) });
}

function codeOf({ code, fields }: Problem): string {
  const types = new Set(fields.map(({ type }) => type));
  const fieldCode = fieldCodes.find((candidate) => types.size === 1 && types.has(candidate));
  return fieldCode ?? code.replaceAll('-', '_');
}

const agentDescriptions: Record<ErrorStatus, string> = {
  ...errorDescriptions,
  400: 'The request is invalid. `fields` lists every invalid field.',
  403: 'The key lacks the required scope or is bound to namespaces, or the name belongs to another organization.',
  404: 'The plugin does not exist.',
  409: 'The name belongs to another organization, the version is registered with different content, or the same request is in progress.',
  413: 'The request body or the artifact is too large.',
  422: 'The artifact has a different checksum or could not be fetched.',
  503: 'The database is unavailable, or large requests use all the available memory: retry after the number of seconds in `Retry-After`. Or Slipway is not configured: the message names the settings.',
};

/** Declares a route's errors by status. The document adds the errors that every route can return. */
export function agentErrors(...statuses: ErrorStatus[]) {
  return errorReferences('Agent', statuses);
}

export const agentSurface: Surface = {
  path: '/api/v1',
  render: agentProblemResponse,
  errors: agentErrors,
  responses: errorResponses('Agent', agentDescriptions, () => 'AgentError'),
  models: { AgentError: errorModel },
};
