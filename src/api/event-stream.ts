// Server-sent events: messages as they come, a comment now and then so that nothing between here and the reader thinks it idle,
// and an end when there are no more.
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { following } from '../contract/limits.ts';
import type { AppEnv } from './context.ts';

export interface StreamMessage {
  event: string;
  data: unknown;
  /** What a reader that comes back sends as Last-Event-ID. */
  id?: string;
}

/** `looks` yields whenever something was looked at, and what was found there: often nothing. */
export function eventStream(c: Context<AppEnv>, looks: AsyncGenerator<StreamMessage[], void>): Response {
  const { clock, log } = c.var.deps;
  const { requestId } = c.var;
  return streamSSE(c, async (stream) => {
    let heardAt = clock.now();
    await stream.write(`retry: ${following.reconnectMs}\n\n`);
    try {
      for await (const messages of looks) {
        if (stream.aborted) return;
        for (const { data, ...message } of messages) await stream.writeSSE({ ...message, data: JSON.stringify(data) });
        const now = clock.now();
        if (messages.length > 0) heardAt = now;
        if (now - heardAt < following.heartbeatMs) continue;
        await stream.write(': nothing new\n\n');
        heardAt = now;
      }
    } catch (error) {
      // The reader comes back from where it was.
      log.error('stream.failed', { request_id: requestId, error });
    }
  });
}

/** One event, as its reader has it: the schema of a stream is that of each of them. */
export const streamed = {
  'text/event-stream': {
    schema: z.object({
      event: z.string(),
      data: z.string().openapi({ description: 'JSON' }),
      id: z.string().optional().openapi({ description: 'For Last-Event-ID' }),
    }),
  },
};

/** How a route says that it answers with a stream. */
export function sse(description: string) {
  return { description, content: streamed };
}

export const lastEventId = z.object({
  'last-event-id': z.string().optional().openapi({ description: 'The id of the last message that was read' }),
});
