// Gives the calls of names back that releases move to a version which is withdrawn.
import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { ActorRef } from '../../contract/actor.ts';
import { pageLimitMax } from '../../contract/limits/requests.ts';
import { Problem } from '../../core/problem.ts';
import { readTogether } from '../../db/client.ts';
import { enabledPlugins } from '../../db/schema/registry.ts';
import { isActiveRelease, releases } from '../../db/schema/releases.ts';
import type { Deps } from '../../deps.ts';
import { type PluginVersion, versionLabel, versionSlug } from '../../registry/versions/versions.ts';
import { changeRelease } from './change.ts';
import { joinReleases, selectReleases } from './releases.ts';

/** Rounds in which every release changed before it could be reverted. */
const stalledMax = 5;

/**
 * Reverts the active releases to the version, wherever it is deployed, until none is left: one that changes at the same time is
 * read again. No other can begin, since the version is withdrawn. *Dies:* repeating the withdrawal continues.
 */
export async function revertReleases(
  deps: Deps,
  version: PluginVersion,
  { actor, reason }: { actor: ActorRef; reason: string },
): Promise<void> {
  let stalled = 0;
  while (stalled < stalledMax) {
    const found = await readTogether(deps.db, selectReleases(deps.db, leadsTo(version), pageLimitMax));
    if (found.releases.length === 0) return;
    stalled += 1;
    for (const release of joinReleases(found)) {
      const change = { type: 'reverted', reason, gate: null } as const;
      const { changed } = await changeRelease(deps, release, change, { actor, measured: null });
      if (!changed) continue;
      stalled = 0;
      deps.defer(deps.releases.follow(release.release));
    }
  }
  throw new Problem(
    'conflict',
    `Releases of ${version.name} ${versionLabel(version)} change all the time, so they still go on`,
    {
      details: { resource: 'plugin', id: versionSlug(version) },
      hint: 'Send the request again, which continues.',
    },
  );
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
