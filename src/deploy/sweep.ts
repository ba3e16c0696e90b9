// Sends messages for deployments whose lease has expired and for stops that are overdue. It reads the rows rather than the outbox,
// because queues may lose messages (local ones exist in memory only).
import { and, isNull, lt, lte, or } from 'drizzle-orm';
import { sweepGraceMs } from '../contract/limits.ts';
import { readTogether } from '../db/client.ts';
import { isUnleased } from '../db/lease.ts';
import { deployments, isUnfinished } from '../db/schema/deploy.ts';
import type { Deps } from '../deps.ts';
import { dueToStop } from './stop.ts';

export async function sweepDeployments({ db, queues, clock }: Pick<Deps, 'db' | 'queues' | 'clock'>): Promise<void> {
  const now = clock.now();
  const { waiting, toStop } = await readTogether(db, {
    waiting: db
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
    toStop: db
      .selectDistinct({ pluginId: deployments.pluginId })
      .from(deployments)
      .where(dueToStop(now - sweepGraceMs))
      .limit(100),
  });
  for (const { id } of waiting) await queues.deployments.send({ v: 1, type: 'advance-deployment', id });
  for (const { pluginId } of toStop) await queues.deployments.send({ v: 1, type: 'stop-instances', id: pluginId });
}
