// Sends rows to an instance's process, and decides which failures a row may have caused.
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Frame,
  RowsFailed,
  type RowsFault,
  type RowsProcess,
} from '../../../src/contract/builder/rows/chunk-work.ts';
import { type RowsFailure, rowsFrame } from '../../../src/contract/builder/rows/rows-call.ts';
import { Refusal } from '../core/refusal.ts';
import type { Instance } from '../instances/instance.ts';
import type { Cancellation } from '../processes/plugin-call.ts';

const idleEveryMs = 20;

export function openRowsProcess(instance: Instance, requestId: string, cancellation: Cancellation): RowsProcess {
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
export function lastFrame(error: unknown): Frame {
  const encoder = new TextEncoder();
  if (error instanceof Refusal) return { kind: rowsFrame.refused, body: encoder.encode(JSON.stringify(error.body())) };
  if (!(error instanceof RowsFailed)) throw error;
  const failure: RowsFailure = { type: 'PipelineFailed', message: error.message };
  return { kind: rowsFrame.failed, body: encoder.encode(JSON.stringify(failure)) };
}
