// Finds what advisories affect where a request could not. Only sends a message: due work may take many round trips, and a message has an
// invocation of its own.
import type { Deps } from '../deps.ts';
import type { DueStep } from '../due-step.ts';
import { findAffected } from './find-affected.ts';
import { selectUnindexed } from './index-version.ts';
import { selectUnmatched } from './match.ts';

export const advisoriesStep: DueStep = { step: sweepAdvisories, due: dueAdvisories };

export async function sweepAdvisories({ queues }: Pick<Deps, 'queues'>): Promise<void> {
  await queues.artifacts.send({ v: 1, type: 'find-affected', id: 'due' });
}

/** Runs from the queue, and sends the next message while much is due. What is left stays due for the next sweep. */
export async function continueAdvisories(deps: Deps): Promise<void> {
  for (const feature of deps.features) await feature.beforeComparing?.(deps);
  if (await findAffected(deps)) await sweepAdvisories(deps);
}

function dueAdvisories(deps: Pick<Deps, 'db' | 'clock'>) {
  return [selectUnindexed(deps), selectUnmatched(deps)];
}
