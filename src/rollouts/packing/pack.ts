// Packs small plugins: a deployment verified in its own container continues in one shared with others of its organization. One
// statement chooses the container and reserves the memory, so that concurrent workers never reserve the same memory.
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { InstanceStatus } from '../../contract/builder/instances.ts';
import { hostLine } from '../../contract/builder/logs/line.ts';
import { packingLimits } from '../../contract/limits/containers.ts';
import { declaredRequirements } from '../../contract/plugin/manifest.ts';
import { hostedPermissions, requestedPermissions } from '../../contract/plugin/permissions.ts';
import { newSharedContainer, type SharedPlace, sharedMemoryMiB } from '../../contract/plugin/placement.ts';
import { deployments, isPacked } from '../../db/schema/deploy.ts';
import { environments, pluginLocks } from '../../db/schema/environments.ts';
import type { Deps, StartOptions } from '../../deps.ts';
import { type StartDeps, startInstance } from '../../instances/fleets/instances.ts';
import { declaredMemoryMiB } from '../../instances/placement.ts';
import type { Deployment } from '../../pointers/overview.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import { type ClaimedDeployment, holdsLease, leaseLost } from '../steps/claim.ts';
import { containerSize, followInto } from './follow.ts';

const MiB = 2 ** 20;

/** Sandboxes that isolate several plugins from each other. In `vm`, nothing but the virtual machine confines a plugin. */
const apart: ReadonlySet<InstanceStatus['sandbox']> = new Set(['namespaces', 'landlock']);

/** Returns the MiB to reserve for the plugin, whose examples have just run alone; null if it gets its own container. */
export function containerShare(
  { kind, manifest, definition }: Pick<PluginVersion, 'kind' | 'manifest' | 'definition'>,
  { scaling }: Pick<Deployment, 'scaling'>,
  { memory, sandbox }: Pick<InstanceStatus, 'memory' | 'sandbox'>,
): number | null {
  if (kind !== 'extractor' || manifest?.serve_config?.dedicated === true) return null;
  if ((scaling?.max ?? 1) > 1 || (manifest?.models ?? []).length > 0) return null;
  if (!memory || !apart.has(sandbox)) return null;
  const declared = Math.max(
    declaredMemoryMiB(manifest) ?? 0,
    hostedPermissions({ manifest, definition })?.memory_mb ?? 0,
  );
  const peak = memory.peak_bytes / MiB;
  if (declared === 0) return peak < packingLimits.verifiedMiB ? packingLimits.instanceMiB : null;
  const share = Math.ceil(Math.max(declared, peak));
  return share <= packingLimits.instanceMiB ? share : null;
}

const other = alias(deployments, 'other');

type PackDeps = StartDeps & Pick<Deps, 'db' | 'log' | 'defer'>;
type Log = NonNullable<StartOptions['log']>;

/**
 * Moves a small plugin's instance into a shared container and waits for it there. If it doesn't start there, it gets its own container
 * back. If the container became a larger one, its neighbors follow. *Dies anywhere:* the next worker starts over, verifying it in its
 * own container.
 */
export async function packIfSmall(
  deps: PackDeps,
  claimed: ClaimedDeployment,
  start: StartOptions & { log: Log },
): Promise<void> {
  const { builder } = deps;
  const { deployment, version } = claimed;
  const status = builder.hasContainers ? await builder.status(deployment.id) : undefined;
  const mib = status ? containerShare(version, deployment, status) : null;
  if (mib === null || !(await hasFewPackages(deps, version))) return;
  await requireLease(deps, claimed);
  await builder.stop(deployment.id);
  const place = await takePlace(deps, claimed, mib);
  const { container } = place;
  const say = (line: string) => start.log(hostLine(deps.clock.now(), line));
  say(`It uses little memory, so it shares the container ${container} with other plugins of its organization.`);
  try {
    await startInstance(deps, deployment.id, version, start);
  } catch (cause) {
    deps.log.warn('instance.not_packed', { deployment: deployment.id, container, cause });
    say('It did not start there, so it gets its own container.');
    await deps.db.update(deployments).set({ placement: unshared }).where(holdsLease(claimed));
    return void (await startInstance(deps, deployment.id, version, start));
  }
  await followInto(deps, deployment, place);
}

/** SQL: the placement in its own container. */
const unshared = sql`json_remove(${deployments.placement}, '$.shared')`;

/** Called before stopping the instance, because it may be live by now if another worker has the lease. */
async function requireLease({ db }: PackDeps, claimed: ClaimedDeployment): Promise<void> {
  const [held] = await db.select({ id: deployments.id }).from(deployments).where(holdsLease(claimed));
  if (!held) throw leaseLost(claimed);
}

async function hasFewPackages({ db }: PackDeps, { id, manifest }: ClaimedDeployment['version']): Promise<boolean> {
  if (declaredRequirements(manifest).length === 0) return true;
  const lock = sql`(select ${pluginLocks.digest} from ${pluginLocks} where ${pluginLocks.versionId} = ${id})`;
  const [found] = await db
    .select({ bytes: sql<number | null>`max(${environments.sizeBytes})` })
    .from(environments)
    .where(sql`${environments.lock} = ${lock}`);
  return (found?.bytes ?? Number.POSITIVE_INFINITY) <= packingLimits.environmentBytes;
}

/** Reserves memory in the fullest container with enough of it, or in a new one. */
async function takePlace({ db }: PackDeps, claimed: ClaimedDeployment, mib: number): Promise<SharedPlace> {
  const { organizationId } = claimed.deployment;
  const network = sql`json(${asksForNetwork(claimed) ? 'true' : 'false'})`;
  const placeIn = (container: SQL, size: SQL) =>
    sql`json_object('container', ${container}, 'size', ${size}, 'mib', ${mib}, 'network', ${network})`;
  const fresh = placeIn(sql`${newSharedContainer(organizationId)}`, sql`'basic'`);
  const place = sql`json(coalesce(${fullestWithRoom(claimed, mib, placeIn)}, ${fresh}))`;
  const [placed] = await db
    .update(deployments)
    .set({ placement: sql`json_set(${deployments.placement}, '$.shared', ${place})` })
    .where(and(holdsLease(claimed), isNull(sql`${deployments.placement} ->> '$.shared'`)))
    .returning({ placement: deployments.placement });
  if (!placed?.placement.shared) throw leaseLost(claimed);
  return placed.placement.shared;
}

/** SQL: a place in one of the organization's containers with the same region, jurisdiction and egress. */
function fullestWithRoom(claimed: ClaimedDeployment, mib: number, placeIn: (container: SQL, size: SQL) => SQL): SQL {
  const { organizationId, placement } = claimed.deployment;
  const container = sql`${other.placement} ->> '$.shared.container'`;
  const held = sql`sum(${other.placement} ->> '$.shared.mib')`;
  const suitable = and(
    eq(other.organizationId, organizationId),
    isPacked(other),
    sql`${other.placement} ->> '$.shared.network' = ${asksForNetwork(claimed) ? 1 : 0}`,
    sql`${other.placement} ->> '$.location' is ${placement.location}`,
    sql`${other.placement} ->> '$.jurisdiction' is ${placement.jurisdiction}`,
  );
  const isSmall = sql`max(${containerSize(other)}) = 'basic' and ${held} + ${mib} <= ${sharedMemoryMiB('basic')}`;
  const size = sql`case when ${isSmall} then 'basic' else 'standard-1' end`;
  return sql`(select ${placeIn(container, size)} from ${deployments} ${other} where ${suitable} group by ${container} having ${held} + ${mib} <= ${sharedMemoryMiB('standard-1')} order by ${held} desc limit 1)`;
}

function asksForNetwork({ version }: ClaimedDeployment): boolean {
  const { network, forward } = requestedPermissions(version) ?? {};
  return network !== undefined || forward !== undefined;
}
