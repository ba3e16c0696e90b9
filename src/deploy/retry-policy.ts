// When a deployment is tried again, and when it is given up.
import { BuilderError } from '../contract/builder.ts';
import { deploymentLimits, leases } from '../contract/limits.ts';
import type { DeploymentId } from '../core/ids.ts';
import type { Deps } from '../deps.ts';
import { StartFailed } from './builder/instances.ts';
import { type ClaimedDeployment, failDeployment, LeaseLost, releaseDeployment } from './claim.ts';
import { stopAbandoned } from './stop.ts';
import { ExampleFailed } from './verify.ts';

/** 10 s, 20 s … 10 min, each with up to a quarter more, so that what failed together doesn't come back together. */
export function backoffSeconds(attempt: number, random: () => number = Math.random): number {
  const base = Math.min(
    deploymentLimits.backoffMaxSeconds,
    deploymentLimits.backoffFirstSeconds * 2 ** Math.max(0, attempt - 1),
  );
  return Math.round(base * (1 + random() / 4));
}

/**
 * What a failed attempt means. The plugin's fault is final; anything else gives the deployment back and throws on, so that the
 * queue delivers the message again.
 */
export async function handleFailure(deps: Deps, held: ClaimedDeployment, error: unknown): Promise<void> {
  const { deployment } = held;
  if (error instanceof LeaseLost) return stopAbandoned(deps, deployment);
  if (error instanceof StartFailed || error instanceof ExampleFailed)
    return failDeployment(deps, deployment, error.message, held);
  if (deployment.attempts >= leases.deployment.attemptsMax)
    return failDeployment(deps, deployment, attemptsExhaustedMessage(deployment.attempts), held);
  const delaySeconds = backoffSeconds(deployment.attempts);
  await releaseDeployment(deps, held, delaySeconds * 1000);
  throw new RetryLater(error, delaySeconds);
}

/** To be delivered again after the delay. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  readonly delaySeconds: number;
  constructor(cause: unknown, delaySeconds: number) {
    super(cause instanceof BuilderError ? cause.message : 'failed for now', { cause });
    this.delaySeconds = delaySeconds;
  }
}

/** The queue has given up on the message (its dead letter): so does Slipway on the deployment. */
export async function abandonDeployment(deps: Deps, id: DeploymentId): Promise<void> {
  const row = await deps.db.query.deployments.findFirst({ where: (d, { eq }) => eq(d.id, id) });
  if (row) await failDeployment(deps, row, attemptsExhaustedMessage(row.attempts));
}

function attemptsExhaustedMessage(attempts: number): string {
  return `Slipway could not deploy this after ${attempts} attempts, through no fault of the plugin; deploy it again`;
}
