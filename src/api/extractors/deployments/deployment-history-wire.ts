// Renders deployments, their steps and their logs as JSON.
import { z } from '@hono/zod-openapi';
import { cgroupKinds, sandboxKinds } from '../../../contract/builder/instances.ts';
import { leases } from '../../../contract/limits/leases.ts';
import { deploymentStates, deploymentSteps, deploymentTypes, pluginKinds } from '../../../contract/states.ts';
import { iso, isoOrNull } from '../../../core/clock.ts';
import type { Change } from '../../../pointers/history/changes.ts';
import type { HistoryEntry, Step, StepWithLog } from '../../../pointers/history/history.ts';
import type { Deployment } from '../../../pointers/overview.ts';
import { unfinishedStates } from '../../../pointers/states.ts';
import { type PluginVersion, versionLabel, versionSlug } from '../../../registry/versions/versions.ts';
import type { InstanceState } from '../../../serve/instance-state.ts';
import { logLineModel } from '../../requests/log-query.ts';
import { releaseModel } from '../../requests/release-choice.ts';
import { actorModel } from '../../responses/event-wire.ts';
import { instanceModel, instanceWire, placedClusterModel } from '../../responses/instance-wire.ts';
import { objectText } from '../../responses/json-answer.ts';

export const retryModel = z
  .object({
    attempts: z.int().openapi({ description: 'Attempts so far, including the current one' }),
    attempts_max: z.int().openapi({ description: 'Number of failed attempts after which the deployment fails' }),
    next_attempt_at: z.iso.datetime().nullable().openapi({ description: 'Null while an attempt is in progress' }),
  })
  .nullable()
  .openapi({
    description:
      "The newest deployment's attempts. Null unless one of them failed and the deployment is still in progress",
  });

export function retryWire(deployment: Deployment): z.infer<typeof retryModel> {
  if (deployment.error === null) return null;
  return {
    attempts: deployment.attempts,
    attempts_max: leases.deployment.attemptsMax,
    next_attempt_at: nextAttemptOf(deployment),
  };
}

/** Null while a worker holds the deployment, and after it has ended. */
function nextAttemptOf({ status, leaseToken, nextAttemptAt }: Deployment): string | null {
  return leaseToken === null && unfinishedStates.includes(status) ? isoOrNull(nextAttemptAt) : null;
}

const stepModel = z
  .object({
    step: z.enum(deploymentSteps),
    attempt: z
      .int()
      .openapi({ description: 'The attempt that ran the step. An interrupted step runs again in the next attempt' }),
    started_at: z.iso.datetime(),
    ended_at: z.iso.datetime().nullable(),
    error: z.string().nullable(),
  })
  .openapi('DeploymentStep');

const stepInFullModel = stepModel
  .extend({
    log: z.array(logLineModel).openapi({ description: 'The newest log lines' }),
    log_lines: z.int().openapi({ description: 'Total number of log lines, including those not returned' }),
  })
  .openapi('DeploymentStepInFull');

export const attemptModel = z
  .object({
    deployment_id: z.string(),
    namespace_id: z.string(),
    plugin_id: z.string(),
    name: z.string(),
    kind: z.enum(pluginKinds),
    version: z.string().openapi({ description: "Version number, or a Go plugin's ref" }),
    version_id: z.string(),
    deployment_type: z.enum(deploymentTypes),
    parameters: objectText,
    release: releaseModel.nullable().openapi({
      description: 'How the name gets to the version. Null, like `immediate`, moves all calls at once',
    }),
    generation: z.int().openapi({ description: "Sequence number among this version's deployments in this namespace" }),
    status: z.enum(deploymentStates),
    error: z.string().nullable().openapi({
      description: 'Why the deployment failed. While it is in progress, why its last attempt failed',
    }),
    attempts: z.int().openapi({ description: 'Number of attempts' }),
    next_attempt_at: z.iso.datetime().nullable().openapi({
      description: 'Time of the next attempt. Null during an attempt and after the last one',
    }),
    sandbox: z.enum(sandboxKinds).nullable().openapi({
      description: "The instance's sandbox; `none` means unconfined. Null before the first start",
    }),
    cgroup: z.enum(cgroupKinds).nullable().openapi({
      description:
        'The cgroup version that limits its memory. `none`: the builder measures the memory. Null before the first start',
    }),
    cluster: placedClusterModel.nullable().openapi({
      description: 'The Ray cluster on which it started. Null before the first start, and without Ray',
    }),
    created_by: actorModel,
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    promoted_at: z.iso.datetime().nullable(),
  })
  .openapi('Deployment');

export const entryModel = attemptModel
  .extend({
    serving: z.boolean().openapi({ description: 'Whether calls to the version go to this deployment' }),
    rollback: z
      .boolean()
      .openapi({ description: 'Whether a rollback is or was waiting for this deployment', example: false }),
    steps: z.array(stepModel),
  })
  .openapi('DeploymentEntry');

/** Doesn't extend `entryModel`, because the published `allOf` would include both models: here steps have logs. */
export const entryInFullModel = z
  .object({
    ...entryModel.shape,
    steps: z.array(stepInFullModel),
    instance: instanceModel.nullable().openapi({ description: 'Null unless calls go to this deployment' }),
  })
  .openapi('DeploymentInFull');

export const pageModel = z
  .object({
    results: z.array(entryModel),
    pagination: z.object({ limit: z.int(), next_cursor: z.string().nullable() }),
  })
  .openapi('DeploymentPage');

export function attemptWire(deployment: Deployment, version: PluginVersion): z.infer<typeof attemptModel> {
  return {
    deployment_id: deployment.id,
    namespace_id: deployment.namespaceId,
    plugin_id: versionSlug(version),
    name: version.name,
    kind: version.kind,
    version: versionLabel(version),
    version_id: version.id,
    deployment_type: deployment.type,
    parameters: deployment.parameters,
    release: deployment.release,
    generation: deployment.generation,
    status: deployment.status,
    error: deployment.error,
    attempts: deployment.attempts,
    next_attempt_at: nextAttemptOf(deployment),
    sandbox: deployment.sandbox,
    cluster: deployment.placement.cluster ?? null,
    cgroup: deployment.cgroup,
    created_by: deployment.createdBy,
    created_at: iso(deployment.createdAt),
    updated_at: iso(deployment.updatedAt),
    promoted_at: isoOrNull(deployment.promotedAt),
  };
}

export function entryWire({ deployment, version, serving, steps }: HistoryEntry): z.infer<typeof entryModel> {
  const rollback = deployment.takesName;
  return { ...attemptWire(deployment, version), serving, rollback, steps: steps.map(stepWire) };
}

export function entryInFullWire(
  entry: HistoryEntry<StepWithLog>,
  instance: InstanceState | null,
): z.infer<typeof entryInFullModel> {
  const { deployment, version, serving } = entry;
  const steps = entry.steps.map((step) => ({ ...stepWire(step), log: step.log ?? [], log_lines: step.logLines }));
  return {
    ...attemptWire(deployment, version),
    serving,
    rollback: deployment.takesName,
    steps,
    instance: instance && instanceWire(instance),
  };
}

function stepWire({
  step,
  attempt,
  startedAt,
  endedAt,
  error,
}: Pick<Step, 'step' | 'attempt' | 'startedAt' | 'endedAt' | 'error'>): z.infer<typeof stepModel> {
  return { step, attempt, started_at: iso(startedAt), ended_at: isoOrNull(endedAt), error };
}

/** Renders a change as a message of the event stream. */
export function changeWire(change: Change): { event: Change['type']; data: unknown } {
  switch (change.type) {
    case 'status': {
      const { status, attempts, error, updatedAt } = change;
      return { event: 'status', data: { status, attempts, error, updated_at: iso(updatedAt) } };
    }
    case 'step':
      return { event: 'step', data: stepWire(change) };
    case 'log': {
      const { step, attempt, lines } = change;
      return { event: 'log', data: { step, attempt, lines } };
    }
  }
}
