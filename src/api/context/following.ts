// Lists what can be followed, with the state that an isolate's streams share.
import { following as pace } from '../../contract/limits/event-streams.ts';
import { laterCalls } from '../../contract/limits/serving.ts';
import type { Following } from '../../following/follow.ts';
import { SharedReads } from '../../following/shared-reads.ts';
import { Streams } from '../../following/streams.ts';
import type { DeploymentLook } from '../../pointers/history/changes.ts';
import type { ReleaseInFull } from '../../rollouts/releases/follow.ts';
import type { LogLook } from '../../serve/follow-logs.ts';
import type { LaterCall } from '../../serve/later/later-calls.ts';

/** Everything that can be followed, with one account of the streams. */
export interface FollowingByKind {
  streams: Streams;
  deployments: Following<DeploymentLook>;
  releases: Following<ReleaseInFull>;
  logs: Following<LogLook>;
  laterCalls: Following<LaterCall>;
}

export function newFollowing(): FollowingByKind {
  const streams = new Streams();
  const changing = { minMs: pace.pollMinMs, maxMs: pace.pollMaxMs };
  return {
    streams,
    deployments: { streams, reads: new SharedReads(changing) },
    releases: { streams, reads: new SharedReads({ minMs: pace.releaseMinMs, maxMs: pace.releaseMaxMs }) },
    logs: { streams, reads: new SharedReads({ minMs: pace.logPollMs, maxMs: pace.logPollMs }) },
    laterCalls: { streams, reads: new SharedReads({ minMs: laterCalls.waitPollMs, maxMs: laterCalls.waitPollMs }) },
  };
}
