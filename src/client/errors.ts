// What a call can end in besides its answer: the server's refusal, or no answer at all.

/** Where in the request something is wrong: `["body", "name"]`. */
export interface FieldError {
  loc: (string | number)[];
  msg: string;
  type: string;
}

interface Refusal {
  status: number;
  type: string;
  message: string;
  hint: string | undefined;
  details: Record<string, unknown> | undefined;
  fields: FieldError[];
  requestId: string | undefined;
  retryAfterSeconds: number | undefined;
  /** The whole body, for what only one operation says. */
  body: unknown;
}

/** The server's refusal, in its own words. Each surface's dialect is understood. */
export class ApiError extends Error implements Refusal {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly type: string;
  readonly hint: string | undefined;
  readonly details: Record<string, unknown> | undefined;
  readonly fields: FieldError[];
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly body: unknown;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.status = refusal.status;
    this.type = refusal.type;
    this.hint = refusal.hint;
    this.details = refusal.details;
    this.fields = refusal.fields;
    this.requestId = refusal.requestId;
    this.retryAfterSeconds = refusal.retryAfterSeconds;
    this.body = refusal.body;
  }
}

/** The server could not be reached, or its answer broke off. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly url: string;
  constructor(url: string, cause: unknown) {
    super(`No answer from ${new URL(url).origin}: ${reasonOf(cause)}`, { cause });
    this.url = url;
  }
}

/** fetch says "fetch failed"; why is in its cause, and where several addresses were tried, in that one's errors. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : reasonOf(error.cause);
}

export async function refusalOf(response: Response): Promise<ApiError> {
  const text = await response.text();
  const body = parsed(text);
  const fields = record(body);
  const error = record(fields?.error);
  const detail = fields?.detail;
  const said = [error?.message, fields?.error, record(detail)?.message, detail, fields?.message].find(isText);
  const requestId = response.headers.get('slipway-request-id') ?? fields?.request_id;
  return new ApiError({
    status: response.status,
    type: [error?.type, error?.code].find(isText) ?? 'Error',
    message: said ?? `The server answered ${response.status}${response.statusText ? ` ${response.statusText}` : ''}`,
    hint: isText(error?.hint) ? error.hint : undefined,
    details: record(error?.details),
    fields: Array.isArray(detail) ? detail.filter(isFieldError) : namedFields(error?.fields),
    requestId: isText(requestId) ? requestId : undefined,
    retryAfterSeconds: retryAfterOf(response),
    body: body ?? text,
  });
}

/** Retry-After as seconds; a date is never sent by Slipway, but may be by what stands before it (RFC 9110 §10.2.3). */
export function retryAfterOf({ headers }: Response): number | undefined {
  const header = headers.get('retry-after');
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** As the agent surface tells them: `{field: "artifactUrl", message}`. */
function namedFields(fields: unknown): FieldError[] {
  return (Array.isArray(fields) ? fields : []).flatMap((one) => {
    const { field, message } = record(one) ?? {};
    return isText(field) && isText(message)
      ? [{ loc: ['body', ...field.split('.')], msg: message, type: 'invalid' }]
      : [];
  });
}

function isFieldError(value: unknown): value is FieldError {
  const field = record(value);
  return field !== undefined && Array.isArray(field.loc) && isText(field.msg) && isText(field.type);
}
