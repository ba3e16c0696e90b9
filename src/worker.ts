// Connects the Worker's three entry points (HTTP, queues, cron) to their handlers. The logic itself is in api/, pipeline.ts and the
// domain folders.

// biome-ignore-all assist/source/organizeImports: the app extends zod before any other import declares a schema
import { WorkerEntrypoint } from 'cloudflare:workers';
import { createApp, newCaches } from './api/app.ts';
import { continueAdvisories } from './advisories/sweep.ts';
import { readImport } from './advisories/imports/read-import.ts';
import { loggingDeps } from './api/middleware.ts';
import { containerBindingsOf, isolateLogBindingsOf } from './bindings.ts';
import { deploymentLimits } from './contract/limits/deployments.ts';
import { cronMs, crons } from './contract/limits/leases.ts';
import { type Message, messageSchema } from './contract/messages.ts';
import type { ContainerSize } from './contract/plugin/placement.ts';
import { isId } from './core/ids.ts';
import { Problem } from './core/problem.ts';
import { BuilderContainer, buildsOptions, instanceOptions } from './builders/containers/containers.ts';
import { enforceGrants } from './instances/requirements/grants.ts';
import { abandonDeployment, backoffSeconds, RetryLater } from './rollouts/steps/retry-policy.ts';
import { rollBackCrashing } from './rollouts/rollback/crash-rollback.ts';
import { restartForSecrets } from './rollouts/secret-restarts.ts';
import { stopDueInstances } from './instances/fleets/stop.ts';
import type { Deps } from './deps.ts';
import { storeDeadLetter } from './events/outbox.ts';
import { announceEvents } from './events/record.ts';
import { deliverDue } from './events/webhooks/deliver.ts';
import { fanOutAndDeliver } from './events/webhooks/fan-out.ts';
import { settleDeployment } from './hooks/push-deployment.ts';
import { reportPush } from './hooks/report-status.ts';
import { runHook } from './hooks/run.ts';
import { collectLogs } from './logs/collect.ts';
import { isolateOutputSchema, outputMessages, storeOutput } from './logs/isolate-output.ts';
import { advanceDeployment, advanceUpload } from './pipeline.ts';
import { recordFetch } from './registry/agents/artifact-download.ts';
import { verifyArtifact } from './registry/agents/verification.ts';
import { ReleaseObject } from './releases/release-object.ts';
import { stopRuns } from './runs/stop-runs.ts';
import { workRuns } from './runs/work/work-runs.ts';
import { rescan } from './scan-host/rescan.ts';
import { keepBeating } from './serve/heartbeat.ts';
import { deliverCallbacks } from './serve/later/callbacks/deliver.ts';
import { runCalls } from './serve/later/run.ts';
import { LimitObject } from './serve/limits/limit-object.ts';
import { newRouteCache } from './serve/route.ts';
import { sweep } from './sweep.ts';
import { callCounters } from './traffic/call-counters.ts';
import { messageOrganization } from './watching/organization-of.ts';
import { log, makeDeps } from './worker-deps.ts';

/** Returns undefined, and logs why, if a setting is missing or invalid. */
function configuredDeps(env: unknown, ctx: Pick<ExecutionContext, 'waitUntil'>): Deps | undefined {
  try {
    const deps = makeDeps(env, ctx);
    deps.takeTurns();
    return deps;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    log.error('settings.invalid', { message: error.message });
    return undefined;
  }
}

const parts = { makeDeps, log, caches: newCaches() };
const app = createApp(() => parts);
/** The isolate's caches for later calls. Counts are written immediately, because a consumer ends when its message does. */
const callCaches = { routes: newRouteCache(), fleets: new Map(), calls: callCounters(0), releaseCounts: new Map() };

function consume(deps: Deps, message: Message): Promise<unknown> {
  switch (message.type) {
    case 'advance-upload':
      return advanceUpload(deps, message.id);
    case 'rescan':
      return rescan(deps, message.id);
    case 'advance-deployment':
      return advanceDeployment(deps, message.id).then(() => settleDeployment(deps, message.id));
    case 'instance-crashed':
      return rollBackCrashing(deps, message.id, message.crashes);
    case 'restart-for-secrets':
      return restartForSecrets(deps, message.id, message.from);
    case 'stop-instances':
      return stopDueInstances(deps, message.id);
    case 'enforce-grants':
      return enforceGrants(deps, message.id);
    case 'fan-out':
      return fanOutAndDeliver(deps);
    case 'deliver':
      return deliverDue(deps, message.id);
    case 'run-hook':
      return runHook(deps, message.id);
    case 'report-push':
      return reportPush(deps, message.id);
    case 'work-run':
      return workRuns(deps, message.id);
    case 'stop-runs':
      return stopRuns(deps, message);
    case 'run-call':
      return runCalls({ ...deps, ...callCaches }, message.priority);
    case 'call-back':
      return deliverCallbacks(deps, message.id);
    case 'verify-artifact':
      return verifyArtifact(deps, message.id);
    case 'read-advisories':
      return readImport(deps, message.id);
    case 'find-affected':
      return continueAdvisories(deps);
    case 'artifact-fetched':
      return recordFetch(deps, message.id);
  }
}

/** Stores a message that can't succeed. If it is for a deployment, fails the deployment. */
async function recordDeadLetter(
  deps: Deps,
  queue: string,
  { id, body }: Pick<MessageBatch['messages'][number], 'id' | 'body'>,
  reason: string,
): Promise<void> {
  const message = messageSchema.safeParse(body).data ?? null;
  await storeDeadLetter(deps, { id, queue, message, reason });
  if (message?.type === 'advance-deployment') await abandonDeployment(deps, message.id);
}

/**
 * Returns the class that serves the builder's HTTP contract for one instance, in a container of this size. Its objects are named by
 * deployment ID.
 */
function instanceClass(size: ContainerSize, siblings: (env: Cloudflare.Env) => DurableObjectNamespace) {
  return class extends BuilderContainer {
    constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
      super(ctx, env, instanceOptions(containerBindingsOf(env), size, siblings(env), log));
    }
  };
}

// Each size has its own class, and each class has its own name here (wrangler.toml).
export const InstanceLite = instanceClass('lite', (env) => env.INSTANCES_LITE);
export const InstanceBasic = instanceClass('basic', (env) => env.INSTANCES_BASIC);
export const Instance = instanceClass('standard-1', (env) => env.INSTANCES);
export const InstanceStandard2 = instanceClass('standard-2', (env) => env.INSTANCES_STANDARD_2);
export const InstanceStandard3 = instanceClass('standard-3', (env) => env.INSTANCES_STANDARD_3);
export const InstanceStandard4 = instanceClass('standard-4', (env) => env.INSTANCES_STANDARD_4);

/** Fetches and builds sources. Its few containers are named in builders/client.ts. */
export class Builds extends BuilderContainer {
  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env, buildsOptions(containerBindingsOf(env), log));
  }
}

/** Measures an active release. Its objects are named by release ID. */
export class Releases extends ReleaseObject {
  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env, makeDeps(env, ctx));
  }
}

/** Shares a limit of calls among isolates. Its objects are named by the ID of the plugin, version or key. */
export class CallLimits extends LimitObject {}

/** Receives an instance's output from its isolate after each call. */
export class IsolateLog extends WorkerEntrypoint<Cloudflare.Env, { id: string }> {
  override async tail(traces: TraceItem[]): Promise<void> {
    const { id } = this.ctx.props;
    if (!isId('deployment', id)) return; // nobody could read it
    const { ISOLATE_LOGS } = isolateLogBindingsOf(this.env);
    for (const message of outputMessages(id, traces)) await ISOLATE_LOGS.send(message);
  }
}

const isolateLogs = 'slipway-isolate-logs';

/** Stores messages that arrived together, and acknowledges or retries them together. */
async function consumeOutput(deps: Deps, batch: MessageBatch): Promise<void> {
  try {
    const outputs = [];
    for (const message of batch.messages) {
      const output = isolateOutputSchema.safeParse(message.body).data;
      if (output) outputs.push({ id: message.id, output });
      else await recordDeadLetter(deps, batch.queue, message, 'malformed');
    }
    await storeOutput(deps, outputs);
    batch.ackAll();
  } catch (cause) {
    const attempts = Math.max(...batch.messages.map((message) => message.attempts));
    log.error('queue.failed', { queue: batch.queue, messages: batch.messages.length, attempts, cause });
    batch.retryAll({ delaySeconds: backoffSeconds(attempts) });
  }
}

/** Work for each cron trigger. All other triggers run the sweep. */
const scheduledWork = new Map<string, (deps: Deps) => Promise<void>>([
  [crons.sweep, sweep],
  [crons.logs, (deps) => collectLogs(deps, cronMs)],
  [crons.heartbeat, (deps) => keepBeating(deps, cronMs)],
]);

export default {
  fetch: (request: Request, env: Cloudflare.Env, ctx: ExecutionContext) => app.fetch(request, env, ctx),

  /** Acknowledges or retries each message separately. Dead-letter queues are recognized by their name suffix. */
  async queue(batch: MessageBatch, env: Cloudflare.Env, ctx: ExecutionContext): Promise<void> {
    const deps = configuredDeps(env, ctx);
    if (!deps) return batch.retryAll({ delaySeconds: deploymentLimits.backoffMaxSeconds });
    if (batch.queue === isolateLogs) return consumeOutput(deps, batch);
    for (const message of batch.messages) {
      const body = messageSchema.safeParse(message.body);
      const of = { request_id: deps.ids('request'), queue: batch.queue, message: message.id, ...body.data };
      const own = loggingDeps(deps, () => of);
      try {
        if (batch.queue.endsWith('-dead')) await recordDeadLetter(own, batch.queue, message, 'retries exhausted');
        else if (!body.success) await recordDeadLetter(own, batch.queue, message, 'malformed');
        else await consume(own, body.data);
        message.ack();
      } catch (cause) {
        const organization = body.data && (await messageOrganization(deps, body.data));
        own.log.error('queue.failed', { organization, attempts: message.attempts, cause });
        message.retry({
          delaySeconds: cause instanceof RetryLater ? cause.delaySeconds : backoffSeconds(message.attempts),
        });
      }
    }
    announceEvents(deps);
  },

  async scheduled(controller: ScheduledController, env: Cloudflare.Env, ctx: ExecutionContext): Promise<void> {
    const deps = configuredDeps(env, ctx);
    if (!deps) return;
    const of = { request_id: deps.ids('request'), cron: controller.cron };
    await (scheduledWork.get(controller.cron) ?? sweep)(loggingDeps(deps, () => of));
  },
} satisfies ExportedHandler<Cloudflare.Env>;
