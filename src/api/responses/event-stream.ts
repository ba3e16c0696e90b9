// Streams server-sent events, with a comment as a heartbeat so that no proxy closes the connection as idle. Ends when there are no
// more messages.
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { following } from '../../contract/limits/event-streams.ts';
import { writeJson } from '../../core/json-text.ts';
import type { AppEnv } from '../context.ts';

export interface StreamMessage {
  event: string;
  data: unknown;
  /** A client that reconnects sends it as Last-Event-ID. */
  id?: string;
}

/** Writes the messages of each poll to the stream. `polls` yields once per poll, often without messages. */
export function eventStream(c: Context<AppEnv>, polls: AsyncGenerator<StreamMessage[], void>): Response {
  const { clock, log } = c.var.deps;
  const { requestId } = c.var;
  return streamSSE(c, async (stream) => {
    let writtenAt = clock.now();
    await stream.write(`retry: ${following.reconnectMs}\n\n`);
    try {
      for await (const messages of polls) {
        if (stream.aborted) return;
        for (const { data, ...message } of messages) await stream.writeSSE({ ...message, data: writeJson(data) });
        const now = clock.now();
        if (messages.length > 0) writtenAt = now;
        if (now - writtenAt < following.heartbeatMs) continue;
        await stream.write(': heartbeat\n\n');
        writtenAt = now;
      }
    } catch (error) {
      // The client reconnects and resumes from its Last-Event-ID.
      log.error('stream.failed', { request_id: requestId, error });
    }
  });
}

/** The schema of one event: OpenAPI describes a stream by its events. */
export const streamed = {
  'text/event-stream': {
    schema: z.object({
      event: z.string(),
      data: z.string().openapi({ description: 'JSON' }),
      id: z.string().optional().openapi({ description: 'For Last-Event-ID' }),
    }),
  },
};

/** Declares a streamed response of a route. */
export function sse(description: string) {
  return { description, content: streamed };
}

export const lastEventId = z.object({
  'last-event-id': z.string().optional().openapi({ description: 'The ID of the last message the client received' }),
});
