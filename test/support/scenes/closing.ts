// An organization whose deletion the test advances with its own clock. All messages get lost, except those that stop instances.
import type { Deps } from '../../../src/deps.ts';
import { stopDueInstances } from '../../../src/instances/fleets/stop.ts';
import { sweepOrganizations } from '../../../src/organizations/remove.ts';
import { sweep } from '../../../src/sweep.ts';
import { clockAt, type TestApp, type TestClock, testApp } from '../deps.ts';
import { losingQueues } from '../workers/losing-queues.ts';
import { type World, world } from './authorization-world.ts';
import { storeSecret } from './secrets.ts';

export const hour = 3_600_000;
export const day = 24 * hour;

export interface ClosingScene extends World, TestApp {
  clock: TestClock;
  /** Lets this much time pass, with this number of sweeps by this worker. */
  pass(ms: number, sweeps: number, by?: Deps): Promise<void>;
  /** Removes what is left of closed organizations, by this number of sweeps without their other steps. */
  remove(sweeps: number, by?: Deps): Promise<void>;
}

/** Returns an organization with rows in almost every table. */
export async function closingScene(name: string): Promise<ClosingScene> {
  const clock = clockAt(Date.now());
  const { queues, sent } = losingQueues();
  const app = testApp({ clock, queues });
  const made = await world(name, app.fetch);
  const { org } = made;
  await storeSecret({ namespaceId: org.namespaceId, name: `TOKEN_OF_${name}`, value: `s-${name}` });
  const pass = async (ms: number, sweeps: number, by: Deps = app.deps) => {
    for (let i = 0; i < sweeps; i++) {
      clock.advance(Math.ceil(ms / sweeps));
      await sweep(by);
      for (const message of sent.splice(0))
        if (message.type === 'stop-instances') await stopDueInstances(by, message.id);
    }
    await app.settled();
  };
  const remove = async (sweeps: number, by: Deps = app.deps) => {
    for (let i = 0; i < sweeps; i++) await sweepOrganizations(by);
  };
  return { ...made, ...app, clock, pass, remove };
}
