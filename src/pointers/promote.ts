// The only code that moves traffic (invariant 4). A pointer moves only for a request with a newer ticket (tickets.ts), so the latest
// request wins, whichever finishes last (design §4). Returns statements; the caller runs them in the batch of its change.
import { and, eq, isNotNull, isNull, lt, ne, or, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { ActorRef } from '../contract/actor.ts';
import { deploymentLimits } from '../contract/limits/deployments.ts';
import type { DeploymentId, NamespaceId, PluginRowId, VersionId } from '../core/ids.ts';
import { insertWhere, previousChanged, type Statement } from '../db/client.ts';
import { released } from '../db/lease.ts';
import { namespaces } from '../db/schema/access.ts';
import { deployments, isCurrent, livePointers, promotions } from '../db/schema/deploy.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { record } from '../events/record.ts';
import { activeVersionId } from '../registry/versions/active-version.ts';
import { bestFirst } from '../registry/versions/versions.ts';
import { wasLive } from './advisory-refusal.ts';
import { beginStatements, cancelOutdated, canShareCalls, isCandidate } from './begin-release.ts';
import { isLeft, leaveUndeployed, recordServing, returnUndeployed } from './line.ts';
import { mayTakeCalls } from './may-take-calls.ts';
import type { Deployment } from './overview.ts';
import { isLive, isPointerTarget, isPointerTo, lastTicket, nameIsServed } from './pointers.ts';
import { mayBecome } from './states.ts';
import { passNewer, takeTicket } from './tickets.ts';

const attempt = alias(deployments, 'attempt');

type WriteDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'policyVersion'>;

export type Promotable = Pick<
  Deployment,
  'id' | 'organizationId' | 'namespaceId' | 'versionId' | 'pluginId' | 'leaseToken' | 'release'
>;

/**
 * Promotes a ready deployment, in this order (D2, D4):
 *
 * | its ticket is newer than the version's pointer's | the name's pointer is | the version is active and not yanked, or a rollback requested the name | result |
 * |---|---|---|---|
 * | no | any | any | deployment `superseded`; no pointer moves |
 * | yes | empty | any | deployment `promoted`; the name's pointer moves to this version, unless Slipway restarts one that was given up |
 * | yes | this version | any | deployment `promoted` |
 * | yes | another version, moved by an older ticket | yes | deployment `promoted`; the name's pointer moves to this version, or with a plan, a release begins |
 * | yes | another version | no, or the pointer's ticket is newer | deployment `promoted`; the name's pointer stays |
 *
 * If the version may take no calls, nothing changes and the deployment stays `ready`, for `goLive` to fail it.
 *
 * Deployments of the version that a pointer no longer names may stop after their drain. Where the namespace limits live versions,
 * its plugin is marked for `limitLiveVersions`.
 */
export function promoteStatements(
  deps: WriteDeps,
  deployment: Promotable,
  actor: ActorRef,
): [Statement, ...Statement[]] {
  const promotion = promotionOf(deps, deployment, actor);
  return [
    moveVersionPointer(promotion), // Unless it names a newer request, or the version may take no calls.
    ...markPromoted(promotion), // If the pointer names this deployment now.
    ...markSuperseded(promotion), // If it names a newer request.
    ...moveNamePointer(promotion), // Where the table says so.
    ...beginRelease(promotion), // Instead of moving the name, if the deployment has a plan.
    retireReplaced(promotion),
    markForLimit(deps, { ...promotion, condition: promotion.promoted }),
    ...cancelOutdated(deps, deployment, actor),
  ];
}

interface Promotion extends Promotable {
  deps: WriteDeps;
  actor: ActorRef;
  now: number;
  event: { organizationId: Deployment['organizationId']; namespaceId: NamespaceId; actor: ActorRef };
  /** SQL: the deployment is ready and its worker holds the lease. */
  isClaimed: SQL | undefined;
  ticket: SQL<number>;
  /** SQL: an earlier statement in the batch promoted the deployment. */
  promoted: SQL;
}

function promotionOf(deps: WriteDeps, deployment: Promotable, actor: ActorRef): Promotion {
  const { id, namespaceId, organizationId } = deployment;
  return {
    ...deployment,
    deps,
    actor,
    now: deps.clock.now(),
    event: { organizationId, namespaceId, actor },
    isClaimed: and(
      eq(deployments.id, id),
      eq(deployments.status, 'ready'),
      sql`${deployments.leaseToken} is ${deployment.leaseToken}`,
    ),
    ticket: sql<number>`(select ${deployments.ticket} from ${deployments} where ${deployments.id} = ${id})`,
    promoted: sql`exists (select 1 from ${deployments} ${attempt} where ${attempt.id} = ${id} and ${attempt.status} = 'promoted')`,
  };
}

function moveVersionPointer({ deps, id, isClaimed, namespaceId, now, ticket, versionId }: Promotion): Statement {
  const refusable = sql`not (${isForName(id)} and ${wasLive({ namespaceId, versionId })})`;
  return insertWhere(
    deps.db,
    livePointers,
    { namespaceId, subjectId: versionId, targetId: id, ticket, lastTicket: 0, updatedAt: now },
    sql`exists (select 1 from ${deployments} where ${isClaimed}) and ${mayTakeCalls(deps, { namespaceId, versionId }, { refusable })}`,
    sql`on conflict do update set target_id = excluded.target_id, ticket = excluded.ticket, updated_at = excluded.updated_at where live_pointers.ticket < excluded.ticket`,
  );
}

function markPromoted({ deps, event, id, isClaimed, now, versionId }: Promotion): Statement[] {
  const data = { version_id: versionId };
  return [
    deps.db
      .update(deployments)
      .set({ status: 'promoted', error: null, promotedAt: now, updatedAt: now, ...released })
      .where(and(isClaimed, mayBecome('promoted'), isPointerTarget(id))),
    record(deps, { ...event, type: 'deployment.promoted', subjectId: id, data }, previousChanged),
  ];
}

function markSuperseded({ deps, event, id, isClaimed, namespaceId, now, ticket, versionId }: Promotion): Statement[] {
  const overtaken = sql`exists (select 1 from ${livePointers} where ${isPointerTo(namespaceId, versionId)} and ${livePointers.ticket} >= ${ticket})`;
  return [
    deps.db
      .update(deployments)
      .set({ status: 'superseded', stopAfter: now, updatedAt: now, ...released })
      .where(and(isClaimed, overtaken)),
    record(deps, { ...event, type: 'deployment.superseded', subjectId: id }, previousChanged),
  ];
}

/** SQL: a rollback requested the name for the deployment. */
function isForName(id: DeploymentId): SQL {
  return sql`exists (select 1 from ${deployments} ${attempt} where ${attempt.id} = ${id} and ${attempt.takesName})`;
}

/**
 * SQL: the deployment's version is the active one, whose promotion moves the name or begins a release. A yank of the organization's
 * version leaves it active where it is enabled.
 */
function isActive({ namespaceId, pluginId, versionId }: Promotion): SQL {
  const isYanked = sql`exists (select 1 from ${pluginVersions} where ${pluginVersions.id} = ${versionId} and ${pluginVersions.yanked} is not null)`;
  return sql`(${activeVersionId(namespaceId, pluginId)} = ${versionId} and not ${isYanked})`;
}

function moveNamePointer(promotion: Promotion): Statement[] {
  const { deps, event, id, namespaceId, now, pluginId, promoted, ticket, versionId } = promotion;
  const isStepwise = promotion.release === 'immediate' ? null : promotion.release;
  // The next deployment of a release's candidate doesn't end the release.
  const atOnce = sql`not ${isStepwise ? canShareCalls(promotion, versionId) : sql`0`} and not ${isCandidate(namespaceId, pluginId, versionId)}`;
  const takesName = sql`(${isForName(id)} or (${isActive(promotion)} and ${atOnce}))`;
  // A restart of Slipway's, such as for a new secret, brings no version back.
  const isRestart = sql`exists (select 1 from ${deployments} ${attempt} where ${attempt.id} = ${id} and ${attempt.createdBy} ->> '$.type' = 'system')`;
  const isWanted = sql`not (${isRestart} and not ${isForName(id)} and ${isLeft(promotion, versionId)})`;
  return [
    deps.db
      .update(livePointers)
      .set({ targetId: versionId, ticket: sql`max(${livePointers.ticket}, ${ticket})`, updatedAt: now })
      .where(
        and(
          isPointerTo(namespaceId, pluginId),
          promoted,
          sql`${livePointers.targetId} is not ${versionId}`,
          or(isNull(livePointers.targetId), and(lt(livePointers.ticket, ticket), takesName)),
          isWanted,
        ),
      ),
    record(deps, { ...event, type: 'pointer.moved', subjectId: pluginId, data: { to: versionId } }, previousChanged),
    recordServing(deps, promotion, and(promoted, eq(livePointers.targetId, versionId)), isForName(id)),
    returnUndeployed(deps, promotion, promoted),
  ];
}

function beginRelease(promotion: Promotion): Statement[] {
  const { actor, deps, id, namespaceId, pluginId, promoted, release: plan, ticket, versionId } = promotion;
  if (plan === null || plan === 'immediate') return [];
  const isNewer = sql`exists (select 1 from ${livePointers} where ${isPointerTo(namespaceId, pluginId)} and ${livePointers.ticket} < ${ticket})`;
  const condition = sql`(${promoted} and ${isNewer} and ${isActive(promotion)} and not ${isForName(id)} and not ${isCandidate(namespaceId, pluginId, versionId)})`;
  const createdBy = sql<ActorRef>`(select ${deployments.createdBy} from ${deployments} where ${deployments.id} = ${id})`;
  return beginStatements(deps, { ...promotion, id: deps.ids('release'), plan, createdBy, condition, ticket }, actor);
}

function retireReplaced({ deps, id, namespaceId, promoted, versionId }: Promotion): Statement {
  const ofVersion = and(eq(deployments.namespaceId, namespaceId), eq(deployments.versionId, versionId));
  return retire(deps, and(ofVersion, ne(deployments.id, id), promoted));
}

/** Has the namespace's `keep_live_versions` applied after a change of the name, if the condition holds. */
export function markForLimit(
  { db }: WriteDeps,
  {
    condition,
    namespaceId,
    pluginId,
    ticket,
  }: Pick<TakeNameRequest, 'condition' | 'namespaceId' | 'pluginId'> & { ticket: SQL<number> },
): Statement {
  return db
    .update(livePointers)
    .set({ limitTicket: ticket })
    .where(and(isPointerTo(namespaceId, pluginId), condition, limitsLiveVersions(namespaceId)));
}

/** SQL: the namespace has a `keep_live_versions` to apply after a promotion (D39). */
function limitsLiveVersions(namespaceId: NamespaceId): SQL {
  return sql`exists (select 1 from ${namespaces} where ${and(eq(namespaces.id, namespaceId), isNotNull(namespaces.keepLiveVersions))})`;
}

/**
 * Undeploys a version in a namespace (D2, D8). The first statement takes a ticket, so that older requests cannot bring it back.
 *
 * | the name's pointer is | another version is live | the version's pointer | the name's pointer |
 * |---|---|---|---|
 * | this version | yes | emptied | moves to the newest in the line that may take calls and wasn't given up, or is emptied |
 * | this version | no | emptied | emptied |
 * | another version, or empty | any | emptied | stays |
 *
 * Deployments in progress are cancelled; the promoted one may stop after its drain.
 */
export function emptyPointerStatements(
  deps: WriteDeps,
  request: Omit<TakeNameRequest, 'condition'>,
  { actor, givesUp }: { actor: ActorRef; givesUp: boolean },
): [Statement, ...Statement[]] {
  const { db, clock } = deps;
  const now = clock.now();
  const { organizationId, namespaceId, pluginId, versionId } = request;
  const event = { organizationId, namespaceId, actor };
  const here = and(eq(deployments.namespaceId, namespaceId), eq(deployments.versionId, versionId));
  const ticket = lastTicket(namespaceId, pluginId);
  const cancelledId = sql<string>`(select ${deployments.id} from ${deployments} where ${here} and ${deployments.status} = 'cancelled' order by ${deployments.ticket} desc limit 1)`;
  const other = sql<VersionId>`${attempt.versionId}`;
  const placeOfOther = sql`(select ${promotions.ticket} from ${promotions}
    where ${promotions.namespaceId} = ${namespaceId} and ${promotions.pluginId} = ${pluginId} and ${promotions.versionId} = ${other})`;
  const bestOther = sql<VersionId>`(
    select ${other} from ${deployments} ${attempt} cross join ${pluginVersions} on ${pluginVersions.id} = ${other}
    where ${attempt.namespaceId} = ${namespaceId} and ${attempt.pluginId} = ${pluginId} and ${isCurrent(attempt)} and ${other} <> ${versionId} and ${isLive(namespaceId, other)}
      and not ${isLeft(request, other)} and ${mayTakeCalls(deps, { namespaceId, versionId: other }, { liveStays: true })}
    order by ${pluginVersions.yanked} is not null, ${placeOfOther} desc nulls last, ${bestFirst} limit 1)`;
  const hasName = and(isPointerTo(namespaceId, pluginId), eq(livePointers.targetId, versionId));
  return [
    db
      .update(livePointers)
      .set({ lastTicket: sql`${livePointers.lastTicket} + 1`, updatedAt: now })
      .where(isPointerTo(namespaceId, pluginId)),
    db
      .update(livePointers)
      .set({ targetId: null, ticket, updatedAt: now })
      .where(and(isPointerTo(namespaceId, versionId), sql`${livePointers.targetId} is not null`)),
    record(deps, { ...event, type: 'pointer.emptied', subjectId: versionId }, previousChanged),
    ...(givesUp ? [leaveUndeployed(deps, request)] : []),
    passNewer(deps, request, sql`exists (select 1 from ${livePointers} where ${hasName})`),
    db
      .update(livePointers)
      .set({ targetId: bestOther, ticket: sql`${livePointers.ticket} + 1`, updatedAt: now })
      .where(hasName),
    record(
      deps,
      { ...event, type: 'pointer.moved', subjectId: pluginId, data: { away_from: versionId } },
      previousChanged,
    ),
    recordServing(deps, request, previousChanged, sql`true`),
    db
      .update(deployments)
      .set({ status: 'cancelled', stopAfter: now, ...released, updatedAt: now })
      .where(and(here, mayBecome('cancelled'))),
    record(deps, { ...event, type: 'deployment.cancelled', subjectId: cancelledId }, previousChanged),
    retire(deps, here),
    ...cancelOutdated(deps, request, actor),
  ];
}

/**
 * Moves the name's pointer to a version now, for a rollback (D4, D9) or the end of a release. The first statement takes a ticket. A
 * person's request comes after all others, and other moves right after the request that has the name.
 *
 * | the name's pointer is | the version is | the version's pointer | the name's pointer |
 * |---|---|---|---|
 * | empty | any | stays | stays: the name has no live version |
 * | set | live | stays | moves to the version |
 * | set | warm: its promoted deployment is draining | names that deployment again | moves to the version |
 * | set | neither | stays | stays, until a new deployment is promoted |
 */
export function takeNameStatements(
  deps: WriteDeps,
  request: TakeNameRequest,
  { actor, asked, goesBack }: { actor: ActorRef; asked: boolean; goesBack: boolean },
): [Statement, ...Statement[]] {
  const { db, clock } = deps;
  const now = clock.now();
  const { organizationId, namespaceId, pluginId, versionId, condition } = request;
  const event = { organizationId, namespaceId, actor };
  const ticket = lastTicket(namespaceId, pluginId);
  const warm = warmDeploymentId(namespaceId, versionId);
  const name = and(
    isPointerTo(namespaceId, pluginId),
    isNotNull(livePointers.targetId),
    isLive(namespaceId, versionId),
  );
  return [
    takeTicket(deps, namespaceId, pluginId, condition),
    ...(asked ? [] : [passNewer(deps, request, condition)]),
    db
      .update(livePointers)
      .set({ targetId: warm, ticket, updatedAt: now })
      .where(
        and(
          isPointerTo(namespaceId, versionId),
          isNull(livePointers.targetId),
          sql`${warm} is not null`,
          nameIsServed(namespaceId, pluginId),
          condition,
        ),
      ),
    record(
      deps,
      { ...event, type: 'deployment.resumed', subjectId: warm, data: { version_id: versionId } },
      previousChanged,
    ),
    db
      .update(deployments)
      .set({ ticket, stopAfter: null, updatedAt: now })
      .where(and(eq(deployments.id, warm), isNotNull(deployments.stopAfter), isPointerTarget(sql`${deployments.id}`))),
    record(
      deps,
      { ...event, type: 'pointer.moved', subjectId: pluginId, data: { to: versionId } },
      sql`exists (select 1 from ${livePointers} where ${and(name, sql`${livePointers.targetId} <> ${versionId}`, condition)})`,
    ),
    db
      .update(livePointers)
      .set({ targetId: versionId, ticket: asked ? ticket : sql`${livePointers.ticket} + 1`, updatedAt: now })
      .where(and(name, condition)),
    recordServing(deps, request, and(eq(livePointers.targetId, versionId), condition), sql`${goesBack}`),
    ...cancelOutdated(deps, request, actor),
  ];
}

/** SQL: the version's promoted deployment, which may be draining. */
export function warmDeploymentId(namespaceId: NamespaceId, versionId: VersionId): SQL<DeploymentId> {
  return sql<DeploymentId>`(select ${attempt.id} from ${deployments} ${attempt} where ${attempt.namespaceId} = ${namespaceId} and ${attempt.versionId} = ${versionId} and ${attempt.status} = 'promoted' order by ${attempt.generation} desc limit 1)`;
}

export interface TakeNameRequest {
  organizationId: Deployment['organizationId'];
  namespaceId: NamespaceId;
  pluginId: PluginRowId;
  versionId: VersionId;
  condition: SQL;
}

/** Lets promoted deployments that no pointer names stop after their drain. */
function retire({ db, clock }: WriteDeps, which: SQL | undefined): Statement {
  const now = clock.now();
  return db
    .update(deployments)
    .set({ stopAfter: now + deploymentLimits.pointerDrainMs, updatedAt: now })
    .where(
      and(
        which,
        eq(deployments.status, 'promoted'),
        isNull(deployments.stopAfter),
        sql`not ${isPointerTarget(sql`${deployments.id}`)}`,
      ),
    );
}
