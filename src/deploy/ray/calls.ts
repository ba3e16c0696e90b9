// Sends calls to the route of a deployment's application, as its adapter takes them (builder/host-python/slipway_ray/replica.py).
import { applicationName } from '../../clusters/applications.ts';
import { BuilderError, type CallAnswer, callAnswerSchema, requestHeader } from '../../contract/builder/instances.ts';
import { type CallOptions, timeoutHeader } from '../../contract/builder/serving.ts';
import { startErrorSchema } from '../../contract/builder/start-errors.ts';
import { builderLimits } from '../../contract/limits/builder.ts';
import { rayLimits } from '../../contract/limits/containers.ts';
import { nestsDeeper } from '../../core/json-depth.ts';
import { traceHeader, traceparentOf } from '../../core/trace-context.ts';
import { answerBy } from '../builder/requests.ts';
import { StartFailed } from '../builder/start-failed.ts';
import { requireProvisions } from '../requirements/provisions.ts';
import { routeKey } from './application.ts';
import type { RayDeps, RayPlace } from './place.ts';

/** The body of a request that brings secrets, for a replica that has none yet. */
const withSecrets = 'application/vnd.slipway.with-secrets+json';
const keyHeader = 'slipway-key';

/** Statuses of the adapter. Others are of Ray Serve, or of a proxy before it. */
const statuses = { noSecrets: 428, notLoaded: 422, tooLate: 504, badCall: 400 } as const;

/** A replica that has no secrets yet answers so before anything runs; the call is sent again with them. */
export async function callOnRay(
  ray: RayDeps,
  place: RayPlace,
  body: string,
  options: CallOptions,
): Promise<CallAnswer> {
  const first = await send(ray, place, { body, type: 'application/json' }, options);
  if (first.status !== statuses.noSecrets) return answerOf(place, first);
  await first.body?.cancel();
  const { secrets = {} } = await requireProvisions(ray, place.id, place.version);
  const again = { body: JSON.stringify({ secrets, call: body }), type: withSecrets };
  return answerOf(place, await send(ray, place, again, options));
}

/** Gives a replica the secrets, and waits until it has loaded the plugin. Throws a StartFailed if that fails. */
export async function loadOnRay(ray: RayDeps, place: RayPlace, secrets: Record<string, string>): Promise<void> {
  const body = JSON.stringify({ secrets, call: null });
  const response = await send(ray, place, { body, type: withSecrets }, { callMs: builderLimits.startMs });
  if (response.status !== 200) await answerOf(place, response);
  await response.body?.cancel();
}

async function send(
  ray: RayDeps,
  { application, id }: RayPlace,
  { body, type }: { body: string; type: string },
  { callMs = builderLimits.callMs, requestId, signal, timeLeftMs = callMs, trace }: CallOptions,
): Promise<Response> {
  if (!application) throw new BuilderError('instance-gone', 'No cluster has the application');
  const limitMs = Math.max(1, Math.ceil(Math.min(callMs, timeLeftMs)));
  const late = AbortSignal.timeout(limitMs + builderLimits.hangMs);
  try {
    return await ray.fetch(`${application.cluster.serveUrl}/${applicationName(id)}`, {
      organization: undefined,
      method: 'POST',
      headers: {
        'content-type': type,
        [keyHeader]: await routeKey(ray, id),
        [timeoutHeader]: String(limitMs),
        ...(requestId === undefined ? {} : { [requestHeader]: requestId }),
        ...(trace ? { [traceHeader]: traceparentOf(trace) } : {}),
      },
      body,
      redirect: 'manual',
      timeoutMs: limitMs + builderLimits.hangMs,
      signal: signal ? AbortSignal.any([late, signal]) : late,
    });
  } catch (cause) {
    signal?.throwIfAborted();
    if (late.aborted) throw new BuilderError('call-timeout', `No response within ${limitMs} ms.`, [], cause);
    throw new BuilderError('unreachable', 'Ray Serve does not answer', [], cause);
  }
}

async function answerOf({ application }: RayPlace, response: Response): Promise<CallAnswer> {
  const { status } = response;
  const name = application?.cluster.name ?? '';
  if (status === 200) {
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (!nestsDeeper(bytes, builderLimits.answerLevels)) return answerBy(callAnswerSchema)(new Response(bytes));
    throw new BuilderError(
      'answer-invalid',
      `The plugin's answer nests deeper than ${builderLimits.answerLevels} levels.`,
    );
  }
  const text = (await response.text()).slice(0, rayLimits.messageChars);
  switch (status) {
    case statuses.notLoaded:
      throw new StartFailed(startErrorSchema.parse(JSON.parse(text)));
    case statuses.tooLate:
      throw new BuilderError('call-timeout', 'The handler did not end in time.');
    case statuses.badCall:
      throw new BuilderError('invalid-request', text);
    case 404:
      throw new BuilderError('instance-gone', `The cluster ${name} does not have the application`);
    case 503:
      throw new BuilderError('instance-busy', `The cluster ${name} takes no more calls of it.`);
    case 500:
      throw new BuilderError('instance-crashed', `A process of the plugin ended during the call, on ${name}.`);
    default:
      throw new BuilderError('unreachable', `The cluster ${name} answers ${status} for the plugin`);
  }
}
