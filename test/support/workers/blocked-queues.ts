// Queues whose sends block until they are released, so that work after a response isn't counted as part of the request.
import type { Deps } from '../../../src/deps.ts';
import { losingQueues, senderOf } from './losing-queues.ts';

export interface BlockedQueues {
  queues: Deps['queues'];
  /** Completes the pending sends. Later sends block again. */
  release(): void;
}

export function blockedQueues(): BlockedQueues {
  const { queues } = losingQueues();
  let pending = Promise.withResolvers<void>();
  const sender = senderOf(() => pending.promise);
  return {
    queues: { ...queues, scans: sender, deployments: sender, runs: sender },
    release: () => {
      pending.resolve();
      pending = Promise.withResolvers<void>();
    },
  };
}
