// Streams server-sent events, with a comment as a heartbeat so that no proxy closes the connection as idle. Ends when there are no
// more messages.
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { following } from '../../contract/limits/event-streams.ts';
import { writeJson } from '../../core/json/text.ts';
import { toTextStream } from '../../core/paced-streams.ts';
import type { AppEnv } from '../context.ts';

export interface StreamMessage {
  event: string;
  data: unknown;
  /** A client that reconnects sends this as Last-Event-ID. */
  id?: string;
}

/** Streams the messages of each poll. `polls` yields once per poll, often without messages. The next poll waits for the reader. */
export function eventStream(c: Context<AppEnv>, polls: AsyncGenerator<StreamMessage[], void>): Response {
  const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };
  return c.body(toTextStream(eventTexts(c, polls)), 200, headers);
}

async function* eventTexts(
  c: Context<AppEnv>,
  polls: AsyncGenerator<StreamMessage[], void>,
): AsyncGenerator<string, void> {
  const { clock, log } = c.var.deps;
  yield `retry: ${following.reconnectMs}\n\n`;
  let writtenAt = clock.now();
  try {
    for await (const messages of polls) {
      const isQuiet = messages.length === 0;
      if (isQuiet && clock.now() - writtenAt < following.heartbeatMs) continue;
      writtenAt = clock.now();
      yield isQuiet ? ': heartbeat\n\n' : messages.map(eventText).join('');
    }
  } catch (error) {
    // The client reconnects and resumes from its Last-Event-ID.
    log.error('stream.failed', { request_id: c.var.requestId, error });
  }
}

function eventText({ data, event, id }: StreamMessage): string {
  const lines = [`event: ${event}`, `data: ${writeJson(data)}`, ...(id === undefined ? [] : [`id: ${id}`])];
  return `${lines.join('\n')}\n\n`;
}

/** The schema for one event: OpenAPI describes a stream by its events. */
export const streamed = {
  'text/event-stream': {
    schema: z.object({
      event: z.string(),
      data: z.string().openapi({ description: 'JSON' }),
      id: z.string().optional().openapi({ description: 'For Last-Event-ID' }),
    }),
  },
};

/** Declares a route's streamed response. */
export function sse(description: string) {
  return { description, content: streamed };
}

export const lastEventId = z.object({
  'last-event-id': z.string().optional().openapi({ description: 'The ID of the last message the client received' }),
});
