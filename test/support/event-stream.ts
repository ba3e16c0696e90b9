// Reads a stream of server-sent events.
import { z } from 'zod';
import { type Client, origin } from './client.ts';

export interface StreamedEvent {
  event: string;
  data: Record<string, unknown>;
  id?: string;
}

export interface Streamed {
  status: number;
  events: StreamedEvent[];
  /** Comment lines, which clients ignore. */
  comments: string[];
  /** The ID of the last message that has an ID. */
  lastId: string;
}

const object = z.record(z.string(), z.unknown());

/** Reads until the server ends the stream. */
export async function streamed(
  { fetch }: Client,
  authorization: string,
  path: string,
  lastEventId?: string,
): Promise<Streamed> {
  const headers = { authorization, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) };
  return readStream(await fetch(new Request(`${origin}${path}`, { headers })));
}

export async function readStream(response: Response): Promise<Streamed> {
  const text = await response.text();
  const blocks = text.split('\n\n').map((block) => Object.fromEntries(block.split('\n').map(fieldOf)));
  const events = blocks
    .filter((block) => 'event' in block)
    .map(
      ({ event, data, id }): StreamedEvent => ({
        event: String(event),
        data: object.parse(JSON.parse(String(data))),
        ...(id === undefined ? {} : { id }),
      }),
    );
  const comments = text.split('\n').filter((line) => line.startsWith(':'));
  return { status: response.status, events, comments, lastId: events.findLast(({ id }) => id)?.id ?? '' };
}

function fieldOf(line: string): [string, string] {
  const colon = line.indexOf(': ');
  return colon < 0 ? ['', line] : [line.slice(0, colon), line.slice(colon + 2)];
}
