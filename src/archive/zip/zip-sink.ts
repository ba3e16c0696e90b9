// Sinks that collect a zip in memory. Each runtime provides the sinks that write to R2 or a file.
import { partBytes } from '../../contract/limits/archives.ts';
import { memorySource } from '../byte-source.ts';
import type { Meter } from '../meter.ts';
import type { ZipSink } from './zip-writer.ts';

export function memorySink(): ZipSink {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  return {
    write: async (part) => {
      parts.push(part.slice());
    },
    close: async () => memorySource(concatenated(parts)),
    abort: async () => {
      parts.length = 0;
    },
  };
}

/** Buffers a one-part zip in memory. Creates the actual sink when a second part arrives. */
export function lazySink(newSink: () => ZipSink, meter: Meter): ZipSink {
  let first: Uint8Array<ArrayBuffer> | undefined;
  let sink: ZipSink | undefined;
  const release = () => {
    meter.release(first?.length ?? 0);
    first = undefined;
  };
  return {
    write: async (part) => {
      if (sink) return await sink.write(part);
      if (first === undefined) {
        first = part.slice();
        meter.hold(first.length);
        return;
      }
      sink = newSink();
      await sink.write(first);
      release();
      await sink.write(part);
    },
    close: async () => (sink ? await sink.close() : memorySource(first ?? new Uint8Array(0))),
    abort: async () => {
      release();
      await sink?.abort();
    },
  };
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  for (const [index, part] of parts.entries()) whole.set(part, index * partBytes);
  return whole;
}
