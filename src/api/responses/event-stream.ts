// Streams server-sent events, with a comment as a heartbeat so that no proxy closes the connection as idle. Ends when there are no
// more messages.
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { following } from '../../contract/limits/event-streams.ts';
import { writeJson } from '../../core/json/text.ts';
import { streamFrom } from '../../core/paced-streams.ts';
import type { Follower, Stream } from '../../following/streams.ts';
import { type AppEnv, requireActor } from '../context/context.ts';

export interface StreamMessage {
  event: string;
  data: unknown;
  /** A client that reconnects sends this as Last-Event-ID. */
  id?: string;
}

/** Streams the messages of each poll. `polls` yields once per poll, often without messages. The next poll waits for the reader. */
export function eventStream(
  c: Context<AppEnv>,
  stream: Stream,
  polls: AsyncGenerator<StreamMessage[], void>,
): Response {
  const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };
  const encoder = new TextEncoder();
  const texts = new EventTexts(c, polls);
  const read = async () => {
    const text = await texts.next();
    return text === undefined ? undefined : encoder.encode(text);
  };
  // A reader that leaves ends the polls, without waiting for a message, and even if they haven't begun.
  const cancel = async () => {
    c.var.caches.following.streams.close(stream);
    await polls.return();
  };
  return c.body(streamFrom({ read, cancel }), 200, headers);
}

class EventTexts {
  readonly #c: Context<AppEnv>;
  readonly #polls: AsyncGenerator<StreamMessage[], void>;
  #writtenAt: number | undefined;

  constructor(c: Context<AppEnv>, polls: AsyncGenerator<StreamMessage[], void>) {
    this.#c = c;
    this.#polls = polls;
  }

  /** Returns undefined at the end. */
  async next(): Promise<string | undefined> {
    const { deps, requestId } = this.#c.var;
    const isFirst = this.#writtenAt === undefined;
    this.#writtenAt ??= deps.clock.now();
    if (isFirst) return `retry: ${following.reconnectMs}\n\n`;
    try {
      for (let poll = await this.#polls.next(); !poll.done; poll = await this.#polls.next()) {
        const isQuiet = poll.value.length === 0;
        const now = deps.clock.now();
        if (isQuiet && now - this.#writtenAt < following.heartbeatMs) continue;
        this.#writtenAt = now;
        return isQuiet ? ': heartbeat\n\n' : poll.value.map(eventText).join('');
      }
    } catch (error) {
      // The client reconnects and resumes from its Last-Event-ID.
      deps.log.error('stream.failed', { request_id: requestId, error });
    }
    return undefined;
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

/** Counts the request's stream, last of all that can refuse the request. Throws a 429 if its key or organization has too many. */
export function openStream(c: Context<AppEnv>, right: Pick<Follower, 'scope' | 'namespaceId'>): Stream {
  const { caches, credential } = c.var;
  return caches.following.streams.open({ ...right, actor: requireActor(c), credential, thing: c.req.path });
}
