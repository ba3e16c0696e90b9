// Problem for a plugin that is being built or deployed: it exists but doesn't answer calls yet (D64).
import { deploymentLimits } from '../contract/limits/deployments.ts';
import { Problem } from '../core/problem.ts';

/** `what` continues a sentence that starts with the plugin's name. */
export function buildingProblem(name: string, what: string): Problem {
  return new Problem('plugin-building', `Plugin ${name} ${what}`, {
    details: { resource: 'plugin', id: name },
    retryAfterSeconds: deploymentLimits.buildingRetryAfterSeconds,
  });
}
