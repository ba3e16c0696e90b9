// An organization whose work only the sweep does.
import { eq } from 'drizzle-orm';
import { idempotencyKeys } from '../../src/db/schema/access.ts';
import { clockAt, type TestApp, type TestClock, testApp } from '../support/deps.ts';
import { type Organization, organization } from '../support/scenes/organization.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';

export const seconds = 1000;

export const days = 86_400 * seconds;

interface SweepScene extends TestApp {
  org: Organization;
  clock: TestClock;
  sent: ReturnType<typeof losingQueues>['sent'];
}

export async function sweepScene(): Promise<SweepScene> {
  const clock = clockAt(Date.now());
  const { queues, sent } = losingQueues();
  const app = testApp({ clock, queues });
  return { ...app, clock, sent, org: await organization({ fetch: app.fetch }) };
}

export function keyedRow(expiresAt: number) {
  return { id: crypto.randomUUID(), fingerprint: '', claim: '', leaseUntil: 0, expiresAt };
}

export async function keyIsStored({ deps }: Pick<TestApp, 'deps'>, id: string): Promise<boolean> {
  return (await deps.db.select().from(idempotencyKeys).where(eq(idempotencyKeys.id, id))).length > 0;
}
