// Answers with an export. An organization has one at a time in an isolate, since each reads rows for as long as its client takes them.
import type { Context } from 'hono';
import { exportShares as shares } from '../../contract/limits/requests.ts';
import { toLongTextStream } from '../../core/paced-streams.ts';
import { Problem } from '../../core/problem.ts';
import { type Held, Room } from '../../core/room.ts';
import { type AppEnv, requireActor } from '../context/context.ts';

const exportRoom = new Room(shares);

/** Streams the lines as a file of this name, once the organization has no other export. Throws a 429 if that takes too long. */
export async function exportAnswer(
  c: Context<AppEnv>,
  filename: string,
  lines: AsyncGenerator<string, void>,
): Promise<Response> {
  const until = Date.now() + shares.waitMs;
  const whileWaiting = async () => {
    if (Date.now() >= until) throw tooMany();
  };
  const held = await exportRoom.enter(1, { owner: requireActor(c).organizationId, whileWaiting });
  return c.body(toLongTextStream(holding(held, lines)), 200, {
    'content-type': 'application/x-ndjson',
    'content-disposition': `attachment; filename="${filename}"`,
  });
}

/** Ends the reservation with the lines. One whose client stopped reading lapses. */
async function* holding(held: Held, lines: AsyncGenerator<string, void>): AsyncGenerator<string, void> {
  try {
    for await (const line of lines) {
      held.keep();
      yield line;
    }
  } finally {
    held.leave();
  }
}

function tooMany(): Problem {
  return new Problem('rate-limited', 'Other exports of this organization, or of several others, are running', {
    hint: `Wait for the running export to end, then retry after the number of seconds in \`Retry-After\`. An organization may have ${shares.perOwner} at a time.`,
    retryAfterSeconds: shares.retryAfterSeconds,
  });
}
