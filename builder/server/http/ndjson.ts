// Streams events as lines of JSON, each as soon as it occurs. An empty line now and then keeps a silent connection open: a cold compile
// or a large installation says nothing for minutes, and whatever stands between two machines ends a connection that is idle for so long.
import { builderRequests } from '../../../src/contract/limits/builder.ts';

const encoder = new TextEncoder();

export function ndjsonResponse(events: AsyncGenerator<unknown>): Response {
  let heartbeat: NodeJS.Timeout | undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      heartbeat = setInterval(() => controller.enqueue(encoder.encode('\n')), builderRequests.heartbeatMs);
    },
    pull: async (controller) => {
      const next = await events.next().catch((cause: unknown) => {
        clearInterval(heartbeat);
        throw cause;
      });
      if (!next.done) return controller.enqueue(encoder.encode(`${JSON.stringify(next.value)}\n`));
      clearInterval(heartbeat);
      controller.close();
    },
    cancel: async () => {
      clearInterval(heartbeat);
      await events.return(undefined);
    },
  });
  return new Response(body, { headers: { 'content-type': 'application/x-ndjson' } });
}
