// Streams events as JSON lines, each one as soon as it occurs. A cold compile or a large installation can be silent for minutes, and
// proxies close idle connections before that. An occasional empty line keeps the connection open.
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
