// Defines every problem that an API response can report, in one table that the site prints. A `Problem` knows nothing about HTTP
// bodies: each API renders it in its own format.

export interface ProblemSpec {
  status: number;
  /** Summary of what happened. Each occurrence's message has the details. */
  title: string;
  /** How to fix it, as an instruction. */
  hint: string;
}

export const problems = {
  unauthorized: {
    status: 401,
    title: 'Authentication required',
    hint: 'Send a valid API key: `Authorization: Bearer sk_…`.',
  },
  'sign-in-failed': {
    status: 400,
    title: 'Sign-in failed',
    hint: 'Start again from the sign-in page of the console, in the same browser.',
  },
  'token-refused': {
    status: 401,
    title: 'ID token refused',
    hint: "Correct the job's token or the trusted publisher: `slipway trust list` shows what each one expects.",
  },
  forbidden: {
    status: 403,
    title: 'Not allowed for this key',
    hint: 'Use a key that has the scope or the access named in the message.',
  },
  'cross-site': {
    status: 403,
    title: 'Cross-site request',
    hint: 'Send the request from a page of this server, with the header `Slipway-CSRF` from `GET /v1/session`. Programs send an API key.',
  },
  'quota-exceeded': {
    status: 403,
    title: 'Quota exceeded',
    hint: 'Free some of the resource as the message says, or ask your operator for a higher quota.',
  },
  'budget-exceeded': {
    status: 403,
    title: 'Budget spent',
    hint: 'Wait until the month (UTC) ends, or raise the budget: `slipway budget show` says who set it and what costs most.',
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    hint: 'Check the ID. Keys can only see their own organization.',
  },
  'object-missing': {
    status: 404,
    title: 'Nothing uploaded yet',
    hint: 'PUT the archive to the presigned URL, then confirm again.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    hint: 'Use one of the methods in the `Allow` header.',
  },
  'body-too-slow': {
    status: 408,
    title: 'Request body too slow',
    hint: 'Send the request again. For an archive, use the presigned upload, which may take an hour.',
  },
  conflict: { status: 409, title: 'Conflict', hint: 'Fetch the current state and retry.' },
  'run-over': {
    status: 409,
    title: 'The run has ended',
    hint: 'Create another run, with `{"input": {"failed_of": RUN}}` to process only its failed rows again.',
  },
  'version-exists': {
    status: 409,
    title: 'Version already exists',
    hint: 'Publish a higher version, or omit `version` to bump the patch number.',
  },
  'needs-approval': {
    status: 409,
    title: 'Waits for approval',
    hint: 'Ask another person with the scope `versions:approve` to approve the version (`GET /v1/approvals` lists it). If there is none, invite one; or switch approval off, delete the version and publish it again.',
  },
  quarantined: {
    status: 403,
    title: 'Quarantined by the operator',
    hint: 'Object as the message says, or publish other content.',
  },
  'name-taken': { status: 409, title: 'Name already taken', hint: 'Choose another name.' },
  'in-use': {
    status: 409,
    title: 'Still in use',
    hint: 'Wait until it is no longer in use, or repeat the request with `?force=true`.',
  },
  'version-conflict': {
    status: 409,
    title: 'Version already registered with different content',
    hint: 'Versions are immutable. Register a new version.',
  },
  'checksum-mismatch': {
    status: 422,
    title: 'Checksum mismatch',
    hint: 'Upload the correct artifact and verify again, or register a new version.',
  },
  'artifact-unreachable': {
    status: 422,
    title: 'Artifact could not be fetched',
    hint: 'Fix the cause named in the message. Slipway retries for two days, and whenever the artifact is requested.',
  },
  'cluster-refused': {
    status: 422,
    title: 'Cluster not accepted',
    hint: 'Fix the cause named in the message, and add the cluster again.',
  },
  'artifact-too-large': { status: 413, title: 'Artifact too large', hint: 'Register a smaller artifact.' },
  'idempotency-key-in-use': {
    status: 409,
    title: 'Request already in progress',
    hint: 'Retry with the same key after `Retry-After` seconds.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'Idempotency-Key already used for another request',
    hint: 'Use a new key for each request; reuse a key only to repeat the same request.',
  },
  'body-too-large': {
    status: 413,
    title: 'Request body too large',
    hint: 'Reduce the body, or use the presigned upload.',
  },
  'encoded-body': {
    status: 415,
    title: 'Compressed request body',
    hint: "Send the body uncompressed, without the header `Content-Encoding`. A run's input can be a file compressed with gzip.",
  },
  'invalid-request': { status: 422, title: 'Invalid request', hint: 'Fix the fields named in the message.' },
  'malformed-json': { status: 422, title: 'Malformed JSON', hint: 'Send a single JSON value encoded as UTF-8.' },
  'integrity-mismatch': {
    status: 400,
    title: 'Archive does not match what was announced',
    hint: 'Upload the archive again and confirm again. The upload is still open.',
  },
  'upload-expired': { status: 400, title: 'Upload expired', hint: 'Request a new presigned URL.' },
  'upload-pending': {
    status: 409,
    title: 'Upload still being scanned',
    hint: 'Retry after the number of seconds in `Retry-After`.',
  },
  'plugin-building': {
    status: 409,
    title: 'Plugin still being built',
    hint: 'Retry after the number of seconds in `Retry-After`.',
  },
  unconfirmed: { status: 400, title: 'Confirmation required', hint: 'Send `{"confirm": true}` to proceed.' },
  'feature-conflict': {
    status: 400,
    title: 'Conflicting vector features',
    hint: 'Rename one of the features, or undeploy the plugin that declares the other.',
  },
  'policy-rejected': {
    status: 400,
    title: 'Rejected by the scan policy',
    hint: 'Remove the findings and publish a new version, or request a waiver.',
  },
  'advisories-refused': {
    status: 409,
    title: 'Refused because of advisories',
    hint: 'Publish a version with fixed packages, or change the namespace with `slipway namespaces edit NAMESPACE --refuse-advisories none`.',
  },
  'plugin-withdrawn': {
    status: 503,
    title: 'Withdrawn by the operator',
    hint: 'Call another plugin, or ask those who publish this one. Authors: its version page and `slipway status` say why, and how to object.',
  },
  'not-deployed': {
    status: 400,
    title: 'No realtime deployment',
    hint: 'Deploy the plugin and wait for status `DEPLOYED`.',
  },
  'unknown-host': {
    status: 403,
    title: 'Unknown host name',
    hint: 'Use the address that Slipway was set up with. Operators add host names with `SLIPWAY_HOSTS` (npm start) or `ALLOWED_HOSTS`.',
  },
  'queue-full': {
    status: 429,
    title: 'Queue full',
    hint: 'Retry after the number of seconds in `Retry-After`, or ask your operator for a higher quota.',
  },
  'rate-limited': {
    status: 429,
    title: 'Too many requests',
    hint: 'Retry after the number of seconds in `Retry-After`.',
  },
  internal: {
    status: 500,
    title: 'Internal error',
    hint: 'Retry. If the problem persists, report the request ID.',
  },
  'not-configured': {
    status: 503,
    title: 'Installation not configured',
    hint: 'Correct the settings named in the message in wrangler.toml or with `wrangler secret put`, then deploy again.',
  },
  'not-migrated': {
    status: 503,
    title: 'Database not migrated',
    hint: 'Run `npm run db:migrate` for `wrangler dev`, or `wrangler d1 migrations apply slipway --remote --env production` for production, then retry.',
  },
  'not-ready': {
    status: 503,
    title: 'Installation not ready',
    hint: 'Check the part that the message names; the line `part.failed` in the log has the cause. Retry after the number of seconds in `Retry-After`.',
  },
  'vector-store-unavailable': {
    status: 503,
    title: 'Vector store unavailable',
    hint: 'Retry after `Retry-After` seconds. Work already started continues.',
  },
  'capability-missing': {
    status: 503,
    title: 'Not available on this builder',
    hint: 'Install what the message names and restart the builder.',
  },
  'already-installed': {
    status: 409,
    title: 'Plugin already installed',
    hint: 'Update it with PUT, or uninstall it with DELETE first.',
  },
  'plugin-refused': {
    status: 422,
    title: 'Plugin rejected',
    hint: 'Fix the errors in the message, push, and install again.',
  },
  'no-capacity': {
    status: 503,
    title: 'No container is free',
    hint: 'Retry after the number of seconds in `Retry-After`. Operators: raise `max_instances` in wrangler.toml.',
  },
  'plugin-busy': {
    status: 503,
    title: 'Plugin busy',
    hint: 'Retry after the number of seconds in `Retry-After`. Authors: raise `max_concurrency` or `num_replicas` in manifest.py.',
  },
  'plugin-starting': {
    status: 503,
    title: 'Plugin starting',
    hint: 'Retry after the number of seconds in `Retry-After`: the start continues. Callers: `Slipway-Start-Timeout` sets how long to wait for it. Authors: `serve_config["instances"] = {"min": 1}` keeps an instance awake.',
  },
  'memory-full': {
    status: 503,
    title: 'Too many large requests at a time',
    hint: 'Retry after the number of seconds in `Retry-After`. Nothing was done. For an archive, use the presigned upload; for large inputs, send a URL that the plugin reads.',
  },
  'call-interrupted': {
    status: 503,
    title: 'Call interrupted',
    hint: 'The plugin may have run. Repeat the call if running twice does no harm.',
  },
  'batch-lost': {
    status: 503,
    title: 'Batch lost',
    hint: 'The plugin may have run, in a batch with other calls. Repeat the call if running twice does no harm. Authors: `slipway logs` shows why the batch was lost.',
  },
  'builder-mismatch': {
    status: 503,
    title: 'Builder from another release',
    hint: "Retry after `Retry-After` seconds. Operators: run the Worker and the builder, or the containers' image, from the same release. Slipway then replaces containers with another image.",
  },
  'builder-unavailable': {
    status: 503,
    title: 'Builder unavailable',
    hint: 'Retry after `Retry-After` seconds.',
  },
  'database-unavailable': {
    status: 503,
    title: 'Database unavailable',
    hint: 'Retry after `Retry-After` seconds.',
  },
} as const satisfies Record<string, ProblemSpec>;

export type ProblemCode = keyof typeof problems;

export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(problems, text);
}

export interface ProblemOptions {
  /** Machine-readable details of the failure. Shown to the caller. */
  details?: Record<string, unknown>;
  /** How to fix this occurrence, if the table's hint is too general. */
  hint?: string;
  /** Location in the request. Shown by formats with a field for it. */
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

/** An expected error. `message` is shown to the caller and says what failed and why, without secrets or other tenants' names. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly hint: string;
  readonly details: Record<string, unknown> | undefined;
  readonly fields: FieldProblem[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ProblemCode, message: string, options: ProblemOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? problems[code].hint;
    this.details = options.details;
    this.fields = options.fields ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return problems[this.code].status;
  }
}

/** Returns the problem of content in the store that is not what was stored. Another request gets the same answer. */
export function damagedProblem(message: string, cause: unknown): Problem {
  const hint = 'Ask the operator to restore it from a backup, or publish the same files as a new version.';
  return new Problem('internal', message, { hint, cause });
}

/** Returns the problem of one field of the request's body. */
export function invalidField(field: string, message: string, type = 'unsuitable'): Problem {
  return new Problem('invalid-request', message, { fields: [{ path: ['body', field], message, type }] });
}
