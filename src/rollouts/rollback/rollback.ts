// Rolls a plugin back, or forward again, to another published version (D4). The catalog changes immediately. Traffic by name moves
// immediately if the version is live or warm, otherwise once a deployment of its stored archive is ready. Until then, or if that fails,
// the current version stays live. While a release is active, a rollback to the stable version reverts the release.
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { requireNamespace, selectNamespace } from '../../access/visible-namespaces.ts';
import type { Version } from '../../contract/plugin/manifest.ts';
import { skippedText } from '../../contract/skipped-versions.ts';
import type { PluginKind } from '../../contract/states.ts';
import type { DeploymentId, EventId, NamespaceId, PluginRowId, VersionId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import { readTogether, runInOrder, type Statement } from '../../db/client.ts';
import { deployments, isUnfinished, livePointers } from '../../db/schema/deploy.ts';
import { events } from '../../db/schema/events.ts';
import { pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { sendNow } from '../../events/outbox.ts';
import { record } from '../../events/record.ts';
import { announceStandby, selectForStandby } from '../../instances/fleets/standby.ts';
import type { WithFallback } from '../../instances/placement.ts';
import { withFallback } from '../../instances/requirements/gpus.ts';
import { hasRoom, requireRoom, selectExceeded } from '../../limits/limit.ts';
import { activation } from '../../pointers/activation.ts';
import { refusalProblem, selectRefusals, wasLive } from '../../pointers/advisory-refusal.ts';
import { leaveStatements } from '../../pointers/line.ts';
import { mayTakeCalls } from '../../pointers/may-take-calls.ts';
import type { Deployment } from '../../pointers/overview.ts';
import { isLive, isPointerTo, lastTicket, nameIsServed } from '../../pointers/pointers.ts';
import { takeNameStatements } from '../../pointers/promote.ts';
import {
  chooseTarget,
  type RollbackChoice,
  rollbackSourceId,
  selectLastLive,
  selectRollbackFacts,
} from '../../pointers/rollback-targets.ts';
import { absentPlugin, absentVersion } from '../../registry/go/absent-plugin.ts';
import { activeVersionId, pluginIdByName, selectPluginByName } from '../../registry/versions/active-version.ts';
import { parametersInNamespace } from '../../registry/versions/enabled.ts';
import { requireStillDeployable } from '../../registry/versions/stages.ts';
import { type PluginVersion, versionLabel, versionSlug } from '../../registry/versions/versions.ts';
import { namedVersionId } from '../../registry/versions/visible-versions.ts';
import { rejectionProblem, selectRejection } from '../../scan-host/current-verdict.ts';
import { retireAll, selectReplaced } from '../installs/retire.ts';
import { joinReleases, type Release } from '../releases/releases.ts';
import { changeFound, selectActiveRelease } from '../releases/requested.ts';
import { isAttempt, newAttempt, requestedLimits } from '../request-deployment.ts';

export interface RollbackRequest {
  name: string;
  kind?: PluginKind;
  /** Defaults to the newest earlier version that served well. */
  version?: Version | string;
  message: string | null;
}

export interface Rollback {
  version: PluginVersion;
  /** The name's previous live version, or else the previously active one. */
  previous: PluginVersion | null;
  /** How traffic by name changes: no traffic; served by this version now; or served by it once its deployment is ready. */
  traffic: { state: 'none' | 'serving' } | { state: 'deploying'; deploymentId: DeploymentId };
}

/** Makes two D1 round trips: one finds the target, the other writes the rollback and its consequences. Choosing it takes a third. */
export async function rollBack(
  deps: Deps,
  actor: Actor,
  namespaceId: NamespaceId,
  request: RollbackRequest,
): Promise<Rollback> {
  requireScope(actor, 'plugins:deploy', request.name);
  const { release, ...target } = await findTarget(deps, actor, namespaceId, request);
  if (release) {
    await changeFound(deps, actor, release, { type: 'reverted', reason: request.message, gate: null });
    return { version: release.from, previous: release.to, traffic: { state: 'serving' } };
  }
  const rollback = await rollBackTo(deps, actor, { ...target, namespaceId, message: request.message });
  // A Go plugin's version that is still draining takes over without a promotion, and only a promotion would retire the other version.
  if (target.version.kind !== 'extractor' && rollback.traffic.state === 'serving')
    deps.defer(selectReplaced(deps, target.version).then((replaced) => retireAll(deps, replaced)));
  return rollback;
}

export interface RollbackTarget {
  namespaceId: NamespaceId;
  version: PluginVersion & WithFallback;
  /** The version's last live deployment in the namespace; undefined to use the defaults. */
  last?: Deployment | undefined;
  /** True if nobody named the version. It is then refused if it has been yanked since. */
  isChosen: boolean;
  message: string | null;
  /** For a rollback that nobody requested: from which version, and while what holds. Newer requests still get the name. */
  automatic?: { from: VersionId; condition: SQL };
}

/** Writes the rollback and its consequences in one D1 round trip. */
export async function rollBackTo(deps: Deps, actor: Pick<Actor, 'ref'>, asked: RollbackTarget): Promise<Rollback> {
  const target = { ...asked, version: await withFallback(deps, asked.version) };
  const { namespaceId, version, last, message } = target;
  const eventId = deps.ids('event');
  const isRecorded = sql`exists (select 1 from ${events} where ${events.id} = ${eventId})`;
  // The rollback changes the rows its condition reads, so statements after the event depend on the event instead.
  const { automatic } = target;
  const conditions = conditionsOf(deps, target, automatic ? isRecorded : sql`true`);
  const begins = conditionsOf(deps, target, automatic?.condition ?? sql`true`).isPossible;
  const deployment = newAttempt(
    deps,
    {
      namespaceId,
      version,
      type: conditions.type,
      parameters: last?.parameters ?? parametersInNamespace(namespaceId, version.id),
      actor: actor.ref,
      takesName: true,
    },
    sql`${conditions.isPossible} and ${conditions.isNeeded}`,
  );
  const rollback = {
    namespaceId,
    version,
    actor,
    message,
    from: automatic?.from,
    event: { id: eventId, condition: begins },
  };
  const outcome = await writeRollback(deps, rollback, conditions, deployment.statements);
  const [written] = outcome.targets;
  const [rejection] = outcome.rejections;
  if (!written && rejection) throw rejectionProblem(version, rejection);
  if (!written && outcome.refusals.length > 0) throw refusalProblem(version, outcome.refusals);
  requireRoom(conditions.limits, outcome.exceeded);
  if (!written) throw await refusedMeanwhile(deps, target);
  const [name] = outcome.namePointers;
  const [adopted] = outcome.adopted;
  const result = { version: written, previous: outcome.previous[0] ?? null };
  if (!name?.targetId) return { ...result, traffic: { state: 'none' } };
  if (name.targetId === version.id) {
    deps.defer(announceStandby(deps, outcome.standby));
    return { ...result, traffic: { state: 'serving' } };
  }
  if (adopted) return { ...result, traffic: { state: 'deploying', deploymentId: adopted.id } };
  deps.defer(sendNow(deps, deployment.message));
  if (deployment.type === 'batch_only') return { ...result, traffic: { state: 'serving' } };
  return { ...result, traffic: { state: 'deploying', deploymentId: deployment.id } };
}

/** Returns why the batch refused the target, if that is the version's own state today. */
async function refusedMeanwhile(deps: Deps, { isChosen, version }: RollbackTarget): Promise<Problem> {
  const { yanked } = await requireStillDeployable(deps, version);
  if (!isChosen || !yanked) return notFound('plugin', versionSlug(version));
  return new Problem('conflict', `${version.name} ${versionLabel(version)} was yanked meanwhile: ${yanked.reason}`, {
    details: { resource: 'plugin', id: versionSlug(version) },
    hint: 'Roll back again to go to an earlier version, or name the version to roll back to.',
  });
}

interface RollbackWrite {
  namespaceId: NamespaceId;
  version: PluginVersion;
  actor: Pick<Actor, 'ref'>;
  message: string | null;
  /** The version from which an automatic rollback goes back. */
  from: VersionId | undefined;
  /** The event, which is the first change of the batch. */
  event: { id: EventId; condition: SQL };
}

/**
 * Builds one batch that moves the name's pointer if possible, hands the request to a deployment in progress, and runs `deploy` for a
 * new one.
 */
function writeRollback(
  deps: Deps,
  { namespaceId, version, actor, message, from, event: first }: RollbackWrite,
  { limits, usageApplies, inProgress, isPossible, needsInstance }: ReturnType<typeof conditionsOf>,
  deploy: Statement[],
) {
  const { db } = deps;
  const { pluginId } = version;
  const place = { namespaceId, versionId: version.id };
  const event = { organizationId: version.organizationId, namespaceId, actor: actor.ref };
  const source = rollbackSourceId(namespaceId, pluginId);
  // A newer version that was published meanwhile stays the active one.
  const isActivated = from ? sql`(${isPossible} and ${activeVersionId(namespaceId, pluginId)} = ${from})` : isPossible;
  const rolledBack = {
    ...event,
    id: first.id,
    type: 'plugin.rolled_back' as const,
    subjectId: pluginId,
    data: sql`json_object('to', ${version.id}, 'from', ${source}, 'message', ${message})`,
  };
  return runInOrder(db, [
    {
      rejections: selectRejection(deps, version.id),
      refusals: selectRefusals(deps, place, sql`not ${wasLive(place)}`),
      exceeded: selectExceeded(db, limits, usageApplies),
      previous: db.select().from(pluginVersions).where(eq(pluginVersions.id, source)),
    },
    [
      // Before the name moves, so that the event records the previous live version.
      record(deps, rolledBack, first.condition),
      ...leaveStatements(deps, { namespaceId, pluginId, versionId: version.id }, isPossible),
      ...takeNameStatements(
        deps,
        { ...event, pluginId, versionId: version.id, condition: isPossible },
        { actor: actor.ref, asked: from === undefined, goesBack: true },
      ),
      // A deployment in progress takes over the rollback's request and ticket.
      db
        .update(deployments)
        .set({ takesName: true, ticket: lastTicket(namespaceId, pluginId) })
        .where(and(inProgress, needsInstance)),
    ],
    {
      targets: db
        .select()
        .from(pluginVersions)
        .where(and(eq(pluginVersions.id, version.id), isPossible)),
      standby: selectForStandby(db, { namespaceId, pluginId }),
      namePointers: db.select().from(livePointers).where(isPointerTo(namespaceId, pluginId)),
      adopted: db
        .select()
        .from(deployments)
        .where(and(inProgress, eq(deployments.takesName, true), needsInstance)),
    },
    [...activation(deps, namespaceId, version, { actor, condition: isActivated }), ...deploy],
  ]);
}

/** SQL conditions of a rollback, shared by the statements of its batch. */
function conditionsOf(deps: Deps, { isChosen, namespaceId, version, last }: RollbackTarget, condition: SQL) {
  const type = last?.type ?? 'realtime';
  const limits = requestedLimits(deps, { namespaceId, version, type });
  const place = { namespaceId, versionId: version.id };
  const allowed = mayTakeCalls(deps, place, {
    liveStays: true,
    refusable: sql`not ${wasLive(place)}`,
    ...(isChosen ? { yankedSince: 0 } : {}),
  });
  const inProgress = and(isAttempt(namespaceId, version.id), isUnfinished());
  const isCold = sql`${nameIsServed(namespaceId, version.pluginId)} and not ${isLive(namespaceId, version.id)}`;
  /** The name is live, but the version is neither live nor being deployed: it needs a new deployment. */
  const isNeeded = sql`(${isCold} and not exists (select 1 from ${deployments} where ${inProgress}))`;
  const isAllowed = sql`(${allowed} and ${condition})`;
  const isPossible = sql`(${isAllowed} and (not ${isNeeded} or ${hasRoom(limits)}))`;
  return {
    type,
    limits,
    usageApplies: sql`${isAllowed} and ${isNeeded}`,
    inProgress,
    isNeeded,
    isPossible,
    needsInstance: sql`${isPossible} and ${isCold}`,
  };
}

interface Found extends Pick<RollbackTarget, 'isChosen'> {
  version: PluginVersion;
  last: Deployment | undefined;
  /** The active release that the rollback reverts. */
  release?: Release;
}

/**
 * Returns the target and its last live deployment in the namespace, whose type and parameters are reused. Choosing the target needs a
 * round trip of its own.
 */
async function findTarget(
  deps: Deps,
  actor: Actor,
  namespaceId: NamespaceId,
  { name, kind, version }: RollbackRequest,
): Promise<Found> {
  const { db } = deps;
  const pluginId: SQL<PluginRowId> = pluginIdByName(namespaceId, name, kind);
  const choice = version
    ? undefined
    : chooseTarget(await readTogether(db, selectRollbackFacts(deps, namespaceId, pluginId)));
  const targetId = version
    ? namedVersionId({ ownerId: namespaceId, kind, name, version })
    : sql<VersionId>`${choice?.targets[0]?.id ?? null}`;
  const {
    namespaces,
    named: [plugin],
    targets: [target],
    sources: [source],
    lastLive: [last],
    ...active
  } = await readTogether(db, {
    namespaces: selectNamespace(db, actor, namespaceId),
    named: selectPluginByName(db, namespaceId, name, kind),
    targets: db.select().from(pluginVersions).where(eq(pluginVersions.id, targetId)),
    sources: db
      .select()
      .from(pluginVersions)
      .where(eq(pluginVersions.id, rollbackSourceId(namespaceId, pluginId))),
    lastLive: selectLastLive(db, namespaceId, targetId),
    ...selectActiveRelease(db, namespaceId, pluginId),
  });
  requireNamespace(namespaces, namespaceId);
  const sought = { ownerId: namespaceId, kind: kind ?? 'extractor', name };
  if (!plugin) throw await absentPlugin({ db }, sought);
  const [release] = joinReleases(active);
  const isChosen = version === undefined;
  const reverts = release && (!version || target?.id === release.from.id);
  if (reverts) return { version: release.from, last, isChosen, release };
  if (target) return { version: target, last, isChosen };
  if (version) throw await absentVersion({ db }, { ...sought, version });
  throw nothingEarlier(name, source, choice?.skipped ?? []);
}

function nothingEarlier(name: string, source: PluginVersion | undefined, skipped: RollbackChoice['skipped']): Problem {
  const before = source ? ` before ${versionLabel(source)}` : '';
  const shown = skipped.map(({ reason, version }) => ({ version: versionLabel(version), reason }));
  const details = { resource: 'plugin', id: name, skipped: shown };
  if (shown.length === 0)
    return new Problem(
      'conflict',
      `No other version of ${name} has been live${before}. Name the version to roll back to.`,
      {
        details: { resource: 'plugin', id: name },
      },
    );
  return new Problem('conflict', `No version of ${name} served well${before}. Skipped: ${skippedText(shown)}.`, {
    details,
    hint: 'Name the version to roll back to if you want one of these anyway.',
  });
}
