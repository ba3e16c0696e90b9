// Takes an owner's versions back. What is live keeps serving, but no release moves more calls to a yanked version.
import type { Actor } from '../access/actor.ts';
import type { Deps } from '../deps.ts';
import type { PluginVersion } from '../registry/versions/versions.ts';
import { changeWithdrawals, findOwn, type WithdrawalChanges } from '../registry/versions/withdrawals.ts';
import { revertReleases } from '../rollouts/releases/revert.ts';

export async function withdrawVersion(
  deps: Deps,
  actor: Actor,
  subject: Parameters<typeof findOwn>[2],
  changes: WithdrawalChanges,
): Promise<PluginVersion> {
  return withdraw(deps, actor, await findOwn(deps, actor, subject), changes);
}

/** Writes the changes, and gives the calls back that a release moves to a yanked version. */
export async function withdraw(
  deps: Deps,
  actor: Actor,
  version: PluginVersion,
  changes: WithdrawalChanges,
): Promise<PluginVersion> {
  const after = await changeWithdrawals(deps, actor, version, changes);
  if (after.yanked) await revertReleases(deps, version, { actor: actor.ref, reason: 'The version was yanked' });
  return after;
}
