// Sends calls to plugins on Ray. The processes of a plugin with batches gather its calls (builder/host-python/slipway_ray/batches.py). If a
// process hangs or dies, the guilty call of its batch is unknown, so each of the batch's calls is sent again, alone.
import { reportBatch } from '../../../builders/instance-requests.ts';
import type { CallAnswer } from '../../../contract/builder/answers.ts';
import { BuilderError } from '../../../contract/builder/errors.ts';
import type { CallOptions } from '../../../contract/builder/serving.ts';
import { requestedBatching } from '../../../contract/plugin/batching.ts';
import { laterTimeLimitMs, timeLimitMs } from '../../../contract/plugin/permissions.ts';
import { limitOf, readRayAnswer, sendCall, statuses } from './calls.ts';
import type { RayDeps, RayPlace } from './place.ts';

/** How long the batch may run, even if its caller waits less. */
const limitHeader = 'slipway-limit-ms';
const aloneHeader = 'slipway-alone';
/** The response of a call that runs alone and takes too long. */
const late = '\nlate';

/** A call is sent again if at least this share of its time is left. */
const shareForAgain = 0.1;

export async function callOnRay(
  ray: RayDeps,
  place: RayPlace,
  body: string,
  options: CallOptions,
): Promise<CallAnswer> {
  const call = { body, type: 'application/json' };
  const batching = requestedBatching(place.version.manifest);
  if (!batching) return readRayAnswer(ray, place, await sendCall(ray, place, call, options));
  const startedAt = ray.clock.now();
  const pluginMs = options.isLater ? laterTimeLimitMs(place.version) : timeLimitMs(place.version);
  let response = await sendCall(ray, place, { ...call, headers: { [limitHeader]: String(pluginMs) } }, options);
  reportBatch(response, options);
  while (batching.retry && (response.status === statuses.lost || response.status === statuses.crashed)) {
    const lost = await batchLost(ray, place, response);
    const spentMs = ray.clock.now() - startedAt;
    const callMs = limitOf(options) - spentMs;
    if (callMs < shareForAgain * limitOf(options)) throw lost;
    const headers = { [limitHeader]: String(pluginMs - spentMs), [aloneHeader]: '1' };
    const again = { ...options, callMs, timeLeftMs: callMs };
    response = await sendCall(ray, place, { ...call, headers }, again).catch((error: unknown) => {
      throw error instanceof BuilderError && error.code === 'call-timeout' ? lost : error;
    });
    reportBatch(response, options);
    if (response.status === 200) return readAlone(ray, place, response, { ...options, callMs });
    if (response.status === statuses.occupied || response.status === statuses.busy) throw lost;
  }
  return readRayAnswer(ray, place, response);
}

/** Counts the crash, if there was one. */
async function batchLost(ray: RayDeps, place: RayPlace, response: Response): Promise<BuilderError> {
  const loss = await readRayAnswer(ray, place, response).catch((error: unknown) => error);
  if (!(loss instanceof BuilderError)) throw loss;
  const message = `${loss.message} Any call of its batch may be the cause, and too little time was left to run this one alone.`;
  return Object.assign(new BuilderError('batch-lost', message, [], loss), { crashes: loss.crashes });
}

/** Reads a response that begins before the handler runs. If it ends without an answer, the process died. */
async function readAlone(ray: RayDeps, place: RayPlace, response: Response, options: CallOptions): Promise<CallAnswer> {
  const endsAt = ray.clock.now() + limitOf(options);
  const text = await response.text().catch(() => (ray.clock.now() < endsAt ? '' : late));
  options.signal?.throwIfAborted();
  const status = text === late ? statuses.tooLate : text.trim() === '' ? statuses.crashed : 200;
  return readRayAnswer(ray, place, new Response(text, { status }));
}
