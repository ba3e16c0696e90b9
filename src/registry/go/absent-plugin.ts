// Explains why a Go plugin isn't installed: its install is in progress, its install failed, or there was none.
import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { notFound } from '../../access/actor.ts';
import { Problem } from '../../core/problem.ts';
import { readTogether } from '../../db/client.ts';
import { type OwnerId, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { buildingProblem } from '../building.ts';
import { onlyStaged, selectOnlyStaged } from '../versions/stages.ts';
import type { GoKind } from './installs.ts';

export interface AbsentPlugin {
  ownerId: OwnerId | SQL<OwnerId>;
  kind: GoKind;
  name: string;
}

/** Returns the problem for a request that needs this plugin, which isn't installed. */
export async function absentPlugin({ db }: Pick<Deps, 'db'>, absent: AbsentPlugin): Promise<Problem> {
  const { ownerId, kind, name } = absent;
  const { installs, staged } = await readTogether(db, {
    installs: db
      .select({ status: uploads.status, refusal: uploads.refusal })
      .from(uploads)
      .where(
        and(
          sql`${uploads.ownerId} = ${ownerId}`,
          eq(uploads.kind, kind),
          eq(uploads.name, name),
          inArray(uploads.status, ['confirming', 'rejected']),
        ),
      )
      .orderBy(desc(uploads.id))
      .limit(1),
    staged: selectOnlyStaged(db, absent),
  });
  const [install] = installs;
  if (!install) return staged.length > 0 ? onlyStaged(name) : notFound('plugin', name);
  if (install.status === 'confirming') return buildingProblem(name, 'is still being installed');
  const reason = install.refusal?.message ?? 'it was rejected';
  return new Problem('not-deployed', `Plugin ${name} could not be installed: ${reason}`, {
    hint: 'Fix the cause, and install the plugin again.',
    details: { resource: 'plugin', id: name },
  });
}
