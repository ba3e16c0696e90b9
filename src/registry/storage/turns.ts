// Copies to a local store with pauses. It reads and writes files without ever waiting, and workerd handles nothing else until a copy waits:
// a large file would keep every other request waiting, and the Worker would look as if it had stopped.

const bytesBetweenTurns = 2 * 1024 * 1024;

/** Gives other requests a turn after every few MiB. `size` is the number of bytes in the body. */
export function withTurns(body: ReadableStream<Uint8Array>, size: number): ReadableStream<Uint8Array> {
  let bytes = 0;
  const pauses = new TransformStream<Uint8Array, Uint8Array>({
    async transform(chunk, controller) {
      controller.enqueue(chunk);
      bytes += chunk.length;
      if (bytes < bytesBetweenTurns) return;
      bytes = 0;
      await scheduler.wait(1);
    },
  });
  return body.pipeThrough(pauses).pipeThrough(new FixedLengthStream(size));
}
