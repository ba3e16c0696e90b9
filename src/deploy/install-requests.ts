// Asking for a Go plugin, for another version of it, or to have it removed: the work begins at once, and whoever asked hears how it
// ended when that doesn't take too long.
import { and, desc, eq } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../access/actor.ts';
import type { Refusal } from '../contract/go-plugins.ts';
import { Problem } from '../core/problem.ts';
import { deployments } from '../db/schema/deploy.ts';
import { pluginVersions, uploads } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { type InstalledPlugin, installedNamed } from '../registry/go-plugins.ts';
import { closeInstall, type GoKind, homeNamespace, type Install, openInstall } from '../registry/installs.ts';
import { claimUpload, type Upload } from '../registry/uploads.ts';
import type { PluginVersion } from '../registry/versions.ts';
import { advanceInstall } from './install.ts';
import { unfinishedStates } from './states.ts';
import { removeVersion } from './undeploy.ts';

/** Less than what a client waits for an answer. */
const waitMs = 90_000;
const lookEveryMs = 150;

export type InstallOutcome =
  | { status: 'installed'; plugin: InstalledPlugin }
  | { status: 'under-way'; install: Upload }
  | { status: 'refused'; refusal: Refusal };

export async function installPlugin(deps: Deps, actor: Actor, install: Install): Promise<InstallOutcome> {
  requireScope(actor, 'plugins:write');
  requireScope(actor, 'plugins:deploy');
  const { sources, builds } = await deps.builder.abilities();
  if (!sources.available) throw new Problem('ability-missing', sources.reason);
  if (!builds.available) throw new Problem('ability-missing', builds.reason);
  const ownerId = await homeNamespace(deps, actor);
  const opened = await openInstall(deps, actor, ownerId, install);
  const work = advance(deps, opened);
  deps.defer(work);
  const deadline = deps.clock.now() + waitMs;
  await Promise.race([work, new Promise((resolve) => setTimeout(resolve, waitMs))]);
  return settled(deps, actor, install.kind, opened, deadline);
}

/** What failed through no fault of the plugin is taken up by the sweep. */
async function advance(deps: Deps, { id, origin }: Upload): Promise<void> {
  const { claim } = await claimUpload(deps, id, 'any');
  if (!claim || !origin) return;
  try {
    await advanceInstall(deps, claim, origin);
  } catch (cause) {
    deps.log.error('install.failed', { upload: id, cause });
  }
}

async function settled(
  deps: Deps,
  actor: Actor,
  kind: GoKind,
  opened: Upload,
  deadline: number,
): Promise<InstallOutcome> {
  const [install] = await deps.db.select().from(uploads).where(eq(uploads.id, opened.id));
  if (!install || install.status === 'confirming') return { status: 'under-way', install: install ?? opened };
  if (install.status === 'rejected') {
    // Its author hears why now: nothing of it is left to be looked at.
    await closeInstall(deps, install, actor.ref);
    return { status: 'refused', refusal: install.refusal ?? { code: 'refused', message: 'The plugin was refused' } };
  }
  const { versionId } = install;
  if (versionId !== null) {
    const error = await deploymentError(deps, versionId, deadline);
    if (error !== null) {
      await takeBack(deps, actor, versionId);
      return { status: 'refused', refusal: { code: 'start-failed', message: error } };
    }
  }
  return { status: 'installed', plugin: await installedNamed(deps, actor, { kind, name: install.name }) };
}

/** Why the version's deployment failed; null when it serves, or is still under way when the time is over. */
async function deploymentError(
  { db, clock }: Deps,
  versionId: PluginVersion['id'],
  deadline: number,
): Promise<string | null> {
  for (;;) {
    const [newest] = await db
      .select({ error: deployments.error, status: deployments.status })
      .from(deployments)
      .where(eq(deployments.versionId, versionId))
      .orderBy(desc(deployments.ticket))
      .limit(1);
    if (newest?.status === 'failed') return newest.error ?? 'The plugin could not be started';
    if (newest && !unfinishedStates.includes(newest.status)) return null;
    if (clock.now() >= deadline) return null;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

/** A version that can't be started is none: what was active before is active again. */
async function takeBack(deps: Deps, actor: Actor, id: PluginVersion['id']): Promise<void> {
  const [version] = await deps.db.select().from(pluginVersions).where(eq(pluginVersions.id, id));
  if (version) await removeVersion(deps, version, actor.ref);
}

/** Its versions, and installs of it that came to nothing. */
export async function uninstallPlugin(deps: Deps, actor: Actor, kind: GoKind, name: string): Promise<void> {
  requireScope(actor, 'plugins:write');
  const ownerId = await homeNamespace(deps, actor);
  const [versions, installs] = await deps.db.batch([
    deps.db
      .select()
      .from(pluginVersions)
      .where(and(eq(pluginVersions.ownerId, ownerId), eq(pluginVersions.kind, kind), eq(pluginVersions.name, name))),
    deps.db
      .select()
      .from(uploads)
      .where(and(eq(uploads.ownerId, ownerId), eq(uploads.kind, kind), eq(uploads.name, name))),
  ]);
  const standing = versions.filter(({ deletedAt }) => deletedAt === null);
  const open = installs.filter(({ status }) => status === 'confirming' || status === 'rejected');
  if (standing.length + open.length === 0) throw notFound('plugin', name);
  for (const install of open) await closeInstall(deps, install, actor.ref);
  // The active one last: while one stands, the plugin is there.
  for (const version of standing.sort((a, b) => (a.activation ?? 0) - (b.activation ?? 0)))
    await removeVersion(deps, version, actor.ref);
}
