// Processes a run's chunks in its Ray application, like a builder does in an instance. The Worker sends rows in batches and finds the
// faulty ones (contract/runs/chunk-work.ts). The adapter is builder/host-python/slipway_ray/rows.py.
import { StartFailed } from '../../../builders/start-failures.ts';
import { BuilderError } from '../../../contract/builder/errors.ts';
import {
  ChunkWork,
  type Frame,
  RowsFailed,
  type RowsFault,
  type RowsProcess,
} from '../../../contract/builder/rows/chunk-work.ts';
import {
  frameBytes,
  type RowsCall,
  type RowsFailure,
  type RowsOptions,
  readRowsCall,
  rowsFrame,
} from '../../../contract/builder/rows/rows-call.ts';
import { rayLimits } from '../../../contract/features/clusters/limits.ts';
import { timeLimitMs } from '../../../contract/plugin/permissions.ts';
import { toStream } from '../../../core/paced-streams.ts';
import { maskInTurns } from '../../../core/secret-mask.ts';
import { LoopTurns } from '../../../core/turns.ts';
import { requireProvisions } from '../../../instances/requirements/provisions.ts';
import { askedSecrets } from '../../../instances/secrets/asked-secrets.ts';
import { readRayAnswer, send, statuses } from './calls.ts';
import type { RayDeps, RayPlace } from './place.ts';
import { providedType, provisionsLine } from './provisions.ts';

const rowsType = 'application/vnd.slipway.rows';

const newline = 0x0a;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Returns frames like a builder's. Rejects with a builder's error if the first rows can't be sent; the caller then starts the
 * application again.
 */
export async function runRowsOnRay(
  ray: RayDeps,
  place: RayPlace,
  body: Uint8Array<ArrayBuffer>,
  options: RowsOptions,
): Promise<ReadableStream<Uint8Array>> {
  const end = body.indexOf(newline);
  const call = await readRowsCall(decoder.decode(body.subarray(0, end)));
  const target = await processOf(ray, place, call, options);
  const frames = withLast(new ChunkWork(target, call, body.subarray(end + 1)).frames());
  const first = await frames.next();
  return toStream(framesFrom(first, frames));
}

async function* framesFrom(
  first: IteratorResult<Frame>,
  frames: AsyncGenerator<Frame>,
): AsyncGenerator<Uint8Array, void> {
  try {
    for (let next = first; !next.done; next = await frames.next()) yield frameBytes(next.value);
  } finally {
    await frames.return(undefined);
  }
}

/** Ends a failed stream with a frame that gives the reason. Throws a builder error that occurs before the first frame. */
async function* withLast(frames: AsyncGenerator<Frame>): AsyncGenerator<Frame> {
  let hasBegun = false;
  try {
    for await (const frame of frames) {
      yield frame;
      hasBegun = true;
    }
  } catch (error) {
    if (error instanceof RowsFailed || error instanceof StartFailed) {
      const failure: RowsFailure = { type: 'PipelineFailed', message: error.message };
      yield { kind: rowsFrame.failed, body: encoder.encode(JSON.stringify(failure)) };
    } else if (error instanceof BuilderError && hasBegun) {
      const { code, message } = error;
      yield { kind: rowsFrame.refused, body: encoder.encode(JSON.stringify({ error: { code, message } })) };
    } else throw error;
  }
}

/** Masks secrets in errors, and gives a process its provisions if it has none yet. */
async function processOf(
  ray: RayDeps,
  place: RayPlace,
  call: RowsCall,
  { signal, timeoutMs }: RowsOptions,
): Promise<RowsProcess> {
  const asks = askedSecrets(place.version).length > 0;
  const { secrets = {} } = asks ? await requireProvisions(ray, place.deploymentId, place.version) : {};
  const mask = await maskInTurns(secrets);
  const limitMs = timeLimitMs(place.version);
  const turns = new LoopTurns();
  const sent = { queueMs: timeoutMs, buildMs: limitMs };
  const sendOnce = async (body: Uint8Array<ArrayBuffer>, callMs: number) => {
    const options = { callMs, requestId: call.run, signal };
    const first = await send(ray, place, { ...sent, body, type: rowsType }, options);
    if (first.status !== statuses.noProvisions) return first;
    await first.body?.cancel();
    const given = new Uint8Array(await new Blob([await provisionsLine(ray, place), body]).arrayBuffer());
    return send(ray, place, { ...sent, body: given, type: providedType, loadMs: rayLimits.startMs }, options);
  };
  return {
    send: async (body, callMs) => answeredRows(ray, place, await whenTaken(ray, signal, () => sendOnce(body, callMs))),
    limitMs,
    buildsFirst: false,
    now: () => ray.clock.now(),
    spent: (bytes) => turns.spend(bytes),
    masked: (text) => mask.text(text),
    together: { ms: rayLimits.rowsTogetherMs, max: rayLimits.rowsTogetherMax },
  };
}

/** Resends the rows while no process accepts them because a hung one is being replaced. */
async function whenTaken({ clock }: RayDeps, signal: AbortSignal, sent: () => Promise<Response>): Promise<Response> {
  const until = clock.now() + rayLimits.rowsWaitMs;
  for (;;) {
    const response = await sent();
    if (response.status !== statuses.busy || clock.now() >= until) return response;
    await response.body?.cancel();
    await new Promise((resolve) => setTimeout(resolve, rayLimits.rowsAgainMs));
    signal.throwIfAborted();
  }
}

async function answeredRows(
  ray: RayDeps,
  place: RayPlace,
  response: Response,
): Promise<Uint8Array<ArrayBuffer> | RowsFault> {
  if (response.status === 200) return new Uint8Array(await response.arrayBuffer());
  try {
    await readRayAnswer(ray, place, response);
  } catch (error) {
    if (!(error instanceof BuilderError)) throw error;
    const { code, message } = error;
    if (code === 'instance-crashed')
      return { code, message: `the plugin's process exited during the row, on ${place.application?.cluster.name}` };
    if (code === 'call-timeout') return { code, message };
    throw error;
  }
  return { code: 'answer-invalid', message: 'The response has no valid rows.' };
}
