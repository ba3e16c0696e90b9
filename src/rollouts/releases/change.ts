// Changes an active release: steps, pauses, resumes and ends it. Each change is one batch that applies only to the generation it was
// decided for, so of two that were decided at once, one has no effect.
import { and, eq, sql } from 'drizzle-orm';
import type { ActorRef } from '../../contract/actor.ts';
import type { ReleaseGate, ReleaseMeasured } from '../../contract/releases.ts';
import { previousChanged, type Statement, writeAndRead } from '../../db/client.ts';
import { deployments } from '../../db/schema/deploy.ts';
import { pluginVersions } from '../../db/schema/registry.ts';
import { isActiveRelease, releases } from '../../db/schema/releases.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import { announceStandby, selectForStandby } from '../../instances/fleets/standby.ts';
import { activation } from '../../pointers/activation.ts';
import { settingOf } from '../../pointers/begin-release.ts';
import { leaveReverted } from '../../pointers/line.ts';
import { limitLiveVersions } from '../../pointers/live-versions.ts';
import { mayTakeCalls } from '../../pointers/may-take-calls.ts';
import { lastTicket } from '../../pointers/pointers.ts';
import { markForLimit, takeNameStatements } from '../../pointers/promote.ts';
import { isNewerRequest } from '../../pointers/tickets.ts';
import { activeVersionId } from '../../registry/versions/active-version.ts';
import { retireAll, selectReplaced } from '../installs/retire.ts';
import type { Release, ReleaseRow } from './releases.ts';

export type ReleaseChange =
  /** On to the plan's next step, or after the last one, to the end. */
  | { type: 'stepped' }
  | { type: 'paused'; reason: string | null }
  | { type: 'resumed' }
  | { type: 'reverted'; reason: string | null; gate: ReleaseGate | null }
  | { type: 'cancelled'; reason: string | null };

/** Returns whether the change gives the candidate calls that it didn't have. */
export function givesCalls({ type }: ReleaseChange): boolean {
  return type === 'stepped' || type === 'resumed';
}

export interface ChangedBy {
  actor: ActorRef;
  /** Measurements until now; null if there are none. */
  measured: ReleaseMeasured | null;
}

/** Applies the change. Returns the release as it is afterwards, and whether this change took effect. */
export async function changeRelease(
  deps: Deps,
  found: Release,
  change: ReleaseChange,
  by: ChangedBy,
): Promise<{ release: ReleaseRow; changed: boolean }> {
  const { release } = found;
  const succeeds = change.type === 'stepped' && release.step + 1 >= release.plan.steps.length;
  const now = deps.clock.now();
  const setting = changedColumns(release, change, now);
  const weight = 'weight' in setting ? setting.weight : release.weight;
  const set = { ...setting, ...(by.measured && { measured: by.measured }) };
  const { id, generation, namespaceId, pluginId } = release;
  const mayGoOn = mayTakeCalls(
    deps,
    { namespaceId, versionId: found.to.id },
    { liveStays: true, yankedSince: release.createdAt },
  );
  const stands = and(
    eq(releases.id, id),
    eq(releases.generation, generation),
    isActiveRelease(),
    givesCalls(change) ? mayGoOn : undefined,
  );
  const writes = [
    deps.db.update(releases).set(set).where(stands),
    recordChange(deps, found, { change, succeeds, weight }, by),
    ...(succeeds ? takeName(deps, found, by.actor, now) : []),
    ...(succeeds ? activateTaken(deps, found, by.actor, now) : []),
    ...(change.type === 'reverted' ? giveUp(deps, found, by.actor, now) : []),
  ];
  const { rows, ...after } = await writeAndRead(deps.db, writes, {
    rows: deps.db.select().from(releases).where(eq(releases.id, id)),
    standby: selectForStandby(deps.db, { namespaceId, pluginId }),
    replaced: selectReplaced(deps, succeeds ? found.to : found.from),
  });
  const [row = release] = rows;
  const changed = row.generation === generation + 1 && row.updatedAt === now;
  if (changed && row.endedAt !== null)
    deps.defer(
      announceStandby(deps, after.standby)
        .then(() => retireAll(deps, after.replaced))
        .then(() => limitLiveVersions(deps, { namespaceId, pluginId })),
    );
  return { release: row, changed };
}

function changedColumns({ generation, plan, step }: ReleaseRow, change: ReleaseChange, now: number) {
  const next = { generation: generation + 1, updatedAt: now, reason: null };
  const ended = { ...next, weight: 0, shadow: 0, endedAt: now };
  switch (change.type) {
    case 'stepped':
      if (step + 1 >= plan.steps.length) return { ...ended, state: 'succeeded' as const };
      return { ...next, ...settingOf(plan, step + 1), step: step + 1, stepStartedAt: now };
    case 'paused':
      return { ...next, state: 'paused' as const, reason: change.reason };
    case 'resumed':
      return { ...next, state: settingOf(plan, step).state, stepStartedAt: now };
    case 'reverted':
    case 'cancelled':
      return { ...ended, state: change.type, reason: change.reason };
  }
}

interface Recorded {
  change: ReleaseChange;
  succeeds: boolean;
  weight: number;
}

function recordChange(
  deps: Deps,
  { release }: Release,
  { change, succeeds, weight }: Recorded,
  { actor, measured }: ChangedBy,
): Statement {
  const { id, namespaceId, organizationId, pluginId, step } = release;
  const event = { organizationId, namespaceId, actor, subjectId: id };
  const stepped = change.type === 'stepped' && !succeeds;
  const data = {
    plugin_id: pluginId,
    step: stepped ? step + 1 : step,
    percent: succeeds ? 100 : weight / 100,
    measured: measured && { stable: countsOf(measured.stable), candidate: countsOf(measured.candidate) },
  };
  switch (change.type) {
    case 'stepped':
      return record(
        deps,
        { ...event, type: succeeds ? 'release.succeeded' : 'release.stepped', data },
        previousChanged,
      );
    case 'resumed':
      return record(deps, { ...event, type: 'release.resumed', data }, previousChanged);
    case 'paused':
      return record(
        deps,
        { ...event, type: 'release.paused', data: { ...data, reason: change.reason } },
        previousChanged,
      );
    case 'cancelled':
      return record(
        deps,
        { ...event, type: 'release.cancelled', data: { ...data, reason: change.reason } },
        previousChanged,
      );
    case 'reverted':
      return record(
        deps,
        { ...event, type: 'release.reverted', data: { ...data, gate: change.gate, reason: change.reason } },
        previousChanged,
      );
  }
}

function countsOf({ calls, errors, p95_ms }: ReleaseMeasured['stable']) {
  return { calls, errors, p95_ms };
}

/** SQL: this batch ended the release in that state. */
function hasEnded({ generation, id }: ReleaseRow, state: ReleaseRow['state'], now: number) {
  return sql`exists (select 1 from ${releases} where ${releases.id} = ${id} and ${releases.generation} = ${generation + 1} and ${releases.state} = ${state} and ${releases.endedAt} = ${now})`;
}

/** The only time that a release moves a pointer (D66). */
function takeName(deps: Deps, { release, to }: Release, actor: ActorRef, now: number): Statement[] {
  const condition = hasEnded(release, 'succeeded', now);
  const name = { ...release, versionId: to.id, condition };
  const ticket = lastTicket(release.namespaceId, release.pluginId);
  const how = { actor, asked: false, goesBack: false };
  return [...takeNameStatements(deps, name, how), markForLimit(deps, { ...name, ticket })];
}

/**
 * Makes the version that has the name now the active one, unless a newer one was published or requested meanwhile. Otherwise the next
 * deployment of the other version, such as one for a new secret, would take the name. Runs after the name moved: newer requests have newer
 * tickets than the name's.
 */
function activateTaken(deps: Deps, { release, to }: Release, actor: ActorRef, now: number): Statement[] {
  const { createdAt, namespaceId, pluginId } = release;
  const active = activeVersionId(namespaceId, pluginId);
  const isNewer = sql`(exists (select 1 from ${pluginVersions} where ${pluginVersions.id} = ${active} and ${pluginVersions.createdAt} > ${createdAt})
    or exists (select 1 from ${deployments} where ${isNewerRequest(release)} and ${deployments.versionId} = ${active}))`;
  const condition = sql`(${hasEnded(release, 'succeeded', now)} and not ${isNewer})`;
  return activation(deps, namespaceId, to, { actor: { ref: actor }, condition });
}

/** Gives the candidate up: the version that keeps the name is active again, unless a newer one is. */
function giveUp(deps: Deps, { from, release, to }: Release, actor: ActorRef, now: number): Statement[] {
  const { namespaceId, pluginId } = release;
  const isReverted = hasEnded(release, 'reverted', now);
  const condition = sql`(${isReverted} and ${activeVersionId(namespaceId, pluginId)} = ${to.id})`;
  return [
    leaveReverted(deps, { namespaceId, pluginId, versionId: to.id }, isReverted),
    ...activation(deps, namespaceId, from, { actor: { ref: actor }, condition }),
  ];
}
