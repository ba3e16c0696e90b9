// Gives the calls of names back that releases move to a version which is withdrawn.
import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { ActorRef } from '../../contract/events/events.ts';
import { pageLimitMax } from '../../contract/limits/requests.ts';
import { readTogether } from '../../db/client.ts';
import { enabledPlugins } from '../../db/schema/registry.ts';
import { isActiveRelease, releases } from '../../db/schema/releases.ts';
import type { Deps } from '../../deps.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import { changeRelease } from './change.ts';
import { joinReleases, selectReleases } from './releases.ts';

/** Reverts the active releases to the version, wherever it is deployed. *Dies:* repeating the withdrawal continues. */
export async function revertReleases(
  deps: Deps,
  version: PluginVersion,
  { actor, reason }: { actor: ActorRef; reason: string },
): Promise<void> {
  const found = await readTogether(deps.db, selectReleases(deps.db, leadsTo(version), pageLimitMax));
  for (const release of joinReleases(found)) {
    await changeRelease(deps, release, { type: 'reverted', reason, gate: null }, { actor, measured: null });
    deps.defer(deps.releases.follow(release.release));
  }
}

/** SQL: an active release to the version, in its own namespace or in one that enables it. */
function leadsTo({ id, ownerId, pluginId }: PluginVersion): SQL | undefined {
  const enabling = sql`select ${enabledPlugins.namespaceId} from ${enabledPlugins} where ${enabledPlugins.versionId} = ${id}`;
  return and(
    sql`${releases.namespaceId} in (select ${ownerId} union all ${enabling})`,
    eq(releases.pluginId, pluginId),
    eq(releases.toVersionId, id),
    isActiveRelease(),
  );
}
