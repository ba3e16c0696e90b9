// Defines the two ways a call fails: an error response from the server, or no response at all.
import { parseJson } from '../core/json/parse.ts';

const allowed = /^[\x21-\x7e]$/;

const names = new Map([
  ['\n', 'a line break'],
  ['\r', 'a line break'],
  ['\t', 'a tab'],
  [' ', 'a space'],
]);

/** Returns what is wrong, such as `a line break at position 36`, or undefined. */
export function credentialProblem(credential: string): string | undefined {
  const characters = [...credential];
  const at = characters.findIndex((character) => !allowed.test(character));
  const found = characters[at];
  if (found === undefined) return undefined;
  const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `${names.get(found) ?? `the character U+${code}`} at position ${at + 1}`;
}

/** One invalid field of a request. `loc` is its path, such as `["body", "name"]`. */
export interface FieldError {
  loc: (string | number)[];
  msg: string;
  type: string;
}

interface ApiErrorFields {
  status: number;
  type: string;
  message: string;
  hint: string | undefined;
  details: Record<string, unknown> | undefined;
  fields: FieldError[];
  requestId: string | undefined;
  retryAfterSeconds: number | undefined;
  /** The whole body, for fields specific to one operation. */
  body: unknown;
}

/** An error response. Understands the error format of every API surface. */
export class ApiError extends Error implements ApiErrorFields {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly type: string;
  readonly hint: string | undefined;
  readonly details: Record<string, unknown> | undefined;
  readonly fields: FieldError[];
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly body: unknown;

  constructor(values: ApiErrorFields) {
    super(values.message);
    this.status = values.status;
    this.type = values.type;
    this.hint = values.hint;
    this.details = values.details;
    this.fields = values.fields;
    this.requestId = values.requestId;
    this.retryAfterSeconds = values.retryAfterSeconds;
    this.body = values.body;
  }
}

/** The error thrown when the server can't be reached, or the connection breaks before the response ends. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly url: string;
  constructor(url: string, cause: unknown) {
    super(`Connection to ${new URL(url).origin} failed: ${rootMessage(cause)}`, { cause });
    this.url = url;
  }
}

/** Finds the message that explains a failed fetch: in its cause or, if several addresses were tried, in the cause's errors. */
function rootMessage(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return rootMessage(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : rootMessage(error.cause);
}

/** How hints name the pause for those who see headers. */
const headerWords = /(?:the number of seconds in )?`Retry-After`(?: seconds)?/;

export async function toApiError(response: Response): Promise<ApiError> {
  const text = await response.text();
  const body = parseJson(text) ?? storeError(text);
  const fields = asRecord(body);
  const error = asRecord(fields?.error);
  const detail = fields?.detail;
  const message = [error?.message, fields?.error, asRecord(detail)?.message, detail, fields?.message].find(isText);
  const requestId = response.headers.get('slipway-request-id') ?? fields?.request_id;
  const retryAfterSeconds = readRetryAfter(response);
  const hint = isText(error?.hint) ? error.hint : undefined;
  return new ApiError({
    status: response.status,
    type: [error?.type, error?.code].find(isText) ?? 'Error',
    message:
      message ?? `The server responded with ${response.status}${response.statusText ? ` ${response.statusText}` : ''}`,
    hint: retryAfterSeconds === undefined ? hint : hint?.replace(headerWords, `${retryAfterSeconds} s`),
    details: asRecord(error?.details),
    fields: Array.isArray(detail) ? detail.filter(isFieldError) : agentFields(error?.fields),
    requestId: isText(requestId) ? requestId : undefined,
    retryAfterSeconds,
    body: body ?? text,
  });
}

/** Parses Retry-After as seconds. Slipway never sends a date, but a proxy in front of it may (RFC 9110 §10.2.3). */
export function readRetryAfter({ headers }: Response): number | undefined {
  const header = headers.get('retry-after');
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}

/** Reads an S3 store's XML error, such as for a presigned PUT. */
function storeError(text: string): unknown {
  const [, type, message] = /<Error><Code>(\w+)<\/Code><Message>([^<]+)<\/Message>/.exec(text) ?? [];
  return type === undefined ? undefined : { error: { type, message } };
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** Reads the fields in the agent API's format: `{field: "artifactUrl", message}`. */
function agentFields(fields: unknown): FieldError[] {
  return (Array.isArray(fields) ? fields : []).flatMap((entry) => {
    const { field, message } = asRecord(entry) ?? {};
    return isText(field) && isText(message)
      ? [{ loc: ['body', ...field.split('.')], msg: message, type: 'invalid' }]
      : [];
  });
}

function isFieldError(value: unknown): value is FieldError {
  const field = asRecord(value);
  return field !== undefined && Array.isArray(field.loc) && isText(field.msg) && isText(field.type);
}
