// A realtime call: to the instance of the live deployment, which is started on demand when it sleeps, crashed or was evicted (D9).
import type { Actor } from '../access/actor.ts';
import { BuilderError, type Call, type CallAnswer, limits } from '../contract/builder.ts';
import type { NamespaceId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { StartFailed, startInstance } from '../deploy/instances.ts';
import type { Deps } from '../deps.ts';
import { type Callee, findRoute, type Route, type RouteCache } from './route.ts';

export interface Invocation {
  route: Route;
  answer: CallAnswer;
}

type InvokeDeps = Pick<Deps, 'db' | 'clock' | 'builder' | 'blobs'>;

/** A handler that fails is an answer; only what isn't its doing throws. */
export async function invoke(
  deps: InvokeDeps,
  cache: RouteCache,
  actor: Actor,
  namespaceId: NamespaceId,
  callee: Callee,
  call: Call,
): Promise<Invocation> {
  const route = await findRoute(deps, cache, actor, namespaceId, callee);
  try {
    return { route, answer: await deps.builder.call(route.deploymentId, bodyFor(route, call)) };
  } catch (error) {
    if (!isGone(error)) return { route, answer: answerOf(error) };
  }
  const now = await findRoute(deps, cache, actor, namespaceId, callee, { fresh: true });
  try {
    if (now.deploymentId === route.deploymentId) await startInstance(deps, now.deploymentId, now.version);
    return { route: now, answer: await callStarting(deps, now, bodyFor(now, call)) };
  } catch (error) {
    return { route: now, answer: answerOf(error) };
  }
}

/** The JSON that the builder takes: what the deployment was given, under what the call says. */
function bodyFor({ parameters }: Route, call: Call): string {
  return JSON.stringify({ inputs: call.inputs, parameters: { ...parameters, ...call.parameters } });
}

async function callStarting(deps: InvokeDeps, route: Route, body: string): Promise<CallAnswer> {
  try {
    return await deps.builder.call(route.deploymentId, body);
  } catch (error) {
    if (!isGone(error)) throw error;
    await startInstance(deps, route.deploymentId, route.version);
    return deps.builder.call(route.deploymentId, body);
  }
}

function isGone(error: unknown): boolean {
  return error instanceof BuilderError && error.code === 'instance-gone';
}

/** What the plugin did wrong is told as its answer; what the platform lacks is a problem. */
function answerOf(error: unknown): CallAnswer {
  if (error instanceof StartFailed) return failure('StartFailed', error.message);
  if (!(error instanceof BuilderError)) throw error;
  switch (error.code) {
    case 'call-timeout':
      return failure('CallTimeout', `The plugin gave no answer within ${limits.callMs / 1000} s`);
    case 'instance-crashed':
      return failure('InstanceCrashed', error.message);
    case 'body-too-large':
      throw new Problem('body-too-large', `A realtime call may have ${limits.callBytes} bytes`, { cause: error });
    case 'unreachable':
    case 'instance-busy':
    case 'instance-restarting':
    case 'instance-gone':
      throw new Problem('builder-unavailable', 'The plugin cannot be reached right now', {
        retryAfterSeconds: 5,
        cause: error,
      });
    default:
      throw error;
  }
}

function failure(type: string, message: string): CallAnswer {
  return { status: 'error', error: { type, message }, duration_ms: 0 };
}
