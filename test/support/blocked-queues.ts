// Queues that take nothing until they are told to, so that what follows an answer isn't counted with it.
import type { Deps } from '../../src/deps.ts';
import { losingQueues } from './losing-queues.ts';

export interface HeldQueues {
  queues: Deps['queues'];
  /** What was sent so far is taken; what is sent from now on waits again. */
  release(): void;
}

export function heldQueues(): HeldQueues {
  const { queues } = losingQueues();
  let held = Promise.withResolvers<void>();
  const sender = { send: () => held.promise };
  return {
    queues: { scans: sender, deployments: sender, deliveries: queues.deliveries, artifacts: queues.artifacts },
    release: () => {
      held.resolve();
      held = Promise.withResolvers<void>();
    },
  };
}
