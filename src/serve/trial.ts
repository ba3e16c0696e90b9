// Calls a version that waits for approval, for its authors. Its instance gets no traffic, no secrets and no network (decision 134).
import { and, eq, gt, isNull, lt, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { type Actor, requireScope } from '../access/actor.ts';
import { mayAct, requireMayAct, selectMayAct } from '../access/keys.ts';
import { ownerNamespace, requireOwner, selectOwner } from '../access/owners.ts';
import type { CallAnswer } from '../contract/builder/answers.ts';
import type { Call } from '../contract/builder/instances.ts';
import { builderLimits } from '../contract/limits/builder.ts';
import { trialLimits } from '../contract/limits/uploads.ts';
import { formatVersion } from '../contract/plugin/manifest.ts';
import { requestedPermissions, timeLimitMs } from '../contract/plugin/permissions.ts';
import { type Placement, placementSchema } from '../contract/plugin/placement.ts';
import { emptyObject } from '../core/json/text.ts';
import { Problem } from '../core/problem.ts';
import { previousChanged, qualified, readTogether, writeAndRead } from '../db/client.ts';
import { events } from '../db/schema/events.ts';
import { type OwnerId, pluginVersions } from '../db/schema/registry.ts';
import { record } from '../events/record.ts';
import { startTrial } from '../instances/fleets/instances.ts';
import { trialPlacement } from '../instances/placement.ts';
import { budgetLimit } from '../limits/budgets.ts';
import { hasRoom, requireRoom, selectExceeded } from '../limits/limit.ts';
import { requireDownloadable } from '../registry/versions/offered.ts';
import {
  type PluginVersion,
  parseVersionKey,
  requireVersion,
  selectVersion,
  versionSlug,
} from '../registry/versions/versions.ts';
import { isRejected, rejectionProblem, selectRejection } from '../scan-host/current-verdict.ts';
import { callerOf, countCall } from './attached/traffic.ts';
import { beforeDeadline, callLimit, callTimeout, timeLeftMs } from './deadline.ts';
import { isGone, isStarting, type PluginFailure, toPluginFailure } from './failures.ts';
import { countedEnd, endOf } from './fault.ts';
import { withInputProblems } from './invalid-inputs.ts';
import { callBody, failedAnswer } from './invoke.ts';
import type { CallDeps } from './points.ts';

/** Calls a staged version once, starting its instance if it isn't running. A failed start or call is an answer. */
export async function tryVersion(
  deps: CallDeps,
  actor: Actor,
  { ownerId, slug }: { ownerId: OwnerId; slug: string },
  call: Call,
): Promise<CallAnswer> {
  const key = parseVersionKey(ownerId, slug);
  requireScope(actor, 'plugins:write', key.name);
  const found = await readTogether(deps.db, {
    owners: selectOwner(deps.db, actor, ownerId),
    versions: selectVersion(deps.db, key),
  });
  requireOwner(found.owners, ownerId);
  const version = requireVersion(found.versions, slug);
  requireDownloadable(version);
  const placement = await beginTrial(deps, actor, version);
  deps.placed(version.id, { placement, version });
  return countTrial(deps, actor, version, call);
}

const other = alias(pluginVersions, 'other');

/** Counts the call and records who makes it, or throws why it isn't allowed. Returns where the instance runs. */
async function beginTrial(deps: CallDeps, actor: Actor, version: PluginVersion): Promise<Placement> {
  const { db, clock } = deps;
  const now = clock.now();
  const { id, organizationId, ownerId } = version;
  const data = { plugin_id: versionSlug(version) };
  const limits = [budgetLimit({ organizationId, namespaceId: ownerId }, now)];
  const tried = { id: deps.ids('event'), type: 'version.tried' as const, subjectId: id, data };
  const event = { organizationId, namespaceId: ownerNamespace(ownerId), actor: actor.ref, ...tried };
  const othersAtOnce = sql`(select count(*) from ${pluginVersions} ${other} where ${other.organizationId} = ${organizationId}
    and ${other.stage} = 'staged' and ${other.deletedAt} is null and ${other.triedUntil} > ${now} and ${other.id} <> ${id})`;
  const counted = db
    .update(pluginVersions)
    .set({
      trials: sql`${pluginVersions.trials} + 1`,
      triedUntil: now + timeLimitMs(version) + builderLimits.standbyIdleMs,
    })
    .where(
      and(
        eq(pluginVersions.id, id),
        eq(pluginVersions.stage, 'staged'),
        gt(pluginVersions.stagedUntil, now),
        isNull(pluginVersions.deletedAt),
        eq(pluginVersions.hasRealtime, true),
        lt(pluginVersions.trials, trialLimits.callsMax),
        sql`${othersAtOnce} < ${trialLimits.versionsAtOnce}`,
        hasRoom(limits),
        mayAct(actor, now),
        sql`not ${isRejected(deps)}`,
      ),
    );
  const isTried = sql`exists (select 1 from ${events} where ${events.id} = ${tried.id})`;
  const after = await writeAndRead(db, [counted, record(deps, event, previousChanged)], {
    places: db
      .select({ placement: qualified(trialPlacement(deps, version)) })
      .from(sql`(select 1)`)
      .where(isTried),
    versions: db.select().from(pluginVersions).where(eq(pluginVersions.id, id)),
    rejections: selectRejection(deps, id),
    exceeded: selectExceeded(db, limits),
    access: selectMayAct(db, actor, now),
  });
  const [place] = after.places;
  if (place) return placementSchema.parse(JSON.parse(place.placement));
  requireMayAct(after.access);
  const [rejection] = after.rejections;
  if (rejection) throw rejectionProblem(version, rejection);
  requireRoom(limits, after.exceeded);
  throw refusal(after.versions[0] ?? version, now);
}

function refusal(version: PluginVersion, now: number): Problem {
  const { hasRealtime, stage, stagedUntil, trials } = version;
  const details = { resource: 'plugin', id: versionSlug(version), stage };
  const refused = (message: string, hint?: string) =>
    new Problem('conflict', `${version.name} ${formatVersion(version)} ${message}`, {
      details,
      ...(hint === undefined ? {} : { hint }),
    });
  if (stage !== 'staged') return refused('does not wait for approval', 'Deploy it, then call it.');
  if (version.deletedAt !== null || (stagedUntil ?? 0) <= now) return refused('waited too long and is being deleted');
  if (!hasRealtime) return refused('has no realtime.py that a trial could call');
  if (trials >= trialLimits.callsMax)
    return refused(`had all its ${trialLimits.callsMax} trial calls`, 'Have it approved, or publish another version.');
  const { atOnceRetrySeconds, versionsAtOnce } = trialLimits;
  return new Problem('queue-full', `This organization already tries ${versionsAtOnce} versions`, {
    details,
    hint: 'Each stops a minute after its last call.',
    retryAfterSeconds: atOnceRetrySeconds,
  });
}

/** Returns the version without what it asks for beyond the sandbox. Memory and time still need the plugin's grant. */
function withoutReach<Version extends PluginVersion>(version: Version): Version {
  const { manifest } = version;
  if (!manifest?.permissions) return version;
  const { forward: _, network: __, secrets: ___, ...kept } = manifest.permissions;
  return { ...version, manifest: { ...manifest, permissions: kept } };
}

/** Throws only errors that aren't the plugin's fault. */
async function runTrial(
  deps: CallDeps,
  version: PluginVersion,
  call: Call,
): Promise<{ answer: CallAnswer } | { failure: PluginFailure }> {
  const body = await callBody({ parameters: emptyObject }, call);
  const answered = sendOrStart(deps, version, body).then(
    (answer) => ({ answer }),
    (error: unknown) => ({ failure: toPluginFailure(error, callLimit(deps, version)) }),
  );
  return beforeDeadline<Awaited<typeof answered>>(deps, answered, () => ({ failure: callTimeout(deps, version) }));
}

async function sendOrStart(deps: CallDeps, version: PluginVersion, body: string): Promise<CallAnswer> {
  const send = () =>
    deps.builder.call(version.id, body, {
      mark: { standby: true, ticket: 0 },
      requestId: deps.requestId,
      trace: deps.trace,
      callMs: callLimit(deps, version).callMs,
      timeLeftMs: timeLeftMs(deps),
    });
  try {
    return await send();
  } catch (error) {
    if (!isGone(error) && !isStarting(error)) throw error;
  }
  await startTrial(deps, version);
  return send();
}

/** Makes the call and counts it. */
async function countTrial(deps: CallDeps, actor: Actor, version: PluginVersion, call: Call): Promise<CallAnswer> {
  const startedAt = deps.clock.now();
  const ended = await runTrial(deps, withoutReach(version), call);
  let isInvalidInput = false;
  const onInvalidInput = () => {
    isInvalidInput = true;
  };
  const answer =
    'answer' in ended
      ? withInputProblems({ onInvalidInput }, { version }, call.inputs, ended.answer)
      : failedAnswer(ended.failure, deps.clock.now() - startedAt);
  const end = countedEnd(endOf(ended, isInvalidInput));
  const namespaceId = ownerNamespace(version.ownerId);
  if (end && namespaceId !== null)
    countCall(deps, { deploymentId: version.id, namespaceId, version }, { caller: callerOf(actor), startedAt, end });
  return withTrialNote(version, answer);
}

/** Says of a failed call what a trial lacks, if the version asks for it. */
function withTrialNote(version: PluginVersion, answer: CallAnswer): CallAnswer {
  const { forward, network, secrets } = requestedPermissions(version) ?? {};
  if (answer.status === 'success' || !(forward || network || secrets)) return answer;
  const message = `${answer.error.message} (A trial has none of the secrets and hosts that the version asks for.)`;
  return { ...answer, error: { ...answer.error, message } };
}
