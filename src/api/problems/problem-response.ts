// Renders problems for the extractor surfaces, in one body that clients of both documented error models can read (mixpeek §2).
import type { z } from 'zod';
import { apiLimits } from '../../contract/limits/requests.ts';
import { type FieldProblem, Problem, type ProblemCode, problems } from '../../core/problem.ts';
import { closestIssues } from '../../core/zod-issues.ts';

const statusTypes: Record<(typeof problems)[ProblemCode]['status'], string> = {
  400: 'BadRequestError',
  401: 'UnauthorizedError',
  403: 'ForbiddenError',
  404: 'NotFoundError',
  405: 'MethodNotAllowedError',
  408: 'RequestTimeoutError',
  409: 'ConflictError',
  413: 'PayloadTooLargeError',
  415: 'UnsupportedMediaTypeError',
  422: 'ValidationError',
  429: 'RateLimitError',
  500: 'InternalServerError',
  503: 'ServiceUnavailableError',
};

/** Problems that clients tell apart from others with the same status. */
const ownTypes: Partial<Record<ProblemCode, string>> = {
  'quota-exceeded': 'QuotaExceededError',
  'budget-exceeded': 'BudgetExceededError',
  'needs-approval': 'NeedsApprovalError',
  quarantined: 'QuarantinedError',
  'checksum-mismatch': 'IntegrityError',
  'artifact-unreachable': 'ArtifactUnreachableError',
  'cluster-refused': 'ClusterRefusedError',
  'idempotency-key-reused': 'IdempotencyError',
  'integrity-mismatch': 'IntegrityError',
  'upload-expired': 'UploadExpiredError',
  'upload-pending': 'UploadPendingError',
  'plugin-building': 'PluginBuildingError',
  unconfirmed: 'ConfirmationRequiredError',
  'feature-conflict': 'FeatureConflictError',
  'policy-rejected': 'SecurityViolationError',
  'advisories-refused': 'AdvisoriesRefusedError',
  'not-deployed': 'PluginNotDeployedError',
  'plugin-withdrawn': 'PluginWithdrawnError',
  'queue-full': 'QueueFullError',
  'plugin-refused': 'PluginValidationError',
};

/** Returns the `type` of a problem in the error body. */
export function problemType(code: ProblemCode): string {
  return ownTypes[code] ?? statusTypes[problems[code].status];
}

function errorBody(problem: Problem, requestId: string) {
  const { status, hint } = problem;
  const type = problemType(problem.code);
  const retry = problem.retryAfterSeconds === undefined ? {} : { retry_after_seconds: problem.retryAfterSeconds };
  const details = problem.details || problem.retryAfterSeconds !== undefined ? { ...problem.details, ...retry } : null;
  return {
    success: false,
    status,
    error: { message: problem.message, type, details, hint },
    detail: detailOf(problem, type, details),
    request_id: requestId,
  };
}

/** Returns `detail`, which is a string, except for a list on 422 and an object for an exceeded quota. */
function detailOf(problem: Problem, type: string, details: Record<string, unknown> | null): unknown {
  if (problem.status === 422)
    return problem.fields.map(({ path, message, type: kind }) => ({ loc: path, msg: message, type: kind }));
  if (problem.code === 'quota-exceeded') return { message: problem.message, type, details };
  return problem.message;
}

/** A surface may use a different status than the problems table. */
export function problemResponse(problem: Problem, requestId: string, status: number = problem.status): Response {
  const body = { ...errorBody(problem, requestId), status };
  return Response.json(body, { status, headers: problemHeaders(problem) });
}

/** The format of the header below, for the OpenAPI document. */
export const rateLimitPattern = /^"(?:minute|at-once)";r=0;t=\d+$/;

/** `RateLimit` follows draft-ietf-httpapi-ratelimit-headers-10. */
export function problemHeaders({ code, details, retryAfterSeconds: seconds, status }: Problem): Record<string, string> {
  // Required by RFC 9110 §15.5.2.
  if (status === 401) return { 'www-authenticate': 'Bearer' };
  if (seconds === undefined) return {};
  const policy = details?.reached === 'calls_at_once' ? 'at-once' : 'minute';
  const limited = code === 'rate-limited' ? { ratelimit: `"${policy}";r=0;t=${seconds}` } : {};
  return { 'retry-after': String(seconds), ...limited };
}

const places = {
  json: 'body',
  form: 'body',
  query: 'query',
  param: 'path',
  header: 'header',
  cookie: 'cookie',
} as const;

/** Lists each invalid field with its path, such as `["body","file_size_bytes"]`, and the reason. */
export function invalidRequest(error: z.core.$ZodError, target: keyof typeof places): Problem {
  const issues = closestIssues(error);
  const fields = issues.slice(0, apiLimits.faultsListed).map((issue): FieldProblem => {
    const path = [places[target], ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
    const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
    return { path, message: missing ? 'Field required' : issue.message, type: missing ? 'missing' : codeOf(issue) };
  });
  const reasons = fields.map(({ path, message }) => `${path.join('.')}: ${message}`);
  if (issues.length > fields.length) reasons.push(`and ${issues.length - fields.length} more`);
  return new Problem('invalid-request', `The request is invalid: ${reasons.join('; ')}`, { fields });
}

/** A refinement may define its own code. */
function codeOf(issue: z.core.$ZodIssue): string {
  const own: unknown = issue.code === 'custom' ? issue.params?.code : undefined;
  return typeof own === 'string' ? own : issue.code;
}

/** A path may have kilobytes, and the response names it more than once. */
const pathCharsShown = 200;
const mixpeeksOwn = /^\/v1\/(collections|retrievers|buckets)(?:\/|$)/;

/**
 * Mixpeek clients may request Mixpeek resources other than plugins. For those, the message explains that the path itself isn't wrong.
 */
export function pathNotFound(sent: string): Problem {
  const path = sent.slice(0, pathCharsShown);
  const [, own] = mixpeeksOwn.exec(path) ?? [];
  if (own !== undefined)
    return new Problem('not-found', `Path not found: ${path}. Mixpeek's ${own} are not part of Slipway`, {
      hint: `Send requests for ${own} to Mixpeek. Slipway publishes and serves plugins: docs/concepts.md, "What is Mixpeek's", says what to use here instead of ${own}.`,
    });
  return new Problem('not-found', `Path not found: ${path}`, {
    hint: 'Check the path: the API reference is at /docs, and /openapi.json lists all paths.',
  });
}

export function malformedJson(message = 'The body is not valid JSON'): Problem {
  return new Problem('malformed-json', message, {
    fields: [{ path: ['body'], message: 'Malformed JSON', type: 'json_invalid' }],
  });
}
