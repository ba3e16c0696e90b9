// Compares due versions, which are from before advisories were imported or whose request died, and due advisories, which their import
// didn't get to. What is left stays due.
import { advisoryLimits } from '../contract/limits/scans.ts';
import type { Deps } from '../deps.ts';
import { pickSome, runIsolated } from '../events/send-all.ts';
import { indexVersion, selectUnindexed } from './index-version.ts';
import { matchChanged } from './match.ts';

type FindDeps = Pick<Deps, 'db' | 'clock' | 'log'>;

/** Returns whether another call is worthwhile now: more was due than one call compares, and this one got on with it. */
export async function findAffected(deps: FindDeps): Promise<boolean> {
  const due = await selectUnindexed(deps);
  let indexed = 0;
  await runIsolated(deps, pickSome(due, advisoryLimits.indexedAtOnce), async (own, { id }) => {
    await indexVersion(own, id);
    indexed += 1;
  });
  const isMatched = await matchChanged(deps, matchesLeft());
  return !isMatched || (indexed > 0 && due.length > advisoryLimits.indexedAtOnce);
}

/** Returns a condition that holds as often as one invocation compares changed advisories. */
export function matchesLeft(): () => boolean {
  let left: number = advisoryLimits.matchesByOne;
  return () => left-- > 0;
}
