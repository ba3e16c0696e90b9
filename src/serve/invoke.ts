// A realtime call: to the instance of the live deployment, which is started on demand when it sleeps, crashed or was evicted (D9).
import type { Actor } from '../access/actor.ts';
import type { Call, CallAnswer } from '../contract/builder.ts';
import type { NamespaceId } from '../core/ids.ts';
import { startInstance } from '../deploy/builder/instances.ts';
import type { Deps } from '../deps.ts';
import { failureOf, isGone } from './failures.ts';
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

const errorTypes = { 'not-started': 'StartFailed', crashed: 'InstanceCrashed', timeout: 'CallTimeout' } as const;

function answerOf(error: unknown): CallAnswer {
  const { kind, message } = failureOf(error);
  return { status: 'error', error: { type: errorTypes[kind], message }, duration_ms: 0 };
}
