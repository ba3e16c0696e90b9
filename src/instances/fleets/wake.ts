// Starts extra instances of a new deployment before it gets calls, to match the awake instances of the deployment it replaces.
import { and, eq, ne, or, type SQL, sql } from 'drizzle-orm';
import { fleetInstanceIds, stands } from '../../contract/builder/fleets.ts';
import { hostLine, type LogLine } from '../../contract/builder/logs/line.ts';
import { deployments, livePointers } from '../../db/schema/deploy.ts';
import type { Deps, StartableVersion } from '../../deps.ts';
import type { Deployment } from '../../pointers/overview.ts';
import { activeVersionId } from '../../registry/versions/active-version.ts';
import { type StartDeps, startInstance } from './instances.ts';

/**
 * Starts as many instances as the replaced deployments have awake, and waits for them. If an instance doesn't start, later calls start
 * it. *Dies:* the next worker starts the missing ones.
 */
export async function wakeAsMany(
  deps: StartDeps & Pick<Deps, 'log'>,
  { deployment, version }: { deployment: Deployment; version: StartableVersion },
  log: (line: LogLine) => void,
): Promise<void> {
  const { id, scaling } = deployment;
  if (!scaling) return;
  const replaced = await deps.db.select().from(deployments).where(isReplacedBy(deployment));
  const awake = await Promise.all(replaced.map((one) => awakeInstances(deps, one)));
  const most = Math.max(1, ...awake);
  const count = Math.min(scaling.max, most);
  if (count === 1) return;
  const say = (line: string) => log(hostLine(deps.clock.now(), line));
  say(`Starting ${count} instances, because the live deployment has ${most} awake.`);
  const numbers = Array.from({ length: count - 1 }, (_, at) => at + 2);
  const start = (number: number) =>
    startInstance(deps, id, version, { number }).catch((cause: unknown) => {
      say(`Instance ${number} did not start: ${cause instanceof Error ? cause.message : cause}`);
      deps.log.warn('instance.not_woken', { deployment: id, number, cause });
    });
  await Promise.all(numbers.map(start));
}

/** Counts starting and ready instances. An instance whose builder doesn't answer counts as asleep. */
export async function awakeInstances(
  { builder }: Pick<Deps, 'builder'>,
  { id, scaling }: Pick<Deployment, 'id' | 'scaling'>,
): Promise<number> {
  const ask = (instanceId: string) => builder.status(instanceId).catch(() => undefined);
  const statuses = await Promise.all(fleetInstanceIds(id, scaling).map(ask));
  return statuses.filter((status, at) => status && stands({ number: at + 1, status })).length;
}

/** SQL: the live deployment of the version, or of the plugin's name if this deployment will take the name. */
function isReplacedBy({ id, namespaceId, pluginId, takesName, versionId }: Deployment): SQL | undefined {
  const target = (subject: SQL) =>
    sql`(select ${livePointers.targetId} from ${livePointers} where ${livePointers.namespaceId} = ${namespaceId} and ${livePointers.subjectId} = ${subject})`;
  const named = target(target(sql`${pluginId}`));
  const takes = takesName ? sql`true` : sql`${activeVersionId(namespaceId, pluginId)} = ${versionId}`;
  return and(
    ne(deployments.id, id),
    or(eq(deployments.id, target(sql`${versionId}`)), and(takes, eq(deployments.id, named))),
  );
}
