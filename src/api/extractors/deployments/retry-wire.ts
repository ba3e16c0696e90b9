// Renders how often a deployment in progress was tried, and when it is tried again.
import { z } from '@hono/zod-openapi';
import { leases } from '../../../contract/limits/leases.ts';
import { isoOrNull } from '../../../core/clock.ts';
import type { Deployment } from '../../../deploy/overview.ts';
import { unfinishedStates } from '../../../deploy/states.ts';

export const retryModel = z
  .object({
    attempts: z.int().openapi({ description: 'Attempts so far, with the one in progress' }),
    attempts_max: z.int().openapi({ description: 'The deployment fails when this many have failed' }),
    next_attempt_at: z.iso.datetime().nullable().openapi({ description: 'Null while an attempt is in progress' }),
  })
  .nullable()
  .openapi({ description: 'Attempts of the newest deployment. Null unless one of them failed and it is in progress' });

export function retryWire(deployment: Deployment): z.infer<typeof retryModel> {
  if (deployment.error === null) return null;
  return {
    attempts: deployment.attempts,
    attempts_max: leases.deployment.attemptsMax,
    next_attempt_at: nextAttemptOf(deployment),
  };
}

/** Null while a worker holds the deployment, and when it has ended. */
export function nextAttemptOf({ status, leaseToken, nextAttemptAt }: Deployment): string | null {
  return leaseToken === null && unfinishedStates.includes(status) ? isoOrNull(nextAttemptAt) : null;
}
