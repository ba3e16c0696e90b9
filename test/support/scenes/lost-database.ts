// An isolate that loses its database during a request.
import { env } from 'cloudflare:workers';
import { database } from '../../../src/db/client.ts';
import { type Answer, clientOf, type Sent } from '../client.ts';
import { pausedD1 } from '../database/paused-d1.ts';
import { testApp } from '../deps.ts';
import { losingQueues } from '../workers/losing-queues.ts';

/** Failures of the D1 client: a statement's error, and a connection's error, which has no prefix. */
const failures = ['D1_ERROR: D1 DB is overloaded. Requests queued for too long.', 'Network connection lost.'];

interface Losing {
  authorization: string;
  /** Number of the first round trip that fails, counted from 1. All later round trips fail too. */
  lostAt: number;
  sent: Sent | undefined;
}

/** Sends a request to an isolate with empty caches. `lost` is the number of round trips that the request made. */
export async function askLosing(
  method: string,
  path: string,
  { authorization, lostAt, sent }: Losing,
): Promise<Answer & { lost: boolean }> {
  let lost = false;
  const d1 = pausedD1(env.DB, async (trip) => {
    lost ||= trip >= lostAt;
    if (lost) throw new Error(failures[trip % failures.length]);
  });
  const deferred: Promise<unknown>[] = [];
  const defer = (work: Promise<unknown>) => void deferred.push(work.catch(() => {}));
  const app = testApp({ db: database(d1), directory: database(d1), queues: losingQueues().queues, defer });
  const answer = await clientOf(authorization, app.fetch).send(method, path, sent);
  await Promise.all(deferred);
  return { ...answer, lost };
}
