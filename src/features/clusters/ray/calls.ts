// Sends calls to a deployment's application in the adapter's format (builder/host-python/slipway_ray/replica.py).
import { and, eq, sql } from 'drizzle-orm';
import { StartFailed } from '../../../builders/start-failures.ts';
import { type CallAnswer, readCallAnswer } from '../../../contract/builder/answers.ts';
import { EgressBusy } from '../../../contract/builder/egress.ts';
import { BuilderError } from '../../../contract/builder/errors.ts';
import { requestHeader } from '../../../contract/builder/instances.ts';
import { type CallOptions, timeoutHeader } from '../../../contract/builder/serving.ts';
import { startErrorSchema } from '../../../contract/builder/start-errors.ts';
import { rayLimits } from '../../../contract/features/clusters/limits.ts';
import { builderLimits } from '../../../contract/limits/builder.ts';
import { formatTraceparent, traceHeader } from '../../../core/trace-context.ts';
import { applicationName } from '../applications.ts';
import { clusterApplications } from '../tables.ts';
import type { RayDeps, RayPlace } from './place.ts';
import { providedType, provisionsLine, readSecretMask } from './provisions.ts';
import { showOnRay } from './status.ts';

const keyHeader = 'slipway-key';
const buildHeader = 'slipway-build-ms';

/** The adapter's statuses. Any others come from Ray Serve or a proxy in front of it. */
export const statuses = {
  noProvisions: 428,
  notLoaded: 422,
  tooLate: 504,
  /** The call's batch took too long. */
  lost: 424,
  badCall: 400,
  occupied: 429,
  busy: 503,
  /** Status of Ray Serve if the process died. */
  crashed: 500,
} as const;

/** Sends a call. If the replica refuses it, nothing has run, so it sends the call again: with the provisions, or a little later. */
export async function sendCall(
  ray: RayDeps,
  place: RayPlace,
  call: Sent & { body: string },
  options: CallOptions,
): Promise<Response> {
  const until = ray.clock.now() + limitOf(options);
  let sent: Sent = call;
  for (let waitMs: number = rayLimits.againMs; ; waitMs = Math.min(2 * waitMs, rayLimits.againMsMax)) {
    const response = await send(ray, place, sent, options);
    if (response.status === statuses.noProvisions && sent === call) {
      const provided = (await provisionsLine(ray, place)) + call.body;
      sent = { ...call, body: provided, type: providedType, loadMs: rayLimits.startMs };
    } else if (response.status === statuses.occupied && ray.clock.now() + waitMs < until) {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    } else return response;
    await response.body?.cancel();
  }
}

export interface Sent {
  body: string | Uint8Array<ArrayBuffer>;
  type: string;
  /** Time the call may queue in Ray Serve before its own time starts. */
  queueMs?: number;
  /** Time a process may take to fetch and load the plugin before the call's time limit starts. */
  loadMs?: number;
  /** Time a process may take to build its steps before the rows' time limit starts. */
  buildMs?: number;
  /** Time that a stream may take after its response has begun. */
  streamMs?: number;
  headers?: Record<string, string>;
  /** True if the request may not wait for the connections that streams occupy. */
  isUrgent?: boolean;
}

/** Returns how long the handler may take. */
export function limitOf({ callMs = builderLimits.callMs, timeLeftMs = callMs }: CallOptions): number {
  return Math.max(1, Math.ceil(Math.min(callMs, timeLeftMs)));
}

export async function send(
  ray: RayDeps,
  place: RayPlace,
  { body, buildMs, headers, isUrgent = false, loadMs = 0, queueMs = 0, streamMs = 0, type }: Sent,
  options: CallOptions,
): Promise<Response> {
  const { requestId, signal, trace } = options;
  const { application, id, routeKey } = place;
  if (!application) throw new BuilderError('instance-gone', 'No cluster has the application');
  const limitMs = limitOf(options);
  const beginMs = limitMs + builderLimits.hangMs + queueMs + loadMs + (buildMs ?? 0);
  const timeoutMs = beginMs + streamMs;
  const beginning = new AbortController();
  const timer = setTimeout(() => beginning.abort(), beginMs);
  const late = AbortSignal.any([beginning.signal, AbortSignal.timeout(timeoutMs)]);
  try {
    return await ray.fetch(`${application.cluster.serveUrl}/${applicationName(id)}`, {
      organization: undefined,
      shareOf: place.version.organizationId,
      method: 'POST',
      headers: {
        'content-type': type,
        [keyHeader]: routeKey,
        [timeoutHeader]: String(limitMs),
        ...(requestId === undefined ? {} : { [requestHeader]: requestId }),
        ...(buildMs === undefined ? {} : { [buildHeader]: String(buildMs) }),
        ...(trace ? { [traceHeader]: formatTraceparent(trace) } : {}),
        ...headers,
      },
      body,
      redirect: 'manual',
      ...(isUrgent ? {} : { reusesConnection: true }),
      timeoutMs,
      signal: signal ? AbortSignal.any([late, signal]) : late,
    });
  } catch (cause) {
    signal?.throwIfAborted();
    if (late.aborted) throw new BuilderError('call-timeout', `No response within ${limitMs} ms.`, [], cause);
    if (cause instanceof EgressBusy) {
      const name = application.cluster.name;
      throw new BuilderError('instance-busy', `The cluster ${name} was not called: ${cause.message}.`, [], cause);
    }
    throw await notAnswering(ray, place, 'Ray Serve does not answer', cause);
  } finally {
    clearTimeout(timer);
  }
}

/** After a cluster's head node restarts, Ray Serve doesn't run until the missing application is started. */
export async function notAnswering(
  ray: RayDeps,
  place: RayPlace,
  message: string,
  cause?: unknown,
): Promise<BuilderError> {
  const shown = await showOnRay(ray, place).catch(() => null);
  return new BuilderError(shown === undefined ? 'instance-gone' : 'unreachable', message, [], cause);
}

export async function readRayAnswer(ray: RayDeps, place: RayPlace, response: Response): Promise<CallAnswer> {
  const { application, id } = place;
  const { status } = response;
  const name = application?.cluster.name ?? '';
  if (status === 200) return maskedAnswer(ray, place, await readCallAnswer(await response.text()));
  const text = (await response.text()).slice(0, rayLimits.messageChars);
  switch (status) {
    case statuses.notLoaded:
      throw new StartFailed(startErrorSchema.parse((await readSecretMask(ray, place)).json(JSON.parse(text))));
    case statuses.tooLate:
    case statuses.lost:
      throw new BuilderError('call-timeout', 'The handler did not finish in time.');
    case statuses.badCall:
      throw new BuilderError('call-unreadable', (await readSecretMask(ray, place)).text(text));
    case 404:
      throw new BuilderError('instance-gone', `The cluster ${name} does not have the application`);
    case statuses.occupied:
    case statuses.busy:
      throw new BuilderError('instance-busy', `The cluster ${name} accepts no more calls for the application.`);
    case statuses.crashed:
      throw await crashed(ray, id, `A plugin process exited during the call, on ${name}.`);
    default:
      throw await notAnswering(ray, place, `The cluster ${name} responded with ${status} for the plugin`);
  }
}

/** A result is the plugin's own output and stays unchanged. */
export async function maskedAnswer(ray: RayDeps, place: RayPlace, answer: CallAnswer): Promise<CallAnswer> {
  if (answer.status === 'success') return answer;
  const mask = await readSecretMask(ray, place);
  const { message, type } = answer.error;
  return { ...answer, error: { type: mask.text(type), message: mask.text(message) } };
}

/** Counts the crash. A new version that keeps crashing loses the plugin's name. */
export async function crashed({ clock, db }: RayDeps, id: string, message: string): Promise<BuilderError> {
  const { crashedAt, crashes, deploymentId } = clusterApplications;
  const now = clock.now();
  const [counted] = await db
    .update(clusterApplications)
    .set({ crashes: sql`${crashes} + 1`, crashedAt: now })
    .where(and(eq(deploymentId, id), sql`coalesce(${crashedAt}, 0) <= ${now - rayLimits.crashesApartMs}`))
    .returning({ crashes });
  return Object.assign(new BuilderError('instance-crashed', message), { crashes: counted?.crashes ?? 0 });
}
