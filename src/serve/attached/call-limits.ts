// Admits calls within the limits of their key, plugin and version.
import { admit } from '../limits/admit.ts';
import type { CallPoints } from '../points.ts';

export const callLimits: CallPoints = {
  admitted: (deps, actor, route) =>
    actor.callLimit || route.limits.length > 0 ? admit(deps, actor, route) : undefined,
};
