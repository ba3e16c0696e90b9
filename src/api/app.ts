// Assembles the HTTP API: middleware in order, the surfaces, and the handlers for unknown paths and errors. Extends zod before any
// module creates a schema.
import { renderProblemsAs } from './problems/problem-json.ts';
import { pipelineSurface, storageSurface } from './requests/surfaces.ts';
import { permissionsModel } from './responses/version-fields.ts';
import '@hono/zod-openapi';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { newKeyCache } from '../access/key-cache.ts';
import { apiLimits } from '../contract/limits/requests.ts';
import type { Log } from '../core/log.ts';
import { newRouteCache } from '../serve/route.ts';
import { callCounters } from '../traffic/call-counters.ts';
import { agentPlugins } from './agents/agent-plugins.ts';
import { anonymousSurfaces, authenticate } from './authentication/authenticate.ts';
import { addConsole } from './console.ts';
import type { AppEnv } from './context/context.ts';
import { FailedAttempts } from './context/failed-attempts.ts';
import { newFollowing } from './context/following.ts';
import { deployHooks } from './deploy-hooks/hooks.ts';
import { hookReceiver } from './deploy-hooks/receiving.ts';
import { deployments } from './extractors/deployments/deployment-history.ts';
import { namespaceLogs } from './extractors/deployments/namespace-logs.ts';
import { models } from './extractors/models.ts';
import { extractors } from './extractors/namespace-extractors.ts';
import { organizationExtractors } from './extractors/organization-extractors.ts';
import { secrets } from './extractors/secrets.ts';
import { goPlugins } from './go-plugins/go-plugins.ts';
import { issuers } from './identity/issuers.ts';
import { tokenExchange } from './identity/token-exchange.ts';
import { trustedPublishers } from './identity/trusted-publishers.ts';
import { addInstallation } from './installation.ts';
import { callbackSecret } from './later-calls/callback-secret.ts';
import { laterCallRoutes } from './later-calls/later-calls.ts';
import { localS3 } from './local-s3.ts';
import { knownMethods } from './methods.ts';
import { identify, type MakeDeps, prepare } from './middleware.ts';
import { agentErrorModels, agentProblemResponse } from './openapi/agent-errors.ts';
import { errorModels, newRouter } from './openapi/route-definitions.ts';
import { admin } from './organization/admin.ts';
import { advisories } from './organization/advisories.ts';
import { approvals } from './organization/approvals.ts';
import { session } from './organization/browser-sessions.ts';
import { namespaceBudget, organizationBudget, usage } from './organization/budgets.ts';
import { builders } from './organization/builders.ts';
import { callLimits } from './organization/call-limits.ts';
import { clusters } from './organization/clusters.ts';
import { events } from './organization/events.ts';
import { grants } from './organization/grants.ts';
import { keys } from './organization/keys.ts';
import { namespaces } from './organization/namespaces.ts';
import { organization } from './organization/organization.ts';
import { quotas } from './organization/quotas.ts';
import { scanPolicy } from './organization/scan-policy.ts';
import { sources } from './organization/sources.ts';
import { waivers } from './organization/waivers.ts';
import { invitations } from './people/invitations.ts';
import { memberRoutes } from './people/members.ts';
import { person } from './people/person.ts';
import { signIn } from './people/sign-in.ts';
import { answerProblem, problemModel } from './problems/problem-json.ts';
import { toProblem } from './problems/problem-of.ts';
import { pathNotFound } from './problems/problem-response.ts';
import { releases } from './releases/releases.ts';
import { leavesPlace, plainBodies } from './requests/body-place.ts';
import { formsInTurn } from './requests/forms-in-turn.ts';
import { idempotent } from './requests/idempotency.ts';
import { readYourWrites } from './requests/read-your-writes.ts';
import { conditional } from './responses/conditional.ts';
import { webhooksOfEvents } from './responses/event-wire.ts';
import { runs } from './runs/runs.ts';
import { webhooks } from './webhooks/endpoints.ts';

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
    refusals: new FailedAttempts(apiLimits.failedAddresses),
    signingKeys: new Map(),
    configurations: new Map(),
    calls: callCounters(countCallsMs),
    sample: { skipped: 0 },
    following: newFollowing(),
  };
}

/** Creates the app, whose requests get the parts of their environment. */
export function createApp(partsOf: (env: object) => AppParts): OpenAPIHono<AppEnv> {
  const app = newRouter();
  app.use(identify);
  app.use('/api/v1/*', renderProblemsAs(agentProblemResponse));
  app.use(prepare(partsOf));
  app.use(leavesPlace);
  app.use(knownMethods(app));
  app.use(unless(isOfStorage, plainBodies), unless(isOfStorage, conditional));
  addInstallation(app);
  addConsole(app);
  app.route('/_s3', localS3());
  app.route('/v1/admin', admin());
  for (const one of [authenticate, readYourWrites, formsInTurn, idempotent]) {
    app.use('/v1/*', unless(isOfNoKey, one));
    for (const path of [...anonymousSurfaces, '/api/v1']) app.use(`${path}/*`, one);
  }
  app.route('/api/v1/plugins', agentPlugins());
  app.route('/v1/namespaces', namespaces());
  app.route('/v1/namespaces/:namespace_id/plugins', extractors());
  app.route('/v1/namespaces/:namespace_id/deployments', deployments());
  app.route('/v1/namespaces/:namespace_id/releases', releases());
  app.route('/v1/namespaces/:namespace_id/runs', runs());
  app.route('/v1/namespaces/:namespace_id/logs', namespaceLogs());
  app.route('/v1/namespaces/:namespace_id/callback-secret', callbackSecret());
  app.route('/v1/namespaces/:namespace_id/secrets', secrets());
  app.route('/v1/namespaces/:namespace_id/models', models());
  app.route('/v1/plugins', organizationExtractors());
  addVersionRules(app);
  addLimits(app);
  app.route('/v1/sources', sources());
  app.route('/v1/builders', builders());
  app.route('/v1/clusters', clusters());
  app.route('/v1/keys', keys());
  addIdentity(app);
  app.route('/v1/organization', organization());
  app.route('/v1/calls', laterCallRoutes());
  app.route('/v1/session', session());
  app.route('/v1/events', events());
  app.route('/v1/webhooks', webhooks());
  app.route('/v1/deploy-hooks', deployHooks());
  app.route('/hooks', hookReceiver());
  app.route('/api/plugins', goPlugins(pipelineSurface));
  app.route('/api/storage-plugins', goPlugins(storageSurface));
  registerComponents(app);
  app.notFound((c) => answerProblem(c, pathNotFound(c.req.path)));
  app.onError((error, c) => {
    const problem = toProblem(error);
    const { log } = partsOf(c.env);
    // Don't log an error per request, because a flood of bodies would become a flood of errors. The request's own line has the status.
    if (problem.code === 'not-configured') log.error('settings.invalid', { message: problem.message });
    else if (problem.status >= 500 && problem.code !== 'memory-full') {
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
  app.route('/v1/approvals', approvals());
  app.route('/v1/scan-policy', scanPolicy());
  app.route('/v1/waivers', waivers());
  app.route('/v1/grants', grants());
}

/** Adds what bounds an organization's calls, resources and spending. */
function addLimits(app: OpenAPIHono<AppEnv>): void {
  app.route('/v1/call-limits', callLimits());
  app.route('/v1/quotas', quotas());
  app.route('/v1/budget', organizationBudget());
  app.route('/v1/namespaces/:namespace_id/budget', namespaceBudget());
  app.route('/v1/usage', usage());
}

const keylessPaths: ReadonlySet<string> = new Set([
  '/v1/session/links/read',
  '/v1/session/links/use',
  '/v1/oidc/exchange',
]);

function addIdentity(app: OpenAPIHono<AppEnv>): void {
  app.route('/v1/issuers', issuers());
  app.route('/v1/trusted-publishers', trustedPublishers());
  app.route('/v1/oidc/exchange', tokenExchange());
  app.route('/v1/sign-in', signIn());
  app.route('/v1/person', person());
  app.route('/v1/members', memberRoutes());
  app.route('/v1/invitations', invitations());
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

/** True for requests that send a secret other than a key. */
function isOfNoKey({ req: { path } }: Context): boolean {
  return isBelow(path, '/v1/admin') || isBelow(path, '/v1/sign-in') || keylessPaths.has(path);
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Adds the document's other components: webhooks, models that several operations share, and how keys are sent. */
function registerComponents({ openAPIRegistry }: OpenAPIHono<AppEnv>): void {
  for (const webhook of webhooksOfEvents) openAPIRegistry.registerWebhook(webhook);
  for (const [name, model] of Object.entries({
    ...errorModels,
    ...agentErrorModels,
    Problem: problemModel,
    Permissions: permissionsModel,
  }))
    openAPIRegistry.register(name, model);
  openAPIRegistry.registerComponent('securitySchemes', 'bearerAuth', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'sk_…',
  });
}
