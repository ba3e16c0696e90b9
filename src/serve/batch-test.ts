// Runs rows through a deployed version's batch steps, in a separate instance that ends with the run. Stores nothing.
import type { Actor } from '../access/actor.ts';
import { type BatchOutcome, declaredBatchSize } from '../contract/builder/batch.ts';
import type { LogLine } from '../contract/builder/logs/line.ts';
import type { NamespaceId } from '../core/ids.ts';
import { mergeObjects } from '../core/json/merge.ts';
import type { JsonText } from '../core/json/text.ts';
import { prepareEnvironment } from '../instances/environments/environment.ts';
import { requireEverything } from '../instances/environments/require-everything.ts';
import { startInstance } from '../instances/fleets/instances.ts';
import { separateInstanceId } from '../instances/placement.ts';
import { grantIfLocal, watchGrant } from '../instances/requirements/grants.ts';
import { outputCheck, withCheckedRows } from '../json-schema/output-check.ts';
import { requireWithinBudget } from '../limits/budgets.ts';
import { beforeDeadline, callLimit, callTimeout, timeLeftMs } from './deadline.ts';
import { type PluginFailure, toPluginFailure } from './failures.ts';
import type { CallDeps } from './points.ts';
import { findDeployed, type LiveVersion, type Route } from './route-lookup.ts';

export interface BatchRequest {
  namespaceId: NamespaceId;
  pluginId: string;
  rows: JsonText[];
  parameters: JsonText;
}

/** `failure` is one that happened before the run or kept it from finishing. */
export type BatchTest = { deploymentId: Route['deploymentId'] } & (
  | { outcome: BatchOutcome }
  | { failure: PluginFailure; lines: LogLine[] }
);

/**
 * Runs a batch over rows. Returns plugin faults as results, and throws only platform errors. Stops the run if its caller disconnects.
 */
export async function testBatch(deps: CallDeps, actor: Actor, request: BatchRequest): Promise<BatchTest> {
  const deployed = await findDeployed(deps, actor, { by: 'version', ...request });
  const { deploymentId } = deployed;
  const lines: LogLine[] = [];
  return beforeDeadline(deps, runDeployed(deps, deployed, request, lines), () => ({
    deploymentId,
    failure: callTimeout(deps, deployed.version),
    lines,
  }));
}

/** Adds output from before the run to `lines`. */
async function runDeployed(
  deps: CallDeps,
  deployed: Deployed,
  request: BatchRequest,
  lines: LogLine[],
): Promise<BatchTest> {
  const { deploymentId } = deployed;
  const runId = separateInstanceId(deploymentId);
  try {
    await start(deps, deployed, runId, (line) => lines.push(line));
    const outcome = await run(deps, deployed, runId, request);
    return { deploymentId, outcome: withCheckedRows(outcome, outputCheck(deployed.version.manifest)) };
  } catch (error) {
    return { deploymentId, failure: toPluginFailure(error, callLimit(deps, deployed.version)), lines };
  } finally {
    deps.defer(stop(deps, runId));
  }
}

type Deployed = LiveVersion;

/** Starts the instance. A batch-only deployment has no environment yet and, in a local run, no grant. */
async function start(
  deps: CallDeps,
  { deploymentId, refusing, version }: Deployed,
  runId: string,
  log: (line: LogLine) => void,
): Promise<void> {
  requireWithinBudget(refusing, deps.clock.now());
  await grantIfLocal(deps, version, log);
  await requireEverything(deps, { id: deploymentId, version, log });
  const environment = await prepareEnvironment(deps, { id: runId, version, log });
  await startInstance(deps, deploymentId, version, { environment, log, separate: { id: runId, entry: 'pipeline' } });
}

/** Stops the instance. If that fails, the instance sleeps once it is idle. */
function stop({ builder, log }: CallDeps, runId: string): Promise<void> {
  return builder.stop(runId).catch((cause: unknown) => log.warn('batch.not_stopped', { run: runId, cause }));
}

async function run(
  deps: CallDeps,
  { parameters, version }: Deployed,
  runId: string,
  request: BatchRequest,
): Promise<BatchOutcome> {
  const call = {
    rows: request.rows,
    parameters: await mergeObjects(parameters, request.parameters),
    batch_size: declaredBatchSize(version.manifest),
  };
  const options = {
    requestId: deps.requestId,
    trace: deps.trace,
    callMs: callLimit(deps, version).callMs,
    timeLeftMs: timeLeftMs(deps),
  };
  const unwatch = watchGrant(deps, version, runId);
  return deps.builder.runBatch(runId, call, options).finally(unwatch);
}
