// Shares the calls of a name between a release's versions, and counts and compares their answers.
import type { CallPoints } from '../points.ts';
import { countDrawn } from '../releases/counts.ts';
import { drawVersion } from '../releases/draw.ts';
import { repeatForComparison } from '../releases/shadow.ts';

export const releases: CallPoints = {
  drawn: drawVersion,
  started: (_, { drawn }) => {
    if (drawn) drawn.started = true;
  },
  ended: (deps, call) => {
    const { fault, outcome, route, startedAt } = call;
    // Failed starts and callers' deadlines count for both versions: only a difference between them decides.
    if (!route.drawn || outcome === 'refused' || fault === 'input') return;
    countDrawn(deps, route.drawn, outcome, deps.clock.now() - startedAt);
    repeatForComparison(deps, call, route.drawn);
  },
};
