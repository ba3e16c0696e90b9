// An organization whose messages get lost, so that only the test advances its work, with its own clock.
import type { Deps } from '../../../src/deps.ts';
import { clockAt, type TestApp, type TestClock, testApp } from '../deps.ts';
import { losingQueues } from '../workers/losing-queues.ts';
import { type Organization, organization } from './organization.ts';

export interface LosingScene {
  deps: Deps;
  app: TestApp;
  clock: TestClock;
  sent: ReturnType<typeof losingQueues>['sent'];
  org: Organization;
}

/** Starts the clock at the real time, because signatures can't be verified otherwise. */
export async function losingScene(replacements: Partial<Deps> = {}): Promise<LosingScene> {
  const clock = clockAt(Math.floor(Date.now() / 1000) * 1000);
  const { queues, sent } = losingQueues();
  const app = testApp({ clock, queues, ...replacements });
  return { deps: app.deps, app, clock, sent, org: await organization({ fetch: app.fetch }) };
}

/** Changes the default namespace, which emits `namespace.updated` each time. */
export async function emitEvents({ org }: Pick<LosingScene, 'org'>, times = 1): Promise<void> {
  for (let i = 0; i < times; i++) await org.patch('/v1/namespaces/default', { description: `change ${i}` });
}
