// Gives a body the length that R2 needs. A local store reads and writes files without ever waiting, and workerd handles nothing else until a
// copy waits: a large file would keep every call waiting, and the Worker would look as if it had stopped.
import type { Deps } from '../../deps.ts';

/** Takes a local store about 3 ms. */
const bytesBetweenTurns = 512 * 1024;

/** `size` is the number of bytes in the body. Locally, other requests get a turn after every few hundred KiB. */
export function storable(
  { local }: Pick<Deps['storage'], 'local'>,
  body: ReadableStream<Uint8Array>,
  size: number,
): ReadableStream<Uint8Array> {
  return (local ? body.pipeThrough(pauses()) : body).pipeThrough(new FixedLengthStream(size));
}

function pauses(): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    async transform(chunk, controller) {
      controller.enqueue(chunk);
      bytes += chunk.length;
      if (bytes < bytesBetweenTurns) return;
      bytes = 0;
      await scheduler.wait(1);
    },
  });
}
