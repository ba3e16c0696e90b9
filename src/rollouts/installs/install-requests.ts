// Installs, updates and uninstalls Go plugins on request. The caller waits a limited time for the result; the pipeline does the work.
import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { ownerNamespace } from '../../access/owners.ts';
import type { InstallError } from '../../contract/builder/go-plugins.ts';
import type { LogLine } from '../../contract/builder/logs/line.ts';
import type { Finding } from '../../contract/findings/finding.ts';
import type { GoKind } from '../../contract/plugin/go-kinds.ts';
import { emptyObject } from '../../core/json/text.ts';
import { Problem } from '../../core/problem.ts';
import { readTogether } from '../../db/client.ts';
import { deployments } from '../../db/schema/deploy.ts';
import { pluginVersions, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { sendNow } from '../../events/outbox.ts';
import { askedBy, namespaceWhere, selectProvisions } from '../../instances/requirements/provisions.ts';
import { readLog } from '../../logs/read-log.ts';
import { removeVersion } from '../../pointers/remove-version.ts';
import { unfinishedStates } from '../../pointers/states.ts';
import { homeNamespace } from '../../registry/go/home-namespace.ts';
import { type InstalledPlugin, installedByName, installedVersion } from '../../registry/go/installed-plugins.ts';
import { completeInstall, type Install, openInstall } from '../../registry/go/installs.ts';
import { loadFindings } from '../../registry/storage/stored-findings.ts';
import { firstUploadId, type Upload } from '../../registry/uploads/uploads.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import { createDeployment } from '../request-deployment.ts';

const logTail = 20;

export type InstallOutcome =
  | { status: 'installed'; plugin: InstalledPlugin }
  | { status: 'under-way'; install: Upload }
  | { status: 'staged'; version: PluginVersion }
  /** `log`: what the plugin printed, if its start failed. */
  | { status: 'refused'; refusal: InstallError; findings: Finding[]; log: LogLine[] };

/**
 * Checks that the builder can fetch and build, then writes the install for the queue. *Dies before sending:* the sweep sends the
 * message.
 */
export async function requestInstall(deps: Deps, actor: Actor, install: Install): Promise<Upload> {
  const home = await homeNamespace(deps, actor);
  const { sources, builds } = await deps.builder.capabilities();
  if (!sources.available) throw new Problem('capability-missing', sources.reason);
  if (!builds.available) throw new Problem('capability-missing', builds.reason);
  const { upload, message } = await openInstall(deps, actor, { ...install, ownerId: home, stage: actor.stageOnly });
  deps.defer(sendNow(deps, message));
  return upload;
}

export interface PendingInstall {
  install: Install;
  upload: Upload;
  /** Seconds the caller will wait. */
  waitSeconds: number | undefined;
}

/** Waits for an install's result up to the caller's limit; the queue continues unfinished work. */
export async function waitForInstall(
  deps: Deps,
  actor: Actor,
  { install, upload, waitSeconds }: PendingInstall,
): Promise<InstallOutcome> {
  const waitMs = requestWaitMs(deps, waitSeconds);
  const deadline = deps.clock.now() + waitMs;
  await waitForQueue(deps, upload, waitMs);
  return installOutcome(deps, actor, { kind: install.kind, opened: upload, deadline });
}

/** Returns the wait for a request that asked for this many seconds. */
export function requestWaitMs({ installWaitMs }: Pick<Deps, 'installWaitMs'>, waitSeconds: number | undefined): number {
  return Math.min((waitSeconds ?? Number.POSITIVE_INFINITY) * 1000, installWaitMs);
}

/** Waits up to `waitMs` for the queue to finish the upload, or to fail and schedule a retry. */
export async function waitForQueue(
  deps: Pick<Deps, 'db' | 'waits'>,
  { id, organizationId }: Pick<Upload, 'id' | 'organizationId'>,
  waitMs: number,
): Promise<void> {
  const isDone = async () => ((await isAtWork(deps, { id })) ? undefined : true);
  await deps.waits.until({ organizationId, forMs: waitMs }, isDone);
}

async function isAtWork({ db }: Pick<Deps, 'db'>, { id }: Pick<Upload, 'id'>): Promise<boolean> {
  const { attempts, leaseUntil, status, toDeploy } = uploads;
  const [row] = await db.select({ attempts, leaseUntil, status, toDeploy }).from(uploads).where(eq(uploads.id, id));
  if (row?.status === 'accepted') return row.toDeploy === true;
  return row?.status === 'confirming' && (row.attempts === 0 || row.leaseUntil !== null);
}

async function installOutcome(
  deps: Deps,
  actor: Actor,
  { kind, opened, deadline }: { kind: GoKind; opened: Upload; deadline: number },
): Promise<InstallOutcome> {
  const [install] = await deps.db.select().from(uploads).where(eq(uploads.id, opened.id));
  if (!install || install.status === 'confirming') return { status: 'under-way', install: install ?? opened };
  if (install.status === 'rejected') {
    // The caller gets the reason now, so the rejected install can be closed.
    const findings = await loadFindings(deps, install);
    await completeInstall(deps, install, actor.ref);
    const refusal = install.refusal ?? { code: 'refused', message: 'The plugin was rejected' };
    return { status: 'refused', refusal, findings, log: [] };
  }
  const { versionId } = install;
  if (versionId === null && !(await installedVersion(deps, install))) throw uninstalledMeanwhile(install.name);
  if (versionId !== null) {
    const [version] = await deps.db.select().from(pluginVersions).where(eq(pluginVersions.id, versionId));
    if (version?.stage === 'staged') return { status: 'staged', version };
    const failed = await failedDeployment(deps, actor, { versionId, deadline });
    if (failed) {
      const { lines } = await readLog(deps, failed.id, { limit: logTail });
      await removeFailedVersion(deps, actor, versionId);
      return { status: 'refused', refusal: startFailure(failed), findings: [], log: lines };
    }
  }
  return { status: 'installed', plugin: await installedByName(deps, actor, { kind, name: install.name }) };
}

function uninstalledMeanwhile(name: string): Problem {
  return new Problem('conflict', `Plugin ${name} was uninstalled while it was being installed`, {
    hint: 'Install it again if you still want it.',
    details: { resource: 'plugin', name },
  });
}

type Deployment = typeof deployments.$inferSelect;

/** Returns the version's deployment if it failed; undefined if it is live or still in progress at the deadline. */
async function failedDeployment(
  { clock, db, waits }: Deps,
  { organizationId }: Actor,
  { deadline, versionId }: { deadline: number; versionId: PluginVersion['id'] },
): Promise<Pick<Deployment, 'id' | 'error'> | undefined> {
  const newest = await waits.until({ organizationId, forMs: deadline - clock.now() }, async () => {
    const [found] = await db
      .select({ id: deployments.id, error: deployments.error, status: deployments.status })
      .from(deployments)
      .where(eq(deployments.versionId, versionId))
      .orderBy(desc(deployments.ticket))
      .limit(1);
    return found && !unfinishedStates.includes(found.status) ? found : undefined;
  });
  return newest?.status === 'failed' ? newest : undefined;
}

function startFailure({ error }: Pick<Deployment, 'error'>): InstallError {
  return { code: 'start-failed', message: error ?? 'The plugin could not be started' };
}

/**
 * Removes a version that can't be started, so the previous one is active again. Keeps a version that lacks a grant or secret: granting
 * needs the plugin to exist, and the deployment can then be retried without a build.
 */
async function removeFailedVersion(deps: Deps, actor: Actor, id: PluginVersion['id']): Promise<void> {
  const [version] = await deps.db.select().from(pluginVersions).where(eq(pluginVersions.id, id));
  const namespaceId = version && ownerNamespace(version.ownerId);
  if (!version || !namespaceId) return;
  const asked = askedBy(version);
  const { missing } = await selectProvisions(deps, namespaceWhere(namespaceId, asked), asked);
  if (missing.length === 0) await removeVersion(deps, version, actor.ref);
}

/** Removes the plugin's versions and its pending or rejected installs. */
export async function uninstallPlugin(deps: Deps, actor: Actor, kind: GoKind, name: string): Promise<void> {
  requireScope(actor, 'plugins:write');
  const ownerId = await homeNamespace(deps, actor);
  const { existing, installs } = await readTogether(deps.db, {
    existing: deps.db
      .select()
      .from(pluginVersions)
      .where(
        and(
          eq(pluginVersions.ownerId, ownerId),
          eq(pluginVersions.kind, kind),
          eq(pluginVersions.name, name),
          isNull(pluginVersions.deletedAt),
        ),
      ),
    installs: deps.db
      .select()
      .from(uploads)
      .where(and(eq(uploads.ownerId, ownerId), eq(uploads.kind, kind), eq(uploads.name, name))),
  });
  const open = installs.filter(({ status }) => status === 'confirming' || status === 'rejected');
  if (existing.length + open.length === 0) throw notFound('plugin', name);
  for (const install of open) await completeInstall(deps, install, actor.ref);
  // The active version goes last: the plugin exists while any version does.
  for (const version of existing.sort((a, b) => (a.activation ?? 0) - (b.activation ?? 0)))
    await removeVersion(deps, version, actor.ref);
}

/** Does nothing if the version is already deployed, or waits for approval, which deploys it. */
export async function deployInstalled(deps: Deps, version: PluginVersion): Promise<void> {
  const namespaceId = ownerNamespace(version.ownerId);
  if (namespaceId === null || version.stage === 'staged') return;
  const request = {
    namespaceId,
    version,
    type: 'realtime' as const,
    parameters: emptyObject,
    // From the row, because the sweep has only the version.
    release: sql<
      Upload['release']
    >`(select ${uploads.release} from ${uploads} where ${uploads.id} = ${firstUploadId(version)})`,
    actor: version.decision?.by ?? version.createdBy,
  };
  await createDeployment(deps, request, { onlyIfMissing: true });
}
