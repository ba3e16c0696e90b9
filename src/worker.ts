// Connects the Worker's three entry points (HTTP, queues, cron) to their handlers. The logic itself is in api/, pipeline.ts and the
// domain folders.

// biome-ignore-all assist/source/organizeImports: the app extends zod before any other import declares a schema
import { WorkerEntrypoint } from 'cloudflare:workers';
import { createApp, newCaches } from './app.ts';
import { loggingDeps } from './api/middleware.ts';
import { consume, messageOrganization } from './consume.ts';
import { containerBindingsOf, isolateLogBindingsOf } from './bindings.ts';
import { deploymentLimits } from './contract/limits/deployments.ts';
import { cronMs, crons } from './contract/limits/leases.ts';
import { messageSchema } from './contract/messages.ts';
import type { ContainerSize } from './contract/plugin/placement.ts';
import { isId } from './core/ids.ts';
import { Problem } from './core/problem.ts';
import { BuilderContainer, buildsOptions, instanceOptions } from './builders/containers/containers.ts';
import { abandonDeployment, backoffSeconds, RetryLater } from './rollouts/steps/retry-policy.ts';
import type { Deps } from './deps.ts';
import { storeDeadLetter } from './events/resend.ts';
import { announceEvents } from './events/record.ts';
import { collectLogs } from './logs/collect.ts';
import { isolateOutputSchema, outputMessages, storeOutput } from './logs/isolate-output.ts';
import { ReleaseObject } from './releases/release-object.ts';
import { keepBeating } from './serve/heartbeat.ts';
import { LimitObject } from './serve/limits/limit-object.ts';
import { sweep } from './sweep.ts';
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

/** Measures an active release. Its objects are named by namespace and plugin. */
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
