// Rolls a Go plugin back to an installed version (D4). Deploys the stored executable again, without fetching from Git.
import { type Actor, requireScope } from '../../access/actor.ts';
import { pageLimitMax } from '../../contract/limits/requests.ts';
import { Problem } from '../../core/problem.ts';
import { readTogether } from '../../db/client.ts';
import type { Deps } from '../../deps.ts';
import { selectRollbackTargets } from '../../pointers/rollback-targets.ts';
import { absentPlugin } from '../../registry/go/absent-plugin.ts';
import { type GoKind, homeNamespace } from '../../registry/go/installs.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import { type InstallOutcome, requestWaitMs, startOutcome } from '../installs/install-requests.ts';
import { installedPluginId, requireInstalled, selectInstalledVersions } from '../installs/installed-versions.ts';
import { retireAll, selectReplaced } from '../installs/retire.ts';
import { rollBackTo } from './rollback.ts';

export interface GoRollbackRequest {
  kind: GoKind;
  name: string;
  /** Git ref or commit of an installed version. Defaults to the previous live version. */
  ref: string | undefined;
  message: string | null;
  /** Seconds the caller will wait. */
  waitSeconds: number | undefined;
}

export async function rollBackInstalled(deps: Deps, actor: Actor, request: GoRollbackRequest): Promise<InstallOutcome> {
  requireScope(actor, 'plugins:deploy', request.name);
  const { kind, name, message, waitSeconds } = request;
  const namespaceId = await homeNamespace(deps, actor);
  const pluginId = installedPluginId(namespaceId, kind, name);
  const { versions, targets } = await readTogether(deps.db, {
    versions: selectInstalledVersions(deps.db, pluginId, { limit: pageLimitMax }),
    targets: selectRollbackTargets(deps.db, namespaceId, pluginId),
  });
  if (versions.length === 0) throw await absentPlugin(deps, { ownerId: namespaceId, kind, name });
  const version = chosenVersion(request, versions, targets);
  const { traffic } = await rollBackTo(deps, actor, { namespaceId, version, message });
  // If the version is still draining, it takes over without a promotion, and only a promotion would retire the other version.
  if (traffic.state === 'serving')
    deps.defer(selectReplaced(deps, version).then((replaced) => retireAll(deps, replaced)));
  const waitMs = requestWaitMs(deps, waitSeconds);
  const deadline = deps.clock.now() + (traffic.state === 'deploying' ? waitMs : 0);
  return startOutcome(deps, actor, { kind, name, versionId: version.id, deadline });
}

function chosenVersion(
  { name, ref }: GoRollbackRequest,
  versions: PluginVersion[],
  [best]: PluginVersion[],
): PluginVersion {
  if (ref !== undefined) return requireInstalled(name, versions, ref);
  if (best) return best;
  const message = `No other version of ${name} has been live. Name the ref or commit to roll back to.`;
  throw new Problem('conflict', message, { details: { resource: 'plugin', name } });
}
