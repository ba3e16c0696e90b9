// Keeps instances within their organization's grants: before a start, after it, and when a grant is narrowed or revoked (D48).
import { and, asc, eq, gt, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm';
import { systemActor } from '../../contract/actor.ts';
import { fleetInstanceIds } from '../../contract/builder/fleets.ts';
import { hostLine, type LogLine } from '../../contract/builder/logs/line.ts';
import { addPermissions, missingPermissions } from '../../contract/plugin/grants.ts';
import { listPermissions } from '../../contract/plugin/permission-text.ts';
import { type Permissions, requestedPermissions } from '../../contract/plugin/permissions.ts';
import type { PluginRowId } from '../../core/ids.ts';
import { deployments } from '../../db/schema/deploy.ts';
import { pluginGrants } from '../../db/schema/grants.ts';
import { pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { grantStatements } from '../../registry/grants/grants.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';

type GrantedVersion = Pick<
  PluginVersion,
  'pluginId' | 'organizationId' | 'ownerId' | 'kind' | 'name' | 'manifest' | 'definition'
>;

async function grantOf({ db }: Pick<Deps, 'db'>, pluginId: PluginRowId): Promise<Permissions | null> {
  const [row] = await db
    .select({ permissions: pluginGrants.permissions })
    .from(pluginGrants)
    .where(eq(pluginGrants.pluginId, pluginId));
  return row?.permissions ?? null;
}

/** Returns the permissions that the version asks for but isn't granted, if any. */
export async function missingGrants(deps: Pick<Deps, 'db'>, version: GrantedVersion): Promise<Permissions | undefined> {
  const asked = requestedPermissions(version);
  return asked ? missingPermissions(asked, await grantOf(deps, version.pluginId)) : undefined;
}

type GrantDeps = Pick<Deps, 'db' | 'ids' | 'clock' | 'log' | 'grantingOrganization'>;

/** Grants the plugins of a local run's organization what they ask for. Does nothing for others. */
export async function grantIfLocal(
  deps: GrantDeps,
  version: GrantedVersion,
  log: (line: LogLine) => void,
): Promise<void> {
  if (version.organizationId === deps.grantingOrganization) await grantLocally(deps, version, log);
}

/** Concurrent changes can invalidate the grant between its read and its write. */
const localAttempts = 5;

/** Grants the missing permissions, logged and recorded like any other grant. */
async function grantLocally(deps: GrantDeps, version: GrantedVersion, log: (line: LogLine) => void): Promise<void> {
  const asked = requestedPermissions(version);
  const plugin = { ...version, id: version.pluginId };
  for (let attempt = 0; attempt < localAttempts; attempt++) {
    const granted = await grantOf(deps, version.pluginId);
    const missing = missingPermissions(asked, granted);
    if (!missing) return;
    const given = { permissions: addPermissions(granted, missing), replaces: granted };
    await deps.db.batch(grantStatements(deps, plugin, given, systemActor));
    const line = `granted because this is a local run: ${listPermissions(missing).join(', ')}`;
    log(hostLine(deps.clock.now(), line));
    deps.log.warn('grant.given_locally', { plugin: version.name, permissions: listPermissions(missing) });
  }
}

const readAtOnce = 100;
const checkMs = 1000;

/** Returns whether the permissions control what data leaves the plugin, or what it could send. */
function isAboutNetwork({ network, forward, secrets }: Permissions): boolean {
  return network !== undefined || forward !== undefined || secrets !== undefined;
}

/**
 * Stops instances that ask for more than their plugin is now granted. Their next call fails with the command to grant it. Calls in
 * progress may finish, but have no network if hosts or secrets were revoked.
 */
export async function enforceGrants(deps: Pick<Deps, 'db' | 'builder'>, pluginId: PluginRowId): Promise<void> {
  const granted = await grantOf(deps, pluginId);
  for (let cursor = ''; ; ) {
    const running = await selectRunning(deps.db, pluginId, cursor);
    const revoked = running.flatMap(({ id, scaling, version }) => {
      const missing = missingPermissions(requestedPermissions(version), granted);
      return missing ? fleetInstanceIds(id, scaling).map((instanceId) => ({ id: instanceId, missing })) : [];
    });
    for (const { id, missing } of revoked) if (isAboutNetwork(missing)) await deps.builder.cutOff(id);
    await Promise.all(revoked.map(({ id }) => deps.builder.stop(id)));
    const last = running.at(-1);
    if (!last || running.length < readAtOnce) return;
    cursor = last.id;
  }
}

/**
 * Cuts off a batch run's instance when its version's hosts or secrets are revoked. `enforceGrants` can't, because no row names it. Call
 * the returned function to stop watching.
 */
export function watchGrant(
  deps: Pick<Deps, 'db' | 'builder' | 'log'>,
  version: GrantedVersion,
  id: string,
): () => void {
  const asked = requestedPermissions(version);
  if (!asked || !isAboutNetwork(asked)) return () => {};
  let isChecking = false;
  const check = async () => {
    const missing = await missingGrants(deps, version);
    if (!missing || !isAboutNetwork(missing)) return;
    await deps.builder.cutOff(id);
    clearInterval(timer);
  };
  const timer = setInterval(() => {
    if (isChecking) return;
    isChecking = true;
    check()
      .catch((cause: unknown) => deps.log.warn('grant.not_checked', { instance: id, cause }))
      .finally(() => {
        isChecking = false;
      });
  }, checkMs);
  return () => clearInterval(timer);
}

/** Includes instances that are being stopped: their calls may last as long as a drain. */
function selectRunning(db: Deps['db'], pluginId: PluginRowId, cursor: string) {
  const versionIds = sql`(select ${pluginVersions.id} from ${pluginVersions} where ${pluginVersions.pluginId} = ${pluginId})`;
  return db
    .select({ id: deployments.id, scaling: deployments.scaling, version: pluginVersions })
    .from(deployments)
    .innerJoin(pluginVersions, eq(pluginVersions.id, deployments.versionId))
    .where(
      and(
        sql`${deployments.versionId} in ${versionIds}`,
        eq(deployments.type, 'realtime'),
        or(
          inArray(deployments.status, ['starting', 'verifying', 'ready', 'promoted']),
          and(isNotNull(deployments.stopAfter), isNull(deployments.instanceStoppedAt)),
        ),
        gt(sql`${deployments.id}`, cursor),
      ),
    )
    .orderBy(asc(deployments.id))
    .limit(readAtOnce);
}
