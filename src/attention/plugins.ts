// Finds plugins whose newest deployment failed, whose live version fails, or whose new version crashed and was rolled back.

import { and, desc, eq, gte, isNull, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { ActorRef } from '../contract/actor.ts';
import type { FoundNeed } from '../contract/attention.ts';
import { needLimits } from '../contract/limits/attention.ts';
import { traffic } from '../contract/limits/traffic.ts';
import { placeInNumbers, stepMs, stepStart } from '../contract/traffic.ts';
import { isoDay } from '../core/clock.ts';
import { qualified } from '../db/client.ts';
import { deployments, livePointers } from '../db/schema/deploy.ts';
import { events } from '../db/schema/events.ts';
import { plugins, pluginVersions } from '../db/schema/registry.ts';
import { callCounts } from '../db/schema/traffic.ts';
import type { Deps } from '../deps.ts';
import type { NeedSource, ViewerRead } from '../points.ts';
import { exactVersionOf, versionLabel } from '../registry/versions/versions.ts';
import { isNameIn, labelColumns, pluginCommand, pluginPage } from './places.ts';

const attempt = alias(deployments, 'attempt');
const event = alias(events, 'event');

/** SQL: the newest deployment of the pointer's plugin. */
const newestDeployment = sql`(select ${attempt.id} from ${deployments} ${attempt} where ${attempt.namespaceId} = ${livePointers.namespaceId}
  and ${attempt.pluginId} = ${livePointers.subjectId} order by ${attempt.ticket} desc limit 1)`;

/** A failure is over once the name moves, or another deployment is requested. */
async function failedDeployments({ db }: Pick<Deps, 'db'>, viewer: ViewerRead): Promise<FoundNeed[]> {
  const { createdBy, error, id, namespaceId, pluginId, updatedAt } = deployments;
  const rows = await viewer.together(
    db
      .select({ id, namespaceId, pluginId, createdBy, error, failedAt: updatedAt, ...labelColumns })
      .from(livePointers)
      .crossJoin(deployments)
      .crossJoin(pluginVersions)
      .where(
        and(
          isNameIn(viewer.namespaces),
          eq(id, newestDeployment),
          eq(deployments.status, 'failed'),
          gte(updatedAt, livePointers.updatedAt),
          eq(pluginVersions.id, deployments.versionId),
          isNull(pluginVersions.deletedAt),
        ),
      )
      .orderBy(desc(updatedAt))
      .limit(needLimits.readOfKind),
  );
  return rows.map((row) => ({
    key: `${row.namespaceId}.${row.pluginId}`,
    severity: 'bad',
    title: `${row.name} ${versionLabel(row)} failed to deploy${forWhom(row.createdBy)}${row.error === null ? '' : `: ${firstLine(row.error)}`}`,
    namespaceId: row.namespaceId,
    subject: row.name,
    since: row.failedAt,
    action: {
      label: 'See why',
      page: `/n/${row.namespaceId}/deployments/${row.id}`,
      command: `slipway deployments show ${row.id} --namespace ${row.namespaceId}`,
    },
    fingerprint: row.id,
    coveredBy: `missing.${row.namespaceId}.${row.pluginId}`,
  }));
}

/** Returns the person or CI job whose failure it is, so that colleagues know. A key's name doesn't tell. */
function authorOf({ name, type }: Pick<ActorRef, 'name' | 'type'>): string | undefined {
  return type === 'key' ? undefined : name;
}

function forWhom(actor: ActorRef): string {
  const author = authorOf(actor);
  return author === undefined ? '' : ` for ${author}`;
}

const shownChars = 160;

function firstLine(text: string): string {
  const [line = ''] = text.split('\n');
  return line.length > shownChars ? `${line.slice(0, shownChars)}…` : line;
}

/** Failures of the plugin, and of its callers, whose inputs its schema refuses. */
type CountedFailures = 'errors' | 'invalidInputs';

const failures = {
  errors: {
    severity: 'bad',
    title: (plugin: string, counted: string) => `${plugin} failed ${counted} calls in the last hour`,
  },
  invalidInputs: {
    severity: 'warn',
    title: (plugin: string, counted: string) =>
      `${counted} calls of ${plugin} in the last hour failed on inputs that its input_schema refuses`,
  },
} as const satisfies Record<CountedFailures, object>;

/** Counts the live version's calls in the last hour, as the isolates have written them, since the name or its deployments changed. */
function failedCalls({ clock, db }: Pick<Deps, 'db' | 'clock'>, viewer: ViewerRead, field: CountedFailures) {
  const since = clock.now() - needLimits.callsMs;
  const minute = sql`(${callCounts.at} + counted.key * ${stepMs.minute})`;
  const counted = (one: Parameters<typeof placeInNumbers>[0]) =>
    sql`coalesce(counted.value ->> ${sql.raw(`'$[${placeInNumbers(one)}]'`)}, 0)`;
  const failed = counted(field);
  const calls = sql<number>`sum(${counted('calls')})`;
  /** Says nothing about whether the version works. */
  const others = field === 'errors' ? sql`sum(${counted('invalidInputs')})` : sql`0`;
  const errors = sql<number>`sum(${failed})`;
  const changed = sql`(${livePointers.updatedAt} - ${livePointers.updatedAt} % ${stepMs.minute})`;
  const { namespaceId, targetId: versionId, subjectId: pluginId } = livePointers;
  return viewer.together(
    db
      .select({
        namespaceId,
        pluginId,
        versionId,
        ...labelColumns,
        createdBy: pluginVersions.createdBy,
        calls: calls.as('calls_counted'),
        errors: errors.as('errors_counted'),
        since: sql<number>`min(iif(${failed} > 0, ${minute}, null))`.as('first_error'),
      })
      .from(livePointers)
      .crossJoin(pluginVersions)
      .crossJoin(callCounts)
      .crossJoin(sql`json_each(${callCounts.minutes}) counted`)
      .where(
        and(
          isNameIn(viewer.namespaces),
          eq(sql`${pluginVersions.id}`, versionId),
          eq(callCounts.namespaceId, namespaceId),
          eq(sql`${callCounts.pluginId}`, pluginId),
          gte(callCounts.at, stepStart('hour', since)),
          eq(callCounts.version, exactVersionOf(pluginVersions)),
          sql`${minute} >= max(${since}, ${changed})`,
        ),
      )
      .groupBy(namespaceId, pluginId)
      .having(sql`${errors} > ${traffic.errorShareMax} * (${calls} - ${others})`)
      .orderBy(desc(errors))
      .limit(needLimits.readOfKind),
  );
}

/** Names the version, and for its own failures the publisher. */
function nameOf(row: Awaited<ReturnType<typeof failedCalls>>[number], field: CountedFailures): string {
  const version = `${row.name} ${versionLabel(row)}`;
  const author = authorOf(row.createdBy);
  return field === 'invalidInputs' || author === undefined ? version : `${version}, published by ${author},`;
}

async function failingPlugins(
  deps: Pick<Deps, 'db' | 'clock'>,
  viewer: ViewerRead,
  field: CountedFailures,
): Promise<FoundNeed[]> {
  const rows = await failedCalls(deps, viewer, field);
  return rows.map((row) => ({
    key: `${row.namespaceId}.${row.pluginId}`,
    severity: failures[field].severity,
    title: failures[field].title(nameOf(row, field), `${row.errors} of ${row.calls}`),
    namespaceId: row.namespaceId,
    subject: row.name,
    since: row.since,
    action: {
      label: 'See its errors',
      page: `/n/${row.namespaceId}/logs?plugin=${encodeURIComponent(row.name)}&level=error`,
      command: pluginCommand('logs', row, ['--level error']),
    },
    // Each count would bring a dismissed need back at once, and a version's ID would hide every later fault.
    fingerprint: `${row.versionId}.${isoDay(row.since)}`,
  }));
}

/** Finds plugins that Slipway rolled back. It is over once someone requests a deployment. */
async function crashedPlugins({ clock, db }: Pick<Deps, 'db' | 'clock'>, viewer: ViewerRead): Promise<FoundNeed[]> {
  const { namespaceId, subjectId } = livePointers;
  const newest = sql`(select ${event.seq} from ${events} ${event} where ${event.namespaceId} = ${namespaceId}
    and ${event.subjectId} = ${subjectId} and ${event.type} = 'plugin.rolled_back' order by ${event.seq} desc limit 1)`;
  const answered: SQL = sql`exists (select 1 from ${deployments} where ${deployments.id} = ${newestDeployment}
    and ${deployments.createdAt} > ${events.createdAt} and ${deployments.createdBy} ->> '$.type' <> 'system')`;
  const message = sql<string | null>`${events.data} ->> '$.message'`;
  const rows = await viewer.together(
    db
      .select({
        namespaceId: sql<string>`${namespaceId}`.as('pointer_namespace'),
        pluginId: plugins.id,
        name: plugins.name,
        kind: plugins.kind,
        message: qualified(message).as('rollback_message'),
        id: sql<string>`${events.id}`.as('event_id'),
        at: events.createdAt,
      })
      .from(livePointers)
      .crossJoin(events)
      .crossJoin(plugins)
      .where(
        and(
          isNameIn(viewer.namespaces),
          eq(events.seq, newest),
          sql`${events.actor} ->> '$.type' = 'system'`,
          gte(events.createdAt, clock.now() - needLimits.endedMs),
          eq(sql`${plugins.id}`, subjectId),
          sql`not ${answered}`,
        ),
      )
      .orderBy(desc(events.createdAt))
      .limit(needLimits.readOfKind),
  );
  return rows.map((row) => ({
    key: `${row.namespaceId}.${row.pluginId}`,
    severity: 'bad',
    title: `${row.name} was rolled back: ${row.message ?? 'its new version crashed'}`,
    namespaceId: row.namespaceId,
    subject: row.name,
    since: row.at,
    action: {
      label: 'See its versions',
      page: pluginPage(row),
      command: pluginCommand('log', row),
    },
    fingerprint: row.id,
  }));
}

export const pluginNeeds: readonly NeedSource<Deps>[] = [
  { kind: 'failed-deployment', scope: 'plugins:read', read: failedDeployments },
  { kind: 'failing-plugin', scope: 'plugins:read', read: (deps, viewer) => failingPlugins(deps, viewer, 'errors') },
  {
    kind: 'invalid-inputs',
    scope: 'plugins:read',
    read: (deps, viewer) => failingPlugins(deps, viewer, 'invalidInputs'),
  },
  { kind: 'crashed-plugin', scope: 'plugins:read', read: crashedPlugins },
];
