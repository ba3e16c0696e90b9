// Writes the line of versions that a plugin's name has served, in which rollbacks go back (decision 171). Serving puts a version at its end.
// Going back leaves the version in its place, and gives up those after it.
import { and, eq, isNotNull, isNull, ne, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { VersionId } from '../core/ids.ts';
import { insertWhere, type Statement } from '../db/client.ts';
import { type LeftBecause, livePointers, promotions } from '../db/schema/deploy.ts';
import type { Deps } from '../deps.ts';
import { isPointerTo } from './pointers.ts';
import { rollbackSourceId } from './rollback-targets.ts';
import { type Name, nameTicket } from './tickets.ts';

type WriteDeps = Pick<Deps, 'db' | 'clock'>;

const place = alias(promotions, 'place');

interface InLine extends Name {
  versionId: VersionId;
}

function isInLine({ namespaceId, pluginId }: Name): SQL | undefined {
  return and(eq(promotions.namespaceId, namespaceId), eq(promotions.pluginId, pluginId));
}

/** SQL: the version's place in the line, whether or not it was given up; null if it has none. */
function placeOf({ namespaceId, pluginId }: Name, versionId: VersionId | SQL<VersionId>): SQL<number | null> {
  return sql<number | null>`(select ${place.ticket} from ${promotions} ${place}
    where ${place.namespaceId} = ${namespaceId} and ${place.pluginId} = ${pluginId} and ${place.versionId} = ${versionId})`;
}

/** SQL: the version was given up, and has not had the name since. */
export function isLeft({ namespaceId, pluginId }: Name, versionId: VersionId | SQL<VersionId>): SQL {
  return sql`exists (select 1 from ${promotions} ${place} where ${place.namespaceId} = ${namespaceId} and ${place.pluginId} = ${pluginId}
    and ${place.versionId} = ${versionId} and ${place.leftBecause} is not null)`;
}

/** Records the version that the name serves, if the condition holds: at the end of the line, or in its place if it keeps that. */
export function recordServing(
  { db, clock }: WriteDeps,
  name: Name,
  condition: SQL | undefined,
  keepsPlace: SQL,
): Statement {
  const isNamed = isPointerTo(name.namespaceId, name.pluginId);
  const row = {
    namespaceId: name.namespaceId,
    pluginId: name.pluginId,
    versionId: sql<VersionId>`(select ${livePointers.targetId} from ${livePointers} where ${isNamed})`,
    ticket: nameTicket(name),
    promotedAt: clock.now(),
  };
  return insertWhere(
    db,
    promotions,
    row,
    sql`exists (select 1 from ${livePointers} where ${and(isNamed, isNotNull(livePointers.targetId), condition)})`,
    sql`on conflict do update set ticket = iif(${keepsPlace}, ticket, excluded.ticket), promoted_at = excluded.promoted_at, left_because = null`,
  );
}

/**
 * Gives up the versions from which a rollback to this one goes back: those after its place in the line, or the source if it has none.
 * Runs before the name moves. Going forward, to a version that was published later and isn't earlier in the line, gives up none.
 */
export function leaveStatements({ db }: Pick<WriteDeps, 'db'>, to: InLine, condition: SQL): Statement[] {
  const source = rollbackSourceId(to.namespaceId, to.pluginId);
  const own = placeOf(to, to.versionId);
  const isEarlier = sql`(coalesce(${own} < ${placeOf(to, source)}, 0) and not ${isLeft(to, to.versionId)})`;
  const goesBack = sql`(${isEarlier} or ${to.versionId} < ${source})`;
  const left: LeftBecause = 'rolled_back';
  return [
    db
      .update(promotions)
      .set({ leftBecause: left })
      .where(
        and(
          isInLine(to),
          isNull(promotions.leftBecause),
          ne(promotions.versionId, to.versionId),
          sql`iif(${own} is null, ${promotions.versionId} = ${source}, ${promotions.ticket} > ${own})`,
          goesBack,
          condition,
        ),
      ),
    // Forward, it goes to the end of the line once it serves.
    db
      .delete(promotions)
      .where(
        and(
          isInLine(to),
          eq(promotions.versionId, to.versionId),
          sql`not ${goesBack}`,
          sql`${to.versionId} is not ${source}`,
          condition,
        ),
      ),
  ];
}

/** Gives up the candidate of a reverted release, which may never have had the name. */
export function leaveReverted({ db, clock }: WriteDeps, candidate: InLine, condition: SQL): Statement {
  const { namespaceId, pluginId, versionId } = candidate;
  const leftBecause: LeftBecause = 'reverted';
  const row = {
    namespaceId,
    pluginId,
    versionId,
    ticket: sql<number>`coalesce(${nameTicket(candidate)}, 0)`,
    promotedAt: clock.now(),
    leftBecause,
  };
  return insertWhere(
    db,
    promotions,
    row,
    condition,
    sql`on conflict do update set left_because = excluded.left_because`,
  );
}

/** Gives up a version that a person undeploys. */
export function leaveUndeployed({ db }: Pick<WriteDeps, 'db'>, version: InLine): Statement {
  const leftBecause: LeftBecause = 'undeployed';
  return db
    .update(promotions)
    .set({ leftBecause })
    .where(and(isInLine(version), eq(promotions.versionId, version.versionId), isNull(promotions.leftBecause)));
}

/** Takes an undeployed version back, if the condition holds: it is live again. */
export function returnUndeployed({ db }: Pick<WriteDeps, 'db'>, version: InLine, condition: SQL): Statement {
  const undeployed: LeftBecause = 'undeployed';
  return db
    .update(promotions)
    .set({ leftBecause: null })
    .where(
      and(
        isInLine(version),
        eq(promotions.versionId, version.versionId),
        eq(promotions.leftBecause, undeployed),
        condition,
      ),
    );
}
