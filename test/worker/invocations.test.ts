// Counts an invocation's outgoing requests in the worst case, derived from limits. invocations.extended.test.ts measures a tick of the sweep.
import { expect, test } from 'vitest';
import { uploadBytesMax, windowBytes } from '../../src/contract/limits/archives.ts';
import { builderLimits } from '../../src/contract/limits/builder.ts';
import { deploymentLimits, stepLogPauseMs } from '../../src/contract/limits/deployments.ts';
import { following, streamShares, waitShares } from '../../src/contract/limits/event-streams.ts';
import { eventExport } from '../../src/contract/limits/events.ts';
import { cronMs, leases, sweepLimits } from '../../src/contract/limits/leases.ts';
import { logCollection, namespaceLogs } from '../../src/contract/limits/logs.ts';
import { advisoryLimits, rescanLimits } from '../../src/contract/limits/scans.ts';
import { fleetLimits, laterCalls } from '../../src/contract/limits/serving.ts';
import { messageSchema } from '../../src/contract/messages.ts';
import { type Bounded, featureRows } from '../support/feature-rows.ts';
import { platform, seconds } from './invocation-limits.ts';

const logRounds = cronMs / logCollection.pauseMs;

const { installWaitMs, stoppedAtOnce } = deploymentLimits;

const publishTrips = 6;

/** The platform ends a message's work after this time. */
const messageMs = 15 * 60 * seconds;

const deploymentTrips = 7;

/** Returns the number of writes in a step whose log grows all the time. */
function logWrites(): number {
  let writes = 0;
  for (let at = stepLogPauseMs(0); at < messageMs; at += stepLogPauseMs(at)) writes += 1;
  return writes;
}

/** Most advisories have few hits: one trip reads, one statement removes hits, one writes them, and one ends the match. */
const matchQueries = advisoryLimits.matchesByOne * 4;

/** Invocations that loop, with the limits that end their loops. */
const bounded: Bounded[] = [
  {
    what: 'message `rescan`',
    queries: rescanLimits.sliceVersions * 5 + rescanLimits.sliceChunks * 3,
    others: 0,
  },
  {
    what: 'message `stop-instances`',
    queries: 1 + stoppedAtOnce * 4,
    others: stoppedAtOnce * (3 + builderLimits.logChunksHeld),
  },
  {
    what: 'message `advance-deployment`, without packages that are stored, each of which takes one more of D1',
    queries: deploymentTrips + messageMs / leases.deployment.renewEveryMs + logWrites(),
    others: 20,
  },
  {
    what: 'message `advance-upload`, and `run-hook`, which does the same for a push',
    queries: publishTrips + 10 + messageMs / leases.upload.renewEveryMs + messageMs / leases.upload.renewEveryMs,
    others: 20 + uploadBytesMax / windowBytes,
  },
  {
    what: 'message `run-call`',
    queries: laterCalls.callsOfMessage * 10 + messageMs / leases.laterCall.renewEveryMs,
    others: laterCalls.callsOfMessage * 5,
  },
  {
    what: 'message `call-back`',
    queries: laterCalls.callbacksOfMessage * 6,
    others: laterCalls.callbacksOfMessage * 4,
  },
  {
    what: 'message `find-affected`',
    queries: 4 + sweepLimits.changedByMany + advisoryLimits.indexedAtOnce * 3 + matchQueries,
    others: 2 + sweepLimits.changedByMany,
  },
  {
    what: 'message `instance-crashed`, which asks each instance and moves the name',
    queries: 10,
    others: fleetLimits.instancesMax + 5,
  },
  {
    what: 'cron trigger of logs',
    queries: 2 * logRounds,
    others: 2 * logRounds + logCollection.invocationChunks + builderLimits.logChunksAtOnce,
  },
  {
    what: 'installing from Git, until the queue has published it',
    queries: publishTrips + installWaitMs / waitShares.lookMs,
    others: 3,
  },
  {
    what: 'confirming, until the queue has published it',
    queries: publishTrips + (20 * seconds) / waitShares.lookMs,
    others: 12,
  },
  {
    what: 'a stream that reads for all followers',
    queries: 4 + following.readsMax + following.streamMs / streamShares.checkMs,
    others: following.readsMax,
  },
  {
    what: 'the export of events',
    queries: 3 * eventExport.pages,
    others: eventExport.archives,
  },
  {
    what: 'logs of a namespace',
    queries: 3,
    others: namespaceLogs.deploymentsMax * (2 + namespaceLogs.chunksOfDeployment),
  },
  ...featureRows.flatMap((rows) => rows.bounded ?? []),
];

test.each(bounded)("$what uses at most half of an invocation's limits", ({ queries, others }) => {
  expect(queries).toBeLessThanOrEqual(platform.queries / 2);
  expect(queries + others).toBeLessThanOrEqual(platform.requests / 2);
});

/** Messages that do only one thing, in a few D1 round trips and one request. */
const single = ['enforce-grants', ...featureRows.flatMap((rows) => rows.singleMessages ?? [])];

test('every message has a bound, or does only one thing', () => {
  const types = messageSchema.options.map((option) => option.shape.type.value);
  const listed = types.filter((type) => bounded.some(({ what }) => what.includes(`\`${type}\``)));
  expect([...listed, ...single].toSorted()).toEqual(types.toSorted());
});
