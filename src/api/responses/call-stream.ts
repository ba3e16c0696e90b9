// Streams a handler's yielded values as server-sent events: `chunk` for each value, then `done` or `error`. If nothing is yielded for a
// while, a comment keeps the connection open.
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { builderLimits } from '../../contract/limits/builder.ts';
import { writeJson } from '../../core/json/text.ts';
import { streamFrom } from '../../core/paced-streams.ts';
import { formatBinaryBytes } from '../../core/quantities.ts';
import type { Invocation } from '../../serve/invoke.ts';
import { versionHeader } from '../../serve/releases/draw.ts';
import type { StreamEvent, Streaming } from '../../serve/stream.ts';
import { versionHeaderName } from '../requests/chosen-version.ts';

const type = 'text/event-stream';

/** Returns whether the request accepts a stream. Other types it accepts apply to other responses. */
export function acceptsStream({ req }: Pick<Context, 'req'>): boolean {
  const accepted = (req.header('accept') ?? '').split(',').map((item) => item.split(';').map((part) => part.trim()));
  return accepted.some(([name = '', ...parameters]) => name.toLowerCase() === type && !parameters.some(isRefusal));
}

function isRefusal(parameter: string): boolean {
  return /^q=0(?:\.0*)?$/i.test(parameter);
}

/** `errorWire` renders an error the same way as without streaming. */
export function callStreamResponse(streaming: Streaming, errorWire: (invocation: Invocation) => unknown): Response {
  const encoder = new TextEncoder();
  const read = async () => {
    const events = await streaming.read();
    if (!events) return undefined;
    const texts = events.map((event) => eventText(streaming, event, errorWire));
    return encoder.encode(texts.join('') || ': heartbeat\n\n');
  };
  const body = streamFrom({ read, cancel: () => streaming.cancel() });
  const headers = {
    'content-type': type,
    'cache-control': 'no-store',
    [versionHeaderName]: versionHeader(streaming.route.version),
  };
  return new Response(body, { headers });
}

function eventText({ route }: Streaming, event: StreamEvent, errorWire: (invocation: Invocation) => unknown): string {
  if ('value' in event) return textOf('chunk', event.value);
  const { end } = event;
  if (end.status === 'error') return textOf('error', errorWire({ route, answer: end }));
  return textOf('done', { duration_ms: end.duration_ms, deployment_id: route.deploymentId });
}

function textOf(name: string, data: unknown): string {
  const lines = writeJson(data).split(/\r\n?|\n/);
  return `event: ${name}\n${lines.map((line) => `data: ${line}\n`).join('')}\n`;
}

/** Describes the stream in the OpenAPI document. */
export const streamedCall = {
  [type]: {
    schema: z
      .object({
        event: z.enum(['chunk', 'done', 'error']).openapi({ example: 'chunk' }),
        data: z.string().openapi({
          description: `JSON: a value that the handler yielded, of at most ${formatBinaryBytes(builderLimits.streamValueBytes)}; for \`done\`, an object with \`duration_ms\` and \`deployment_id\`; for \`error\`, an answer with the status \`error\``,
          example: '{"words": 3}',
        }),
      })
      .openapi('CallEvent'),
  },
};

export const streamNote =
  "With `Accept: text/event-stream`, a generator handler's values are sent as it yields them: `event: chunk` for each value, and at the end `event: done` or `event: error`. Otherwise the values are returned as an array. Other handlers always return JSON.";
