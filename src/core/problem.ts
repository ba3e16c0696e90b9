// The one table of problems. A problem knows nothing of HTTP bodies: each surface renders it in its own dialect.

export interface ProblemSpec {
  status: number;
  title: string;
  hint: string;
}

export const problems = {
  unauthorized: {
    status: 401,
    title: 'Not authenticated',
    hint: 'Send `Authorization: Bearer sk_…` with a key that is valid.',
  },
  forbidden: { status: 403, title: 'Not allowed', hint: 'Use a key that has the named scope.' },
  'quota-exceeded': {
    status: 403,
    title: 'Quota exceeded',
    hint: 'Delete a plugin that is no longer needed, or ask for a higher quota.',
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    hint: 'Check the id, and that the key belongs to the same organization.',
  },
  'object-missing': {
    status: 404,
    title: 'Nothing was uploaded',
    hint: 'PUT the archive to the presigned URL, then confirm again.',
  },
  'method-not-allowed': { status: 405, title: 'Method not allowed', hint: 'See the Allow header.' },
  conflict: { status: 409, title: 'Conflict', hint: 'Look at the current state, then decide anew.' },
  'version-exists': {
    status: 409,
    title: 'Version already exists',
    hint: 'Choose a higher version, or leave it out to have the patch number bumped.',
  },
  'name-taken': { status: 409, title: 'Name is taken', hint: 'Choose another name.' },
  'in-use': {
    status: 409,
    title: 'In use',
    hint: 'Wait until nobody uses it any more, or do it all the same with `?force=true`.',
  },
  'version-conflict': {
    status: 409,
    title: 'Version is registered otherwise',
    hint: 'Versions never change: register another version.',
  },
  'checksum-mismatch': {
    status: 422,
    title: 'The artifact has another checksum',
    hint: 'Put the right artifact at its URL and verify again, or register another version.',
  },
  'artifact-unreachable': {
    status: 422,
    title: 'The artifact could not be fetched',
    hint: 'Mend what the message says; it is tried again for two days, and whenever it is asked for.',
  },
  'artifact-too-large': { status: 413, title: 'The artifact is too large', hint: 'Register a smaller one.' },
  'idempotency-key-in-use': {
    status: 409,
    title: 'The same request is under way',
    hint: 'Send it again after Retry-After, with the same key.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'Idempotency-Key used before',
    hint: 'Make a new key for each request; send a key again only with the same request.',
  },
  'body-too-large': { status: 413, title: 'Request body too large', hint: 'Send less, or use the presigned upload.' },
  'invalid-request': { status: 422, title: 'Invalid request', hint: 'Mend the named fields.' },
  'malformed-json': { status: 422, title: 'Malformed JSON', hint: 'Send one JSON value in UTF-8.' },
  'integrity-mismatch': {
    status: 400,
    title: 'The stored archive is not the announced one',
    hint: 'PUT the archive again, then confirm again; the upload is still open.',
  },
  'upload-expired': { status: 400, title: 'Upload expired', hint: 'Ask for a new presigned URL.' },
  unconfirmed: {
    status: 400,
    title: 'Not confirmed',
    hint: 'Send `{"confirm": true}` to have it done.',
  },
  'feature-conflict': {
    status: 400,
    title: 'Vector features contradict each other',
    hint: 'Rename one of the features, or undeploy the plugin that declares it.',
  },
  'not-deployable': { status: 400, title: 'Version cannot be deployed', hint: 'See the message.' },
  'policy-rejected': {
    status: 400,
    title: 'Rejected by the scan policy',
    hint: 'Publish a version without what the rules find, or have them waived for this one.',
  },
  'not-deployed': {
    status: 400,
    title: 'Plugin is not deployed for realtime',
    hint: 'POST …/deploy and wait for the status DEPLOYED.',
  },
  'rate-limited': { status: 429, title: 'Too many requests', hint: 'Wait as long as Retry-After says.' },
  internal: { status: 500, title: 'Internal error', hint: 'Try again; if it stays, report the request id.' },
  'vector-store-unavailable': {
    status: 503,
    title: 'The store of vectors is not reachable',
    hint: 'Try again after Retry-After; what was begun goes on.',
  },
  'capability-missing': {
    status: 503,
    title: 'Not possible on this machine',
    hint: 'Install what the message names, then start again.',
  },
  'already-installed': {
    status: 409,
    title: 'Plugin already installed',
    hint: 'PUT updates it; DELETE removes it, then it can be installed anew.',
  },
  'plugin-refused': { status: 422, title: 'Plugin refused', hint: 'Mend what the message names, push, and try again.' },
  'builder-unavailable': { status: 503, title: 'The builder is not reachable', hint: 'Try again after Retry-After.' },
} as const satisfies Record<string, ProblemSpec>;

export type ProblemCode = keyof typeof problems;

export interface ProblemOptions {
  /** What was found wrong, machine-readable; shown to the caller. */
  details?: Record<string, unknown>;
  /** Where in the request: shown by dialects that have a place for it. */
  fields?: FieldProblem[];
  retryAfterSeconds?: number;
  /** For the log only. */
  cause?: unknown;
}

export interface FieldProblem {
  path: (string | number)[];
  message: string;
  type: string;
}

/** An expected refusal. `message` is shown to the caller: what, where and why, without secrets or other tenants' names. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly details: Record<string, unknown> | undefined;
  readonly fields: FieldProblem[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ProblemCode, message: string, options: ProblemOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details;
    this.fields = options.fields ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return problems[this.code].status;
  }
}
