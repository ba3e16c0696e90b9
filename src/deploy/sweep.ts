// Nothing is stuck: what nobody holds and nobody will be told of again is sent again. It looks at the state rows, because the
// queues may have forgotten (local ones live in memory only).
import { and, isNull, lt, lte, or } from 'drizzle-orm';
import { sweepGraceMs } from '../contract/limits.ts';
import { isUnleased } from '../db/lease.ts';
import { deployments } from '../db/schema/deploy.ts';
import type { Deps } from '../deps.ts';
import { isUnfinished } from './states.ts';
import { dueToStop } from './stop.ts';

export async function sweepDeployments({ db, queues, clock }: Pick<Deps, 'db' | 'queues' | 'clock'>): Promise<void> {
  const now = clock.now();
  const [waiting, toStop] = await db.batch([
    db
      .select({ id: deployments.id })
      .from(deployments)
      .where(
        and(
          isUnfinished(),
          isUnleased(deployments, now),
          or(isNull(deployments.nextAttemptAt), lte(deployments.nextAttemptAt, now)),
          lt(deployments.updatedAt, now - sweepGraceMs),
        ),
      )
      .limit(100),
    db
      .selectDistinct({ pluginId: deployments.pluginId })
      .from(deployments)
      .where(dueToStop(now - sweepGraceMs))
      .limit(100),
  ]);
  for (const { id } of waiting) await queues.deployments.send({ v: 1, type: 'advance-deployment', id });
  for (const { pluginId } of toStop) await queues.deployments.send({ v: 1, type: 'stop-instances', id: pluginId });
}
