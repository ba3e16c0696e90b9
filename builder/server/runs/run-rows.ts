// Responds to a request to work on a chunk with frames, and an occasional keep-alive in between. Sends the rows to an instance's process,
// and decides which failures a row may have caused.
import { setTimeout as delay } from 'node:timers/promises';
import {
  ChunkWork,
  type Frame,
  RowsFailed,
  type RowsFault,
  type RowsProcess,
} from '../../../src/contract/builder/rows/chunk-work.ts';
import {
  frameBytes,
  type RowsCall,
  type RowsFailure,
  readRowsCall,
  rowsFrame,
} from '../../../src/contract/builder/rows/rows-call.ts';
import { builderRequests } from '../../../src/contract/limits/builder.ts';
import { Refusal } from '../core/refusal.ts';
import type { Instance } from '../instances/instance.ts';
import { Cancellation } from '../processes/plugin-call.ts';

/** Each instance's current request. A newer request replaces it, because the Worker that sent the old one has lost the chunk. */
const current = new WeakMap<Instance, Cancellation>();

const newline = 0x0a;

export async function runRows(instance: Instance, body: Buffer): Promise<Response> {
  if (instance.spec.runtime !== 'python' || instance.spec.entry !== 'run')
    throw new Refusal(
      'invalid-request',
      `Instance ${instance.id} does not work on runs. Start one whose entry is \`run\`.`,
    );
  const end = body.indexOf(newline);
  const call = await readRowsCall(body.toString('utf8', 0, Math.max(0, end))).catch((error: Error) => {
    throw new Refusal('invalid-request', `Invalid call with rows: ${error.message}`);
  });
  return framesResponse(replacingCurrent(instance, call, body.subarray(end + 1)));
}

interface Frames {
  frames: AsyncGenerator<Frame>;
  cancel(): void;
}

/** The process starts on these rows when it is done with those of the replaced request. */
function replacingCurrent(instance: Instance, call: RowsCall, chunk: Buffer): Frames {
  const cancellation = new Cancellation();
  current.get(instance)?.cancel();
  current.set(instance, cancellation);
  async function* frames(): AsyncGenerator<Frame> {
    try {
      const process = openRowsProcess(instance, call.run, cancellation);
      yield* new ChunkWork(process, call, chunk).frames();
    } catch (error) {
      yield lastFrame(error);
    }
  }
  return { frames: frames(), cancel: () => cancellation.cancel() };
}

function framesResponse({ frames, cancel }: Frames): Response {
  let alive: NodeJS.Timeout | undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      const sendAlive = () => controller.enqueue(frameBytes({ kind: rowsFrame.alive, body: Buffer.alloc(0) }));
      alive = setInterval(sendAlive, builderRequests.heartbeatMs);
      sendAlive(); // starts the response
    },
    pull: async (controller) => {
      const next = await frames.next().catch((cause: unknown) => {
        clearInterval(alive);
        throw cause;
      });
      if (!next.done) return controller.enqueue(frameBytes(next.value));
      clearInterval(alive);
      controller.close();
    },
    cancel: async () => {
      clearInterval(alive);
      cancel();
      await frames.return(undefined);
    },
  });
  return new Response(body, { headers: { 'content-type': 'application/octet-stream' } });
}

const idleEveryMs = 20;

function openRowsProcess(instance: Instance, requestId: string, cancellation: Cancellation): RowsProcess {
  /** A process that hangs is being replaced, and one with abandoned calls may still be busy. */
  const whenIdle = async () => {
    while (instance.isActive && !cancellation.isCancelled && !instance.isAtRest) await delay(idleEveryMs);
  };
  return {
    send: async (body, limitMs) => {
      await whenIdle();
      try {
        return await instance.call({ body: Buffer.from(body.buffer), requestId, cancellation, limitMs });
      } catch (error) {
        const fault = faultOf(error);
        if (!fault) throw error;
        return fault;
      }
    },
    limitMs: instance.limitMs,
    buildsFirst: true,
    now: () => performance.now(),
    masked: (text) => instance.masked(text),
    together: { ms: 250, max: 64 },
  };
}

function faultOf(error: unknown): RowsFault | undefined {
  if (!(error instanceof Refusal)) return undefined;
  const { message } = error;
  // Rows that were lost with their process are run again.
  const code = error.code === 'instance-killed' ? 'instance-crashed' : error.code;
  return code === 'instance-crashed' || code === 'answer-invalid' || code === 'call-timeout'
    ? { code, message }
    : undefined;
}

/** Returns the last frame for work that couldn't be finished. */
function lastFrame(error: unknown): Frame {
  const encoder = new TextEncoder();
  if (error instanceof Refusal) return { kind: rowsFrame.refused, body: encoder.encode(JSON.stringify(error.body())) };
  if (!(error instanceof RowsFailed)) throw error;
  const failure: RowsFailure = { type: 'PipelineFailed', message: error.message };
  return { kind: rowsFrame.failed, body: encoder.encode(JSON.stringify(failure)) };
}
