// Compares what is due: versions from before advisories were imported or whose request died, and changed advisories that their import
// didn't get to. What is left stays due.
import { advisoryLimits } from '../contract/limits/scans.ts';
import type { Deps } from '../deps.ts';
import { pickSome, runIsolated } from '../events/send-all.ts';
import { indexVersion, selectUnindexed } from './index-version.ts';
import { matchChanged } from './match.ts';

type FindDeps = Pick<Deps, 'db' | 'clock' | 'log'>;

export async function findAffected(deps: FindDeps): Promise<void> {
  const due = await selectUnindexed(deps);
  await runIsolated(deps, pickSome(due, advisoryLimits.indexedAtOnce), (own, { id }) => indexVersion(own, id));
  await matchChanged(deps, matchesLeft());
}

/** Returns a condition that holds for the number of advisories that one invocation matches. */
export function matchesLeft(): () => boolean {
  let left: number = advisoryLimits.matchedByOne;
  return () => left-- > 0;
}
