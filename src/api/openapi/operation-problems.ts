// Determines an operation's possible problems, for the API reference. Each problem has a row, so a new problem needs one too.
import { z } from 'zod';
import { isProblemCode, type ProblemCode, problems } from '../../core/problem.ts';
import { acceptsIdempotencyKey } from '../requests/idempotency.ts';
import type { Document, documentedMethods } from './route-definitions.ts';

type Operation = NonNullable<NonNullable<Document['paths']>[string]['get']>;

/** The properties of an operation that determine its problems. */
interface Facts {
  id: string;
  method: string;
  path: string;
  operation: Operation;
}
type Condition = (facts: Facts) => boolean;

/** Applies wherever the document has the problem's status. */
const byStatus: Condition = () => true;
/** Applies only where a route declares the problem. */
const byDeclaration: Condition = () => false;
const oneOf =
  (pattern: RegExp): Condition =>
  ({ id }) =>
    pattern.test(id);
const anyOf =
  (...conditions: Condition[]): Condition =>
  (facts) =>
    conditions.some((holds) => holds(facts));
const hasBody: Condition = ({ operation }) => operation.requestBody !== undefined;
const hasInput: Condition = (facts) => hasBody(facts) || (facts.operation.parameters ?? []).length > 0;
const isRetried: Condition = ({ method, path }) => acceptsIdempotencyKey(method, path);
const needsKey: Condition = ({ operation }) => (operation.security ?? []).length > 0;
const isAdmin: Condition = ({ path }) => path.startsWith('/v1/admin/') || path === '/metrics';
/** True if it accepts a browser session's cookie, which other sites' pages may make the browser send. */
const isOfSession: Condition = (facts) => !isAdmin(facts);
const calls = oneOf(
  /^(?:callPlugin|callPluginByName|testPluginByName|testPluginBatch|try(?:Organization)?Plugin|call(?:Pipeline|Storage)Plugin)$/,
);
/** True if it may be sent with `Prefer: respond-async`. */
const laterCalls = oneOf(/^(?:callPlugin|callPluginByName|testPluginByName|call(?:Pipeline|Storage)Plugin)$/);
const publishing = oneOf(/^(?:create|confirm)(?:Organization)?PluginUpload$|^publish/);
const confirming = oneOf(/^confirm(?:Organization)?PluginUpload$|^publishPlugin$|^publishRelock$/);
const deploying = oneOf(/^(?:deployPlugin|retryDeployment|rollBackPlugin|enablePlugin)$/);
const releasing = oneOf(/^startRelease$/);
const installing = oneOf(/^(?:install|update|rollBack)(?:Pipeline|Storage)Plugin$/);
/** True if it names a Go plugin, whose only install may have failed. */
const needsInstalled = oneOf(
  /^(?:(?:list|diff)(?:Pipeline|Storage)PluginVersions|rollBack(?:Pipeline|Storage)Plugin|withdraw(?:Pipeline|Storage)PluginVersion|get(?:Pipeline|Storage)Plugin(?:Logs|Artifact|Traffic))$/,
);
const fromGit = anyOf(oneOf(/^publish(?:Organization)?PluginFromGit$/), installing);
const readsLogs = oneOf(/Logs$/);
const askBuilder = anyOf(calls, readsLogs, fromGit, publishing);
const creating = oneOf(/^(?:createKey|createOrganizationKey|createNamespace|addBuilder)$/);

const conditions: Record<ProblemCode, Condition> = {
  unauthorized: byStatus,
  'sign-in-failed': byDeclaration,
  'token-refused': byDeclaration,
  forbidden: needsKey,
  'cross-site': isOfSession,
  'quota-exceeded': anyOf(creating, publishing, deploying, installing),
  'budget-exceeded': anyOf(calls, deploying, installing, oneOf(/^create(?:Organization)?PluginUpload$/)),
  'not-found': byStatus,
  'object-missing': confirming,
  'method-not-allowed': byStatus,
  'body-too-slow': hasBody,
  conflict: byStatus,
  'run-over': byDeclaration,
  'version-exists': publishing,
  'needs-approval': anyOf(deploying, installing),
  quarantined: anyOf(
    publishing,
    deploying,
    installing,
    releasing,
    oneOf(/^(?:get(?:Organization)?Plugin(?:Source|Download)|diff.*|try(?:Organization)?Plugin)$/),
  ),
  'name-taken': oneOf(/^addBuilder$/),
  'in-use': oneOf(/^removeBuilder$/),
  'version-conflict': byDeclaration,
  'checksum-mismatch': byDeclaration,
  'artifact-unreachable': byDeclaration,
  'cluster-refused': byDeclaration,
  'artifact-too-large': byDeclaration,
  'idempotency-key-in-use': isRetried,
  'idempotency-key-reused': isRetried,
  'body-too-large': hasBody,
  'encoded-body': hasBody,
  'invalid-request': hasInput,
  'malformed-json': hasBody,
  'integrity-mismatch': confirming,
  'upload-expired': confirming,
  'upload-pending': ({ path }) => /^\/v1\/.*plugins\/(?:by-name\/)?\{(?:slug|plugin_id)\}/.test(path),
  'plugin-building': ({ path }) => /^\/api\/(?:storage-)?plugins\//.test(path),
  unconfirmed: byDeclaration,
  'feature-conflict': byDeclaration,
  'policy-rejected': anyOf(publishing, deploying, releasing, oneOf(/^try(?:Organization)?Plugin$/)),
  'advisories-refused': oneOf(/^(?:deployPlugin|retryDeployment|enablePlugin)$/),
  'not-deployed': anyOf(calls, readsLogs, needsInstalled),
  'plugin-withdrawn': anyOf(calls, readsLogs),
  'unknown-host': isOfSession,
  'queue-full': anyOf(laterCalls, oneOf(/^try(?:Organization)?Plugin$/)),
  'rate-limited': byStatus,
  internal: byStatus,
  'not-configured': byStatus,
  'not-migrated': byStatus,
  'vector-store-unavailable': oneOf(/^deleteNamespace$/),
  'capability-missing': anyOf(fromGit, publishing, deploying),
  'already-installed': oneOf(/^install/),
  'plugin-refused': fromGit,
  'no-capacity': askBuilder,
  'plugin-busy': calls,
  'plugin-starting': calls,
  'memory-full': hasBody,
  'call-interrupted': calls,
  'batch-lost': calls,
  'builder-mismatch': askBuilder,
  'builder-unavailable': askBuilder,
  'database-unavailable': calls,
  'not-ready': oneOf(/^getReadiness$/),
};

const declared = new WeakMap<Operation, readonly ProblemCode[]>();

/** Takes from the document the problems that a route itself declares, which the reference lists with the others. */
export function takeDeclaredProblems(operation: Operation): void {
  const own = z
    .array(z.custom<ProblemCode>((code) => typeof code === 'string' && isProblemCode(code)))
    .optional()
    .parse(operation['x-slipway-problems']);
  delete operation['x-slipway-problems'];
  if (own) declared.set(operation, own);
}

/** Returns the problems, ordered by status. A problem is listed only where the document has its status. */
export function operationProblems(
  method: (typeof documentedMethods)[number],
  path: string,
  operation: Operation,
): ProblemCode[] {
  const facts = { id: operation.operationId ?? '', method, path, operation };
  return codes
    .filter((code) => statusOn(path, code) in (operation.responses ?? {}))
    .filter((code) => conditions[code](facts) || declared.get(operation)?.includes(code))
    .sort((one, other) => problems[one].status - problems[other].status);
}

const codes = Object.keys(problems).filter(isProblemCode);

/** Problems that only routes of features have, which declare them. */
export const declaredOnly: readonly ProblemCode[] = codes.filter((code) => conditions[code] === byDeclaration);

/** Returns the problem's status on this surface. Surfaces in other products' formats respond to invalid input with 400. */
export function statusOn(path: string, code: ProblemCode): number {
  const isInput = code === 'invalid-request' || code === 'malformed-json';
  return isInput && path.startsWith('/api/') ? 400 : problems[code].status;
}
