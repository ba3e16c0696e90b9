// Finds deploy hooks whose last push failed.
import { and, desc, eq, gte, isNull, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { ownerNamespace } from '../../access/owners.ts';
import type { FoundNeed } from '../../contract/attention.ts';
import { needLimits } from '../../contract/limits/attention.ts';
import type { Deps } from '../../deps.ts';
import type { NeedSource, ViewerRead } from '../../points.ts';
import { deployHooks, pushes } from './tables.ts';

const newer = alias(pushes, 'newer');

async function read({ clock, db }: Pick<Deps, 'db' | 'clock'>, viewer: ViewerRead): Promise<FoundNeed[]> {
  const { deletedAt, id, organizationId, ownerId, pluginId, pluginName, status } = deployHooks;
  // A push that was ignored, or isn't done, says nothing.
  const last = sql`(select ${newer.id} from ${pushes} ${newer} where ${newer.hookId} = ${id}
    and ${newer.status} in ('live', 'published', 'failed') order by ${newer.id} desc limit 1)`;
  const rows = await viewer.together(
    db
      .select({
        id,
        ownerId,
        pluginId,
        pluginName,
        pushId: sql<string>`${pushes.id}`.as('push_id'),
        message: pushes.message,
        deploymentId: pushes.deploymentId,
        endedAt: pushes.updatedAt,
      })
      .from(deployHooks)
      .crossJoin(pushes)
      .where(
        and(
          eq(organizationId, viewer.organizationId),
          isNull(deletedAt),
          eq(status, 'enabled'),
          sql`${ownerId} in ${viewer.owners}`,
          eq(pushes.id, last),
          eq(pushes.status, 'failed'),
          gte(pushes.updatedAt, clock.now() - needLimits.endedMs),
        ),
      )
      .orderBy(desc(pushes.updatedAt))
      .limit(needLimits.readOfKind),
  );
  return rows.map((row) => {
    const namespaceId = ownerNamespace(row.ownerId);
    const [reason = ''] = (row.message ?? '').split('\n');
    return {
      key: row.id,
      severity: 'bad',
      title: `The last push to the deploy hook of ${row.pluginName} failed${reason === '' ? '' : `: ${reason.slice(0, 160)}`}`,
      namespaceId,
      subject: row.id,
      since: row.endedAt,
      action: {
        label: 'See its pushes',
        page: `/deploy-hooks/${row.id}`,
        command: `slipway hooks deliveries ${row.id}`,
      },
      fingerprint: row.pushId,
      ...(row.deploymentId !== null && { coveredBy: `failed-deployment.${namespaceId}.${row.pluginId}` }),
    };
  });
}

export const hookNeeds: NeedSource<Deps> = { kind: 'deploy-hook', scope: 'plugins:deploy', read };
