// Gives a body the length that R2 needs. A local store reads and writes files without ever waiting, and workerd handles nothing else until a
// copy waits: a large file would keep every call waiting, and the Worker would look as if it had stopped.
import { inTurn } from '../../core/turns.ts';
import type { Deps } from '../../deps.ts';

/** Takes a local store about 4 ms. */
const bytesBetweenTurns = 128 * 1024;

/** `size` is the number of bytes in the body. Locally, other requests get a turn after each piece of it. */
export function storable(
  { local }: Pick<Deps['storage'], 'local'>,
  body: ReadableStream<Uint8Array>,
  size: number,
): ReadableStream<Uint8Array> {
  const stored = new FixedLengthStream(size);
  if (!local) return body.pipeThrough(stored);
  // A failure ends `stored`, so that its reader learns of it.
  copyInTurns(body, stored.writable).catch(() => {});
  return stored.readable;
}

/** Copies in large pieces: for each chunk of a stream workerd makes some twenty objects, and collecting them stops it for a while. */
async function copyInTurns(from: ReadableStream<Uint8Array>, to: WritableStream<Uint8Array>): Promise<void> {
  const reader = from.getReader({ mode: 'byob' });
  const writer = to.getWriter();
  try {
    for (;;) {
      const { done, value } = await reader.readAtLeast(bytesBetweenTurns, new Uint8Array(bytesBetweenTurns));
      if (value && value.length > 0) await writer.write(value);
      if (done) break;
      await scheduler.wait(1);
    }
    await writer.close();
  } catch (error) {
    await Promise.allSettled([reader.cancel(error), writer.abort(error)]);
    throw error;
  }
}

const operations: readonly (string | symbol)[] = ['head', 'get', 'put', 'delete', 'list'];

/** A local bucket whose operations take turns with other work, and let calls pass. */
export function pausing(bucket: R2Bucket): R2Bucket {
  return new Proxy(bucket, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      if (!operations.includes(name)) return member.bind(target);
      return (...args: unknown[]) => inTurn(async () => Reflect.apply(member, target, args));
    },
  });
}
