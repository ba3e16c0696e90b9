// Drops the rest of a refused request's body. A proxy that is still sending it would meet a closed connection, and answer 502 itself.
import { bodyLimits } from '../../contract/limits/requests.ts';
import { LoopTurns } from '../../core/turns.ts';

/**
 * Returns a response that is complete at once, and keeps the connection open while the rest of the body arrives. The runtime itself drops
 * only small bodies.
 */
export async function dropRest(request: Request, response: Response): Promise<Response> {
  const { body, headers } = request;
  const announced = Number(headers.get('content-length') ?? bodyLimits.smallBytes);
  if (!body || body.locked || announced < bodyLimits.smallBytes) return response;
  const bytes = new Uint8Array(await response.arrayBuffer());
  const { readable, writable } = new FixedLengthStream(bytes.length);
  void send(writable, bytes, body).catch(() => {});
  return new Response(readable, response);
}

async function send(writable: WritableStream, bytes: Uint8Array, rest: ReadableStream<Uint8Array>): Promise<void> {
  const writer = writable.getWriter();
  await writer.write(bytes);
  await readSome(rest).catch(() => {});
  await writer.close();
}

/** Reads and drops what arrives, for a while. Reuses its memory: many refused bodies would otherwise be garbage at once. */
async function readSome(rest: ReadableStream<Uint8Array>): Promise<void> {
  const reader = rest.getReader({ mode: 'byob' });
  const timer = setTimeout(() => void reader.cancel().catch(() => {}), bodyLimits.droppedMs);
  try {
    const turns = new LoopTurns();
    let memory = new Uint8Array(bodyLimits.droppedAtOnce);
    for (let left: number = bodyLimits.droppedBytes; left > 0; ) {
      const { done, value } = await reader.read(memory);
      if (done) return;
      left -= value.length;
      await turns.spend(value.length);
      memory = new Uint8Array(value.buffer);
    }
  } finally {
    clearTimeout(timer);
  }
}
