// Streams the values that a handler on Ray yields. Ray Serve buffers them without a limit, so the process pauses the handler while it is
// a window ahead, and gets reports of what the reader has taken (builder/host-python/slipway_ray/streams.py).
import { linesOf } from '../../../builders/call-lines.ts';
import { requireBody } from '../../../builders/requests.ts';
import type { CallAnswer, CallLines, CallStreamLine } from '../../../contract/builder/answers.ts';
import { BuilderError } from '../../../contract/builder/errors.ts';
import { callStreamType } from '../../../contract/builder/instances.ts';
import type { CallOptions } from '../../../contract/builder/serving.ts';
import { rayLimits } from '../../../contract/features/clusters/limits.ts';
import { builderLimits, streamValueCost } from '../../../contract/limits/builder.ts';
import { requestedBatching } from '../../../contract/plugin/batching.ts';
import { callOnRay } from './batches.ts';
import { crashed, maskedAnswer, readRayAnswer, send, sendCall } from './calls.ts';
import type { RayDeps, RayPlace } from './place.ts';
import { showOnRay } from './status.ts';

/** The stream's ID and its process's address in the cluster, to which another process passes reports on. */
const streamType = /^application\/x-ndjson; stream="(?<stream>[0-9a-fA-F.:]{1,64}:\d{1,5}\/[0-9a-f]{32})"$/;
const reportHeader = 'slipway-stream';

/** Statuses of a report. With `ended`, the stream's process no longer exists. */
const reportStatuses = { taken: 204, over: 410, ended: 424, gone: 404 } as const;

/** Reports are sent once the reader has taken this much. */
const reportBytes = builderLimits.streamWindowBytes / 2;

export async function streamOnRay(
  ray: RayDeps,
  place: RayPlace,
  body: string,
  options: CallOptions,
): Promise<CallAnswer | { lines: CallLines }> {
  if (requestedBatching(place.version.manifest)) return callOnRay(ray, place, body, options);
  const call = {
    body,
    type: 'application/json',
    headers: { accept: callStreamType },
    streamMs: builderLimits.streamMs,
  };
  const response = await sendCall(ray, place, call, options);
  const stream = streamType.exec(response.headers.get('content-type') ?? '')?.groups?.stream;
  if (response.status !== 200 || stream === undefined) return readRayAnswer(ray, place, response);
  return { lines: new RayLines(ray, place, stream, linesOf(await requireBody(response))) };
}

class RayLines implements CallLines {
  readonly #ray: RayDeps;
  readonly #place: RayPlace;
  readonly #stream: string;
  readonly #lines: CallLines;
  /** Cost of the values that the last read returned. The next read shows that they were taken. */
  #returned = 0;
  #taken = 0;
  #reported = 0;
  #isReporting = false;
  #isOver = false;

  constructor(ray: RayDeps, place: RayPlace, stream: string, lines: CallLines) {
    this.#ray = ray;
    this.#place = place;
    this.#stream = stream;
    this.#lines = lines;
  }

  async read(): Promise<CallStreamLine[] | undefined> {
    if (this.#isOver) return undefined;
    this.#taken += this.#returned;
    this.#returned = 0;
    void this.#reportTaken();
    try {
      const lines = await this.#lines.read();
      if (!lines) throw new BuilderError('unreachable', 'The connection to the cluster was lost during the stream');
      return await Promise.all(lines.map((line) => this.#received(line)));
    } catch (error) {
      await this.cancel().catch(() => {});
      throw error instanceof BuilderError && error.code === 'unreachable' ? await this.#loss(error) : error;
    }
  }

  async cancel(): Promise<void> {
    this.#isOver = true;
    await this.#lines.cancel();
  }

  async #received(line: CallStreamLine): Promise<CallStreamLine> {
    if ('value' in line) {
      this.#returned += line.value.text.length + streamValueCost;
      return line;
    }
    this.#isOver = true;
    return 'end' in line ? { end: await maskedAnswer(this.#ray, this.#place, line.end) } : line;
  }

  /** Reports what the reader has taken, so that the handler continues. Reports are totals, and are repeated until one arrives. */
  async #reportTaken(): Promise<void> {
    if (this.#isReporting) return;
    this.#isReporting = true;
    while (!this.#isOver && this.#taken - this.#reported >= reportBytes) {
      const taken = this.#taken;
      const status = await this.#report().catch(() => null);
      if (status === reportStatuses.taken) this.#reported = taken;
      else await new Promise((resolve) => setTimeout(resolve, rayLimits.reportAgainMs));
    }
    this.#isReporting = false;
  }

  async #report(signal?: AbortSignal): Promise<number> {
    const headers = { [reportHeader]: `${this.#stream} ${this.#taken}` };
    const report = { body: '', type: 'text/plain', headers, isUrgent: true };
    const response = await send(this.#ray, this.#place, report, { callMs: rayLimits.reportMs, signal });
    await response.body?.cancel();
    return response.status;
  }

  /** Finds out why the connection was lost. If the stream's process has ended, any other process can say so. */
  async #loss(lost: BuilderError): Promise<BuilderError> {
    const silent = AbortSignal.timeout(rayLimits.lossMs);
    const status = await this.#report(silent).catch((error: unknown) => error);
    const { cluster } = this.#place.application ?? {};
    const ended = `A plugin process exited during the call, on ${cluster?.name}.`;
    if (status === reportStatuses.ended) return crashed(this.#ray, this.#place.id, ended);
    if (status === reportStatuses.gone)
      return new BuilderError('instance-gone', 'The cluster does not have the application');
    if (typeof status === 'number') return lost;
    if (status instanceof BuilderError) return status;
    // Ray Serve accepts requests, but no process answers them.
    const shown = await showOnRay(this.#ray, this.#place).catch(() => undefined);
    return shown ? crashed(this.#ray, this.#place.id, ended) : lost;
  }
}
