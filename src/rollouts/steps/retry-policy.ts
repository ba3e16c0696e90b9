// Decides when to retry a deployment, and how many attempts it gets.
import { eq } from 'drizzle-orm';
import { StartFailed } from '../../builders/start-failures.ts';
import { BuilderError } from '../../contract/builder/errors.ts';
import { deploymentLimits } from '../../contract/limits/deployments.ts';
import { leases } from '../../contract/limits/leases.ts';
import type { DeploymentId } from '../../core/ids.ts';
import { deployments } from '../../db/schema/deploy.ts';
import type { Deps } from '../../deps.ts';
import { recordNoCapacity } from '../../instances/fleets/no-capacity.ts';
import { stopAbandoned } from '../../instances/fleets/stop.ts';
import { type ClaimedDeployment, failDeployment, LeaseLost, releaseDeployment } from './claim.ts';
import { ExampleFailed } from './verify.ts';

/** 10 s, 20 s … 10 min, plus up to 25%, so that deployments that failed together aren't retried together. */
export function backoffSeconds(attempt: number, random: () => number = Math.random): number {
  const base = Math.min(
    deploymentLimits.backoffMaxSeconds,
    deploymentLimits.backoffFirstSeconds * 2 ** Math.max(0, attempt - 1),
  );
  return Math.round(base * (1 + random() / 4));
}

/**
 * Ignores a deployment that is over or held by another worker. Fails it if the plugin is at fault, if a person has to change something,
 * if the builder belongs to another organization, or if no attempts remain. Otherwise releases it and throws, so that the queue
 * redelivers the message.
 */
export async function handleFailure(deps: Deps, claimed: ClaimedDeployment, error: unknown): Promise<void> {
  const { deployment } = claimed;
  await recordNoCapacity(deps, deployment, error);
  if (error instanceof LeaseLost || isCode(error, 'stopped')) return stopAbandoned(deps, deployment);
  if (isFinal(error)) return failDeployment(deps, deployment, error.message, claimed);
  if (error instanceof Error && isCode(error, 'other-organization'))
    return failDeployment(deps, deployment, error.message, claimed);
  if (deployment.attempts >= leases.deployment.attemptsMax)
    return failDeployment(deps, deployment, attemptsExhaustedMessage(deployment.attempts, causeOf(error)), claimed);
  const delaySeconds = backoffSeconds(deployment.attempts);
  await releaseDeployment(deps, claimed, { delayMs: delaySeconds * 1000, error: causeOf(error) });
  throw new RetryLater(error, delaySeconds);
}

/** A builder that could not start the plugin, for example because its disk is full, may start it later. */
function isFinal(error: unknown): error is StartFailed | ExampleFailed {
  return error instanceof ExampleFailed || (error instanceof StartFailed && error.error.code !== 'builder-failed');
}

function isCode(error: unknown, code: BuilderError['code']): boolean {
  return error instanceof BuilderError && error.code === code;
}

/** Tells the queue to redeliver the message after the delay. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  readonly delaySeconds: number;
  constructor(cause: unknown, delaySeconds: number) {
    super(cause instanceof BuilderError ? cause.message : 'the deployment will be retried', { cause });
    this.delaySeconds = delaySeconds;
  }
}

/** Fails a deployment whose message ended in the dead-letter queue. */
export async function abandonDeployment(deps: Deps, id: DeploymentId): Promise<void> {
  const [row] = await deps.db.select().from(deployments).where(eq(deployments.id, id)).limit(1);
  if (row) await failDeployment(deps, row, attemptsExhaustedMessage(row.attempts, row.error));
}

/** Returns the builder's message, or null for other errors, which are internal and only logged. */
function causeOf(error: unknown): string | null {
  return error instanceof BuilderError || error instanceof StartFailed ? `${error.message.replace(/\.$/, '')}.` : null;
}

function attemptsExhaustedMessage(attempts: number, cause: string | null): string {
  const reason = cause === null ? '' : ` The last one failed: ${cause}`;
  return `Slipway could not deploy this version after ${attempts} attempts.${reason} The plugin is not at fault. Deploy it again.`;
}
