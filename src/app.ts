// Assembles the HTTP API: middleware in order, the surfaces, and the handlers for unknown paths and errors. Extends zod before any
// module creates a schema.
import { renderProblemsAs } from './api/problems/problem-json.ts';
import { pipelineSurface, storageSurface } from './api/requests/surfaces.ts';
import { permissionsModel } from './api/responses/version-fields.ts';
import '@hono/zod-openapi';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { newKeyCache } from './access/key-cache.ts';
import { isBelow } from './access/key-path.ts';
import { anonymousSurfaces, authenticate } from './api/authentication/authenticate.ts';
import { addConsole } from './api/console.ts';
import type { AppEnv } from './api/context/context.ts';
import { FailedAttempts } from './api/context/failed-attempts.ts';
import { newFollowing } from './api/context/following.ts';
import { deployments } from './api/extractors/deployments/deployment-history.ts';
import { namespaceLogs } from './api/extractors/deployments/namespace-logs.ts';
import { extractors } from './api/extractors/namespace-extractors.ts';
import { organizationExtractors } from './api/extractors/organization-extractors.ts';
import { goPlugins } from './api/go-plugins/go-plugins.ts';
import { addInstallation } from './api/installation.ts';
import { callbackSecret } from './api/later-calls/callback-secret.ts';
import { laterCallRoutes } from './api/later-calls/later-calls.ts';
import { localS3 } from './api/local-s3.ts';
import { knownMethods } from './api/methods.ts';
import { identify, type MakeDeps, prepare } from './api/middleware.ts';
import { documentedFields } from './api/openapi/field-examples.ts';
import { openApiDocument } from './api/openapi/openapi-document.ts';
import { type Document, errorModels, newRouter, securitySchemes } from './api/openapi/route-definitions.ts';
import { admin } from './api/organization/admin.ts';
import { advisories } from './api/organization/advisories.ts';
import { attention } from './api/organization/attention.ts';
import { session } from './api/organization/browser-sessions.ts';
import { namespaceBudget, organizationBudget, usage } from './api/organization/budgets.ts';
import { builders } from './api/organization/builders.ts';
import { callLimits } from './api/organization/call-limits.ts';
import { events } from './api/organization/events.ts';
import { keys } from './api/organization/keys.ts';
import { namespaces } from './api/organization/namespaces.ts';
import { organization } from './api/organization/organization.ts';
import { quotas } from './api/organization/quotas.ts';
import { scanPolicy } from './api/organization/scan-policy.ts';
import { answerProblem, problemModel } from './api/problems/problem-json.ts';
import { toProblem } from './api/problems/problem-of.ts';
import { pathNotFound } from './api/problems/problem-response.ts';
import { releases } from './api/releases/releases.ts';
import { leavesPlace, plainBodies } from './api/requests/body-place.ts';
import { formsInTurn } from './api/requests/forms-in-turn.ts';
import { idempotent } from './api/requests/idempotency.ts';
import { markRequest } from './api/requests/mark-request.ts';
import { readYourWrites } from './api/requests/read-your-writes.ts';
import { conditional } from './api/responses/conditional.ts';
import { webhooksOfEvents } from './api/responses/event-wire.ts';
import { apiLimits } from './contract/limits/requests.ts';
import type { Log } from './core/log.ts';
import { features } from './features.ts';
import { newRouteCache } from './serve/route.ts';
import { callCounters } from './traffic/call-counters.ts';

const surfaces = features.flatMap((feature) => feature.surfaces ?? []);

/** Parts of an isolate that its requests share. */
export interface AppParts {
  makeDeps: MakeDeps;
  /** Logs errors, including those of `makeDeps`. */
  log: Log;
  caches: AppEnv['Variables']['caches'];
}

/** Returns an isolate's empty caches, which write the call counts at this interval. */
export function newCaches(countCallsMs?: number): AppParts['caches'] {
  return {
    keys: newKeyCache(),
    routes: newRouteCache(),
    fleets: new Map(),
    releaseCounts: new Map(),
    failures: new FailedAttempts(apiLimits.failedAddresses),
    calls: callCounters(countCallsMs),
    sample: { skipped: 0 },
    following: newFollowing(),
  };
}

/** Creates the app, whose requests get the parts of their environment. */
export function createApp(partsOf: (env: object) => AppParts): OpenAPIHono<AppEnv> {
  const app = newRouter();
  app.use(identify);
  for (const { path, render } of surfaces) app.use(`${path}/*`, renderProblemsAs(render));
  app.use(prepare(partsOf));
  app.use(leavesPlace);
  app.use(knownMethods(app));
  app.use(unless(isOfStorage, plainBodies), unless(isOfStorage, conditional));
  const reference = addInstallation(app, documentOf);
  addConsole(
    app,
    features.flatMap(({ pages = [] }) => pages),
  );
  app.route('/_s3', localS3());
  app.route('/v1/admin', admin());
  app.use('/v1/*', unless(isOfKey, markRequest));
  for (const one of [authenticate, markRequest, readYourWrites, formsInTurn, idempotent]) {
    app.use('/v1/*', unless(isOfNoKey, one));
    for (const path of [...anonymousSurfaces, ...surfaces.map(({ path }) => path)]) app.use(`${path}/*`, one);
  }
  app.route('/v1/namespaces', namespaces());
  app.route('/v1/namespaces/:namespace_id/plugins', extractors(reference));
  app.route('/v1/namespaces/:namespace_id/deployments', deployments());
  app.route('/v1/namespaces/:namespace_id/releases', releases());
  app.route('/v1/namespaces/:namespace_id/logs', namespaceLogs());
  app.route('/v1/namespaces/:namespace_id/callback-secret', callbackSecret());
  app.route('/v1/plugins', organizationExtractors());
  addVersionRules(app);
  addLimits(app);
  app.route('/v1/builders', builders());
  app.route('/v1/keys', keys());
  app.route('/v1/organization', organization());
  app.route('/v1/calls', laterCallRoutes());
  app.route('/v1/session', session());
  app.route('/v1/events', events());
  app.route('/v1/attention', attention());
  for (const [path, router] of features.flatMap(({ routes = {} }) => Object.entries(routes))) app.route(path, router());
  app.route('/api/plugins', goPlugins(pipelineSurface));
  app.route('/api/storage-plugins', goPlugins(storageSurface));
  registerComponents(app);
  app.notFound((c) => answerProblem(c, pathNotFound(c.req.path)));
  app.onError((error, c) => {
    const problem = toProblem(error);
    const { log } = partsOf(c.env);
    const { code, hint, message, status } = problem;
    // Don't log an error per request for floods of bodies, or for calls of what was withdrawn. The request's own line has the status.
    if (code === 'not-configured') log.error('settings.invalid', { message, hint });
    else if (status >= 500 && !['memory-full', 'plugin-withdrawn'].includes(code)) {
      const organization = c.var.actor?.organizationId;
      log.error('request.failed', { request_id: c.var.requestId, organization, error });
    }
    return answerProblem(c, problem);
  });
  return app;
}

/** Adds what decides which versions may be published and deployed. */
function addVersionRules(app: OpenAPIHono<AppEnv>): void {
  app.route('/v1/advisories', advisories());
  app.route('/v1/scan-policy', scanPolicy());
}

/** Adds what bounds an organization's calls, resources and spending. */
function addLimits(app: OpenAPIHono<AppEnv>): void {
  app.route('/v1/call-limits', callLimits());
  app.route('/v1/quotas', quotas());
  app.route('/v1/budget', organizationBudget());
  app.route('/v1/namespaces/:namespace_id/budget', namespaceBudget());
  app.route('/v1/usage', usage());
}

/** Paths whose requests send a secret other than a key. */
const keylessPaths: readonly string[] = [
  ...['/v1/admin', '/v1/session/links/read', '/v1/session/links/use'],
  ...features.flatMap(({ keyless = [] }) => keyless),
];

export const documented = documentedFields(features.map(({ fields }) => fields ?? {}));

/** Returns the app's OpenAPI document. */
export function documentOf(app: OpenAPIHono<AppEnv>): Document {
  const tags = features.flatMap((feature) => feature.tags ?? []);
  return openApiDocument(app, { tags, surfaces, fields: documented });
}

function unless(
  isExempt: (c: Context<AppEnv>) => boolean,
  middleware: MiddlewareHandler<AppEnv>,
): MiddlewareHandler<AppEnv> {
  return (c, next) => (isExempt(c) ? next() : middleware(c, next));
}

function isOfStorage({ req }: Context): boolean {
  return isBelow(req.path, '/_s3');
}

function isOfKey(c: Context): boolean {
  return !isOfNoKey(c);
}

/** True for requests that send a secret other than a key. */
function isOfNoKey({ req: { path } }: Context): boolean {
  return keylessPaths.some((keyless) => isBelow(path, keyless));
}

/** Adds the document's other components: webhooks, models that several operations share, and how keys are sent. */
function registerComponents({ openAPIRegistry }: OpenAPIHono<AppEnv>): void {
  for (const webhook of webhooksOfEvents) openAPIRegistry.registerWebhook(webhook);
  const models = { ...errorModels, Problem: problemModel, Permissions: permissionsModel };
  for (const [name, model] of [models, ...surfaces.map((surface) => surface.models)].flatMap(Object.entries))
    openAPIRegistry.register(name, model);
  openAPIRegistry.registerComponent('securitySchemes', 'bearerAuth', securitySchemes.bearerAuth);
}
