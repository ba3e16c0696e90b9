// A worker that dies after a number of D1 round trips.
import { env } from 'cloudflare:workers';
import { database } from '../../../src/db/client.ts';
import type { Deps, MessageSender } from '../../../src/deps.ts';
import { pausedD1 } from '../database/paused-d1.ts';

/** Returns Deps that can reach nothing after this many round trips, as if their process had been killed. */
export function killedAfter(deps: Deps, trips: number) {
  let isKilled = false;
  const alive = <Given extends unknown[], Result>(work: (...given: Given) => Result) => {
    return (...given: Given): Result => {
      if (isKilled) throw new Error('killed');
      return work(...given);
    };
  };
  const db = database(
    pausedD1(env.DB, async (nth) => {
      isKilled ||= nth > trips;
      if (isKilled) throw new Error('killed');
    }),
  );
  const { scans, deployments, runs, ...others } = deps.queues;
  const aliveQueue = ({ send, sendBatch }: MessageSender): MessageSender => ({
    send: alive(send),
    sendBatch: alive(sendBatch),
  });
  const dying: Deps = {
    ...deps,
    db,
    queues: { ...others, scans: aliveQueue(scans), deployments: aliveQueue(deployments), runs: aliveQueue(runs) },
    fetch: alive(deps.fetch),
    defer: (work) => deps.defer(work.catch(() => {})),
    builder: {
      ...deps.builder,
      fetchSource: alive(deps.builder.fetchSource),
      start: alive(deps.builder.start),
      capabilities: alive(deps.builder.capabilities),
    },
  };
  return { dying, wasKilled: () => isKilled };
}
