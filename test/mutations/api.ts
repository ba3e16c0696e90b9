// Mutations of src/api: who is let in, what a response or the log reveals, and which bodies are read.
import type { Mutation } from './mutation.ts';

const internalErrors = 'test/api/requests/internal-errors.test.ts';
const idempotency = 'test/api/requests/idempotency.test.ts';
const auth = 'test/api/access/auth.test.ts';
const http = 'test/api/requests/http.test.ts';
const settings = 'test/api/settings.test.ts';
const localS3 = 'test/api/uploads/local-s3.test.ts';
const readYourWrites = 'test/api/requests/read-your-writes.test.ts';
const events = 'test/api/organization/events.test.ts';
const webhooks = 'test/api/webhooks/webhooks.test.ts';
const bodies = 'test/api/requests/bodies.test.ts';

export const mutations: Mutation[] = [
  {
    name: 'the text of an unexpected error is in the response',
    file: 'src/api/problems/problem-of.ts',
    search: "'Slipway failed to process the request'",
    replace: 'String(error)',
    tests: [internalErrors],
  },
  {
    name: 'the text of an error of the framework is in the response',
    file: 'src/api/problems/problem-of.ts',
    search: 'error instanceof HTTPException && error.status === 400) return malformedJson();',
    replace: 'error instanceof HTTPException) return malformedJson(error.message);',
    tests: [internalErrors],
  },
  {
    name: 'an unexpected error is not logged',
    file: 'src/api/app.ts',
    search: 'problem.status >= 500',
    replace: 'problem.status > 500',
    tests: [internalErrors],
  },
  {
    name: 'a missing setting is not logged',
    file: 'src/api/app.ts',
    search: `if (problem.code === 'not-configured') log.error('settings.invalid', { message: problem.message });
    else if`,
    replace: 'if',
    tests: [settings],
  },
  {
    name: 'keys that clients send in the URL are logged',
    file: 'src/api/middleware.ts',
    search: 'path: pathname',
    replace: 'path: c.req.url',
    tests: [internalErrors],
  },
  {
    name: 'the log of a failed query has its values',
    file: 'src/core/log.ts',
    search: "text.replace(/\\nparams: [^\\n]*/g, '')",
    replace: 'text',
    tests: [internalErrors],
  },
  {
    name: 'a response has no request ID',
    file: 'src/api/middleware.ts',
    search: `  c.header('slipway-request-id', requestId);
`,
    replace: '',
    tests: [http],
  },
  {
    name: 'browsers may guess the type of a response',
    file: 'src/api/middleware.ts',
    search: `  c.header('x-content-type-options', 'nosniff');
`,
    replace: '',
    tests: [auth],
  },
  {
    name: 'a large response is stored for its Idempotency-Key',
    file: 'src/api/requests/idempotency.ts',
    search: `  if (bytes.byteLength > apiLimits.idempotentResponseBytes) return undefined;
`,
    replace: '',
    tests: [idempotency],
  },
  {
    name: 'an error is stored for its Idempotency-Key',
    file: 'src/api/requests/idempotency.ts',
    search: `  if (!response.ok) return undefined;
`,
    replace: '',
    tests: [idempotency],
  },
  {
    name: 'the query is not part of a request',
    file: 'src/api/requests/idempotency.ts',
    search: 'const { pathname, search } = new URL(c.req.url);',
    replace: `const { pathname } = new URL(c.req.url);
  const search = '';`,
    tests: [idempotency],
  },
  {
    name: 'the calls of a plugin are stored',
    file: 'src/api/requests/idempotency.ts',
    search: 'realtime|realtime\\/test|',
    replace: '',
    tests: [idempotency],
  },
  {
    name: 'the boundary of a form is part of its digest',
    file: 'src/api/requests/body-digest.ts',
    search: 'delimiter === undefined ? bytes :',
    replace: 'delimiter !== undefined ? bytes :',
    tests: [idempotency],
  },
  {
    name: 'a web page uses anonymous access',
    file: 'src/api/authentication/authenticate.ts',
    search: ' || fromBrowser) throw',
    replace: ') throw',
    tests: [auth],
  },
  {
    name: 'anonymous access reaches every surface',
    file: 'src/api/authentication/authenticate.ts',
    search: '|| !isSurface ||',
    replace: '||',
    tests: [auth],
  },
  {
    name: 'an invalid key counts as no key',
    file: 'src/api/authentication/authenticate.ts',
    search: 'if (header === undefined) {',
    replace: "if (header === undefined || !header.startsWith('Bearer ')) {",
    tests: [auth],
  },
  {
    name: 'guessing the admin token is not limited',
    file: 'src/api/organization/admin.ts',
    search: '      if (token !== undefined) countFailure(c);\n',
    replace: '',
    tests: ['test/api/access/failed-attempts.test.ts'],
  },
  {
    name: 'a local run trusts the address that a client claims',
    file: 'src/api/authentication/address-limits.ts',
    search: "c.var.deps.storage.local ? 'loopback' : ",
    replace: '',
    tests: ['test/api/access/failed-attempts.test.ts'],
  },
  {
    name: 'any host name is known',
    file: 'src/api/authentication/known-hosts.ts',
    search: 'hosts !== null && !hosts.has(hostname)',
    replace: 'hosts !== null && hosts.size === 0',
    tests: ['test/api/access/known-hosts.test.ts'],
  },
  {
    name: 'guessing keys is not limited',
    file: 'src/api/authentication/authenticate.ts',
    search: `  refuseGuessing(c);
  await limitAddress(c);
`,
    replace: '',
    tests: [auth],
  },
  {
    name: 'requests with a key are not limited',
    file: 'src/api/authentication/authenticate.ts',
    search: `  await limit(c, key.id);
`,
    replace: '',
    tests: [auth],
  },
  {
    name: 'any admin token is accepted',
    file: 'src/api/organization/admin.ts',
    search: 'token === undefined || !(await secretsEqual(token, c.var.deps.adminToken))',
    replace: 'token === undefined',
    tests: [auth],
  },
  {
    name: 'a body without a length is read to its end',
    file: 'src/api/middleware.ts',
    search: `    if (size > bytes) throw tooLarge;
`,
    replace: '',
    tests: [bodies],
  },
  {
    name: 'an announced length is not checked before the body is read',
    file: 'src/api/middleware.ts',
    search: `  if (Number(request.headers.get('content-length') ?? 0) > bytes) throw tooLarge;
`,
    replace: '',
    tests: [bodies],
  },
  {
    name: 'a body of nothing but brackets is parsed',
    file: 'src/api/middleware.ts',
    search: 'if (body && nestsDeeper(body, apiLimits.jsonLevels))',
    replace: 'if (body && nestsDeeper(body, Number.MAX_SAFE_INTEGER))',
    tests: [bodies, 'test/api/requests/round-trips.test.ts'],
  },
  {
    name: 'brackets in a string count as nesting',
    file: 'src/core/json-depth.ts',
    search: 'if (byte === quote) inString = !inString;',
    replace: 'if (byte === quote) inString = false;',
    tests: [bodies],
  },
  {
    name: 'an escaped quote ends a string',
    file: 'src/core/json-depth.ts',
    search: 'i += byte === backslash ? 1 : 0;',
    replace: 'i += 0;',
    tests: [bodies],
  },
  {
    name: 'errors and secrets may be cached',
    file: 'src/api/responses/conditional.ts',
    search: 'if (!isRead || status !== 200 ||',
    replace: 'if (',
    tests: [http],
  },
  {
    name: 'a validator of another representation matches',
    file: 'src/api/responses/conditional.ts',
    search: "one.trim().replace(/^W\\//, '') === etag",
    replace: "one.trim().replace(/^W\\//, '') !== ''",
    tests: [http],
  },
  {
    name: "the store's stand-in answers in production",
    file: 'src/api/local-s3.ts',
    search: `    if (!c.var.deps.storage.local) throw pathNotFound(c.req.path);
`,
    replace: '',
    tests: [localS3],
  },
  {
    name: "the store's stand-in accepts any size",
    file: 'src/api/local-s3.ts',
    search: `  if (Number(length) > bytesMax) return tooLarge(Number(length), bytesMax);
`,
    replace: '',
    tests: [localS3],
  },
  {
    name: 'a change is made on a replica',
    file: 'src/api/requests/database-session.ts',
    search: 'reads && bookmark.test(sent)',
    replace: 'bookmark.test(sent)',
    tests: [http],
  },
  {
    name: 'any text is passed to the database as a bookmark',
    file: 'src/api/requests/database-session.ts',
    search: 'reads && bookmark.test(sent)',
    replace: "reads && sent !== ''",
    tests: [http],
  },
  {
    name: 'a change keeps the cached routes',
    file: 'src/api/requests/read-your-writes.ts',
    search: '(isFlagged || isReplay)) forgetRoutes',
    replace: 'isReplay) forgetRoutes',
    tests: [readYourWrites],
  },
  {
    name: 'a replayed change keeps the cached routes',
    file: 'src/api/requests/read-your-writes.ts',
    search: '(isFlagged || isReplay)) forgetRoutes',
    replace: 'isFlagged) forgetRoutes',
    tests: [readYourWrites],
  },
  {
    name: 'the API reference may load scripts from elsewhere',
    file: 'src/api/installation.ts',
    search: "{ 'content-security-policy': pagePolicy, 'referrer-policy'",
    replace: "{ 'referrer-policy'",
    tests: [http],
  },
  {
    name: 'events are exported by a bound key',
    file: 'src/api/organization/events.ts',
    search: 'if (actor.namespaceIds !== null)',
    replace: 'if (actor.namespaceIds === undefined)',
    tests: [events],
  },
  {
    name: 'a development secret protects the store of production',
    file: 'src/bindings.ts',
    search: "values.get('S3_MODE') === 'r2' && ",
    replace: "values.get('S3_MODE') === 's3' && ",
    tests: [settings],
  },
  {
    name: 'a placeholder counts as a setting',
    file: 'src/bindings.ts',
    search: 'if (found !== undefined) faults.set',
    replace: "if (found === '') faults.set",
    tests: [settings],
  },
  {
    name: 'a webhook is bound to a namespace that its creator cannot see',
    file: 'src/api/webhooks/endpoints.ts',
    search: `if (namespaceIds) await requireNamespaces(c.var.deps, actor, namespaceIds);
    const fields = { url, description: description ?? null`,
    replace: 'const fields = { url, description: description ?? null',
    tests: [webhooks],
  },
  {
    name: 'a webhook is moved to a namespace that its owner cannot see',
    file: 'src/api/webhooks/endpoints.ts',
    search: `if (namespaceIds) await requireNamespaces(c.var.deps, actor, namespaceIds);
    const fields = {
`,
    replace: `const fields = {
`,
    tests: [webhooks],
  },
];
