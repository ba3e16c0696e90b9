// Accepts requests to deploy a version. Each takes a ticket and becomes one row; the queue does the work.
import { and, desc, eq, gte, isNull, ne, or, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { type Actor, notFound, requireScope, requireScopeSomewhere } from '../access/actor.ts';
import type { ActorRef } from '../contract/actor.ts';
import type { Scaling } from '../contract/builder/fleets.ts';
import { deploymentLimits } from '../contract/limits/deployments.ts';
import type { ReleaseChoice } from '../contract/releases.ts';
import type { DeploymentType } from '../contract/states.ts';
import type { DeploymentId, NamespaceId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { keptTrace } from '../core/trace-context.ts';
import { insertWhere, previousChanged, type Statement, writeAndRead } from '../db/client.ts';
import { released } from '../db/lease.ts';
import { deployments, isUnfinished } from '../db/schema/deploy.ts';
import type { Deps } from '../deps.ts';
import { enqueue, type OutboxMessage, outboxMessage, sendNow } from '../events/outbox.ts';
import { record } from '../events/record.ts';
import { namespacePlacement, versionPlace, type WithFallback } from '../instances/placement.ts';
import { withFallback } from '../instances/requirements/gpus.ts';
import { askedSecrets, selectRevision, selectSecretRevision } from '../instances/secrets/asked-secrets.ts';
import { requestedScaling } from '../instances/serving.ts';
import { liveLimits } from '../limits/deployments.ts';
import { hasRoom, type Limit, requireRoom, selectExceeded } from '../limits/limit.ts';
import { refusalProblem, selectRefusals, wasLive } from '../pointers/advisory-refusal.ts';
import { findDeployment } from '../pointers/history/history.ts';
import { limitLiveVersions } from '../pointers/live-versions.ts';
import { mayTakeCalls } from '../pointers/may-take-calls.ts';
import { type Deployment, isCurrentAttempt } from '../pointers/overview.ts';
import { isPointerTarget, lastTicket } from '../pointers/pointers.ts';
import { promoteStatements } from '../pointers/promote.ts';
import { mayBecome } from '../pointers/states.ts';
import { takeTicket } from '../pointers/tickets.ts';
import { requireDeployable, requireStillDeployable } from '../registry/versions/stages.ts';
import { type PluginVersion, versionSlug } from '../registry/versions/versions.ts';
import { isAvailableIn } from '../registry/versions/visible-versions.ts';
import { rejectionProblem, selectRejection } from '../scan-host/current-verdict.ts';
import { chosenRelease, type RequestedChoice } from './release-choice.ts';

const latest = alias(deployments, 'latest');

export interface DeploymentRequest {
  namespaceId: NamespaceId;
  version: PluginVersion & WithFallback;
  type: DeploymentType;
  parameters: Deployment['parameters'] | SQL<Deployment['parameters']>;
  /** How the name gets to the version. Defaults to what the plugin or the namespace says. */
  release?: RequestedChoice;
  actor: ActorRef;
  /** True for a rollback, and for a retry of one: once ready, the deployment gets the plugin's name. */
  takesName?: true;
}

/** Like `attemptDeployment`; 404 if the namespace can no longer see the version. */
export async function requestDeployment(deps: Deps, request: DeploymentRequest): Promise<Deployment> {
  const deployment = await createDeployment(deps, request);
  if (!deployment) await requireStillDeployable(deps, request.version);
  if (!deployment) throw notFound('plugin', versionSlug(request.version));
  return deployment;
}

export interface DeployOptions {
  /** Statements that run first, in the same batch. */
  precededBy?: [Statement, ...Statement[]] | [];
  /** True to return a live deployment with the same type and parameters instead of deploying again. */
  onlyIfMissing?: boolean;
  /** SQL: creates nothing unless it holds. */
  condition?: SQL;
}

/**
 * Writes the request as one batch: ticket, deployment, event, message. Returns a deployment in progress with the same type and
 * parameters (D6); supersedes any other one in progress. Promotes batch-only deployments here, without the queue (D7). Throws if the
 * scan policy rejects the version today (D25), or the namespace refuses it because of advisories. Returns undefined if the version was deleted or the namespace can't see it.
 */
export async function createDeployment(
  deps: Deps,
  asked: DeploymentRequest,
  { precededBy: first = [], onlyIfMissing = false, condition = sql`true` }: DeployOptions = {},
): Promise<Deployment | undefined> {
  const { db } = deps;
  const request = { ...asked, version: await withFallback(deps, asked.version) };
  const { namespaceId, version, parameters } = request;
  const here = isAttempt(namespaceId, version.id);
  const newestId = sql`(select ${latest.id} from ${deployments} ${latest} where ${latest.namespaceId} = ${namespaceId} and ${latest.versionId} = ${version.id} and ${latest.status} not in ('superseded', 'cancelled') order by ${latest.ticket} desc limit 1)`;
  const same = and(
    eq(deployments.id, newestId),
    eq(deployments.type, typeOf(request)),
    eq(deployments.parameters, parameters),
    onlyIfMissing ? or(isUnfinished(), isPointerTarget(sql`${deployments.id}`)) : isUnfinished(),
    hasSecretsOf(namespaceId, version),
    isAsSoonAs(request),
  );
  const stands = sql`${isAvailableIn(namespaceId, version.id)} and ${condition}`;
  const missing = sql`not exists (select 1 from ${deployments} where ${same})`;
  const limits = requestedLimits(deps, request);
  const place = { namespaceId, versionId: version.id };
  const refusable = isRefusable(request);
  const wanted = sql`${condition} and ${missing} and ${mayTakeCalls(deps, place, { refusable })} and ${hasRoom(limits)}`;
  const attempt = newAttempt(deps, request, previousChanged);
  const ticket = takeTicket(deps, namespaceId, version.pluginId, wanted);
  const repeated = onlyIfMissing || request.actor.type === 'system' ? [] : askAgain(deps, request, same);
  const outcome = await writeAndRead(db, [...first, ...repeated, ticket, ...attempt.statements], {
    rejections: selectRejection(deps, version.id, missing),
    refusals: selectRefusals(deps, place, sql`${refusable} and ${condition} and ${missing}`),
    newest: db
      .select()
      .from(deployments)
      .where(and(here, isCurrentAttempt, stands))
      .orderBy(desc(deployments.ticket))
      .limit(1),
    exceeded: selectExceeded(db, limits, sql`${stands} and ${missing}`),
  });
  const [rejection] = outcome.rejections;
  const [newest] = outcome.newest;
  if (rejection) throw rejectionProblem(version, rejection);
  if (outcome.refusals.length > 0) throw refusalProblem(version, outcome.refusals);
  if (newest?.id !== attempt.id) requireRoom(limits, outcome.exceeded);
  else if (attempt.type === 'realtime') deps.defer(sendNow(deps, attempt.message));
  else deps.defer(sendNow(deps, attempt.message).then(() => limitLiveVersions(deps, newest)));
  return newest;
}

/** SQL: advisories can refuse the request. A Go plugin's packages are known once it is built, and its attempt asks. */
function isRefusable({ namespaceId, takesName, version }: DeploymentRequest): SQL {
  if (version.kind !== 'extractor') return sql`false`;
  return takesName ? sql`not ${wasLive({ namespaceId, versionId: version.id })}` : sql`true`;
}

/** Makes a deployment in progress the newest request for the name: it was requested again. */
function askAgain(deps: Deps, { namespaceId, version }: DeploymentRequest, same: SQL | undefined): Statement[] {
  const { pluginId } = version;
  return [
    takeTicket(deps, namespaceId, pluginId, sql`exists (select 1 from ${deployments} where ${same})`),
    deps.db
      .update(deployments)
      .set({ ticket: lastTicket(namespaceId, pluginId) })
      .where(same),
  ];
}

/** SQL: the deployment moves the name at once, if the request says so. Any other request keeps the plan of a deployment in progress. */
function isAsSoonAs({ release }: DeploymentRequest): SQL | undefined {
  if (release !== 'immediate') return undefined;
  return or(isNull(deployments.release), sql`${deployments.release} = ${sql.param(release, deployments.release)}`);
}

/** SQL: the version's secrets have not changed since the deployment was requested. */
function hasSecretsOf(namespaceId: NamespaceId, version: PluginVersion): SQL | undefined {
  if (askedSecrets(version).length === 0) return undefined;
  return gte(deployments.secretRevision, selectRevision(namespaceId, version));
}

/** Quotas that a deployment request must respect. */
export function requestedLimits(
  { clock }: Pick<Deps, 'clock'>,
  request: Pick<DeploymentRequest, 'namespaceId' | 'version' | 'type'>,
): Limit[] {
  const { namespaceId, version } = request;
  const { organizationId, pluginId } = version;
  const scaling = scalingOf(request);
  return liveLimits(organizationId, {
    type: typeOf(request),
    scaling,
    isScaled: isScaledHere(request),
    now: clock.now(),
    namespaceId,
    pluginId,
  });
}

/** Returns the instance limits that the manifest sets; null if it has at most one process. */
function scalingOf(request: Pick<DeploymentRequest, 'type' | 'version'>): Scaling | null {
  const { kind, manifest } = request.version;
  return kind === 'extractor' && typeOf(request) === 'realtime' ? requestedScaling(manifest) : null;
}

/** SQL: Slipway, and not Ray, scales the version's new deployment. */
function isScaledHere({ namespaceId, version }: Pick<DeploymentRequest, 'namespaceId' | 'version'>): SQL {
  return sql`${versionPlace(namespaceId, version)} is null`;
}

/** SQL: the instance limits of a new deployment that Slipway scales; otherwise null. */
function newScaling(request: DeploymentRequest): SQL<Scaling | null> | null {
  const scaling = scalingOf(request);
  return scaling && sql<Scaling | null>`case when ${isScaledHere(request)} then ${JSON.stringify(scaling)} end`;
}

export function isAttempt(namespaceId: NamespaceId, versionId: PluginVersion['id']): SQL | undefined {
  return and(eq(deployments.namespaceId, namespaceId), eq(deployments.versionId, versionId));
}

/** A plugin without realtime.py is always batch-only (D7). */
function typeOf({ type, version }: Pick<DeploymentRequest, 'type' | 'version'>): DeploymentType {
  return version.hasRealtime ? type : 'batch_only';
}

/** Returns whether a rollback requested the name for the deployment, which moves it at once, and otherwise its release plan. */
function howNameMoves(request: DeploymentRequest): {
  takesName: SQL<boolean>;
  release: SQL<ReleaseChoice | null> | null;
} {
  const { namespaceId, version, release = null } = request;
  const superseded = and(isAttempt(namespaceId, version.id), isUnfinished(), eq(deployments.takesName, true));
  const takesName = request.takesName
    ? sql<boolean>`true`
    : sql<boolean>`exists (select 1 from ${deployments} where ${superseded})`;
  const chosen = chosenRelease(namespaceId, version.manifest, release);
  return {
    takesName,
    release: typeOf(request) === 'batch_only' ? null : sql`case when not ${takesName} then ${chosen} end`,
  };
}

export interface NewAttempt {
  id: DeploymentId;
  type: DeploymentType;
  /** Message to send if the deployment is created. */
  message: OutboxMessage;
  statements: [Statement, ...Statement[]];
}

/**
 * Builds the statements that create a deployment if the condition holds, with the ticket their batch just took. They supersede the
 * version's deployments in progress. If a rollback requested the plugin's name for one of those, the new deployment inherits the
 * request. Throws if the version isn't approved or is quarantined; every deployment and rollback passes here.
 */
export function newAttempt(deps: Deps, request: DeploymentRequest, condition: SQL): NewAttempt {
  requireDeployable(request.version);
  const { db, ids, clock } = deps;
  const { namespaceId, version, parameters, actor } = request;
  const type = typeOf(request);
  const now = clock.now();
  const id = ids('deployment');
  const here = isAttempt(namespaceId, version.id);
  const attempt = {
    id,
    organizationId: version.organizationId,
    namespaceId,
    pluginId: version.pluginId,
    versionId: version.id,
    generation: sql<number>`(select coalesce(max(${deployments.generation}), 0) + 1 from ${deployments} where ${here})`,
    ticket: lastTicket(namespaceId, version.pluginId),
    type,
    parameters,
    status: type === 'batch_only' ? ('ready' as const) : ('queued' as const),
    placement: namespacePlacement(deps, namespaceId, version),
    scaling: newScaling(request),
    ...howNameMoves(request),
    attempts: 0,
    secretRevision: askedSecrets(version).length === 0 ? null : selectSecretRevision(namespaceId),
    traceparent: keptTrace(deps.trace),
    createdBy: actor,
    createdAt: now,
    updatedAt: now,
  };
  const made = sql`exists (select 1 from ${deployments} ${latest} where ${latest.id} = ${id})`;
  const overtakenId = sql<string>`(select ${deployments.id} from ${deployments} where ${here} and ${deployments.status} = 'superseded' order by ${deployments.ticket} desc limit 1)`;
  const event = { organizationId: version.organizationId, namespaceId, actor };
  const stop = outboxMessage(
    deps,
    'deployments',
    { v: 1, type: 'stop-instances', id: version.pluginId },
    deploymentLimits.pointerDrainMs,
  );
  const message =
    type === 'batch_only' ? stop : outboxMessage(deps, 'deployments', { v: 1, type: 'advance-deployment', id });
  const statements: NewAttempt['statements'] = [
    insertWhere(db, deployments, attempt, condition),
    record(
      deps,
      { ...event, type: 'deployment.queued', subjectId: id, data: { version_id: version.id, type } },
      previousChanged,
    ),
    db
      .update(deployments)
      .set({ status: 'superseded', stopAfter: now, ...released, updatedAt: now })
      .where(and(here, ne(deployments.id, id), mayBecome('superseded'), made)),
    record(deps, { ...event, type: 'deployment.superseded', subjectId: overtakenId }, previousChanged),
    ...(type === 'batch_only' ? promoteStatements(deps, { ...attempt, leaseToken: null, release: null }, actor) : []),
    enqueue(deps, message, made),
  ];
  return { id, type, message, statements };
}

/** Retries a deployment. A repeated request returns the retry in progress (D6). 409 if the deployment has not failed. */
export async function retryDeployment(
  deps: Deps,
  actor: Actor,
  namespaceId: NamespaceId,
  id: DeploymentId,
): Promise<{ deployment: Deployment; version: PluginVersion }> {
  requireScopeSomewhere(actor, 'plugins:deploy');
  const { deployment, version } = await findDeployment(deps, actor, namespaceId, id);
  requireScope(actor, 'plugins:deploy', version.name);
  const { status, type, parameters, release, takesName } = deployment;
  if (status !== 'failed' && status !== 'cancelled')
    throw new Problem(
      'conflict',
      `Deployment ${id} is ${status}. Only a deployment that failed or was cancelled can be retried.`,
      {
        details: { resource: 'deployment', id, status },
      },
    );
  const again = { namespaceId, version, type, parameters, release, actor: actor.ref };
  const request = takesName ? { ...again, takesName } : again;
  return { deployment: await requestDeployment(deps, request), version };
}
