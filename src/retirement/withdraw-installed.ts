// Yanks or deprecates an installed version of a Go plugin, or undoes that.
import { type Actor, requireScope } from '../access/actor.ts';
import { pageLimitMax } from '../contract/limits/requests.ts';
import { readTogether } from '../db/client.ts';
import type { Deps } from '../deps.ts';
import { absentPlugin } from '../registry/go/absent-plugin.ts';
import { type GoKind, homeNamespaceId, requireHomeNamespace, selectHomeNamespace } from '../registry/go/installs.ts';
import type { PluginVersion } from '../registry/versions/versions.ts';
import type { WithdrawalChanges } from '../registry/versions/withdrawals.ts';
import {
  installedPluginId,
  requireInstalled,
  selectInstalledVersions,
} from '../rollouts/installs/installed-versions.ts';
import { withdraw } from './withdraw.ts';

export async function withdrawInstalled(
  deps: Deps,
  actor: Actor,
  { kind, name, ref }: { kind: GoKind; name: string; ref: string },
  changes: WithdrawalChanges,
): Promise<PluginVersion> {
  requireScope(actor, 'plugins:write', name);
  const { home, versions } = await readTogether(deps.db, {
    home: selectHomeNamespace(deps.db, actor),
    versions: selectInstalledVersions(deps.db, installedPluginId(homeNamespaceId(actor), kind, name), {
      limit: pageLimitMax,
    }),
  });
  const ownerId = requireHomeNamespace(home, actor);
  if (versions.length === 0) throw await absentPlugin(deps, { ownerId, kind, name });
  return withdraw(deps, actor, requireInstalled(name, versions, ref), changes);
}
