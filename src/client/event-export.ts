// Reads an organization's entire event export, in the parts that the server divides it into. If the connection breaks, resumes where it
// broke, so each event arrives exactly once.
import { parseExportLine } from '../contract/events/event-export.ts';
import type { SlipwayClient } from './client.ts';
import { ApiError, ConnectionError } from './errors.ts';
import { pause } from './retry.ts';

const path = '/v1/events/export';

/** Yields the lines as one export with one end line. Throws if the connection keeps breaking without another line. */
export async function* exportedLines(client: SlipwayClient, signal: AbortSignal | undefined): AsyncGenerator<string> {
  const { retriesMax, pauseMs } = client.transport.retries;
  const counts = { blocks: 0, events: 0 };
  let query = { from_block: 1, skip: 0 };
  for (let cuts = 0; ; ) {
    let cause: unknown = new Error('the response ended early');
    let isWhole = false;
    try {
      for await (const text of client.lines(path, { query, signal })) {
        const line = parseExportLine(text);
        if (!line) break;
        cuts = 0;
        if ('end' in line) {
          isWhole = true;
          if (line.end.next) query = line.end.next;
          else return yield JSON.stringify({ end: counts });
        } else if ('block' in line) {
          counts.blocks += 1;
          query = { from_block: line.block.number + 1, skip: 0 };
          yield text;
        } else {
          counts.events += 1;
          query = { ...query, skip: query.skip + 1 };
          yield text;
        }
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ApiError) throw error;
      cause = error;
    }
    if (isWhole) continue;
    cuts += 1;
    if (cuts > retriesMax) throw cause instanceof ConnectionError ? cause : new ConnectionError(client.baseUrl, cause);
    await pause(pauseMs, signal);
  }
}
