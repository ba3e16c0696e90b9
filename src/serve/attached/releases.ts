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
    const { outcome, route, startedAt } = call;
    // What refuses a call is no fault of the version's.
    if (!route.drawn || outcome === 'refused') return;
    countDrawn(deps, route.drawn, outcome, deps.clock.now() - startedAt);
    repeatForComparison(deps, call, route.drawn);
  },
};
