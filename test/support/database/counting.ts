// An organization with a plugin, whose requests' D1 round trips are counted.
import { env } from 'cloudflare:workers';
import { database } from '../../../src/db/client.ts';
import type { Deps } from '../../../src/deps.ts';
import { clockAt, testApp } from '../deps.ts';
import { plugin } from '../plugins/plugin.ts';
import { publish } from '../plugins/publish.ts';
import { organization } from '../scenes/organization.ts';
import { blockedQueues } from '../workers/blocked-queues.ts';
import { countedD1 } from './round-trips.ts';

export const counted = countedD1(env.DB);

export async function counting(replacements: Partial<Deps> = {}) {
  const { queues, release } = blockedQueues();
  const app = testApp({ db: database(counted.db), clock: clockAt(Date.now()), queues, ...replacements });
  const org = await organization({ fetch: app.fetch });
  await publish(org, plugin());
  await app.settled();
  return { org, release, ...app };
}

export type Counting = Awaited<ReturnType<typeof counting>>;

/** Prepares a request. */
type Ready = (scene: Counting) => Promise<() => Promise<{ status: number }>>;

/** A request, and the number of its round trips. The expected status of its response is 200 by default. */
export type Budget = [what: string, trips: number, ready: Ready, status?: number];

/** Returns the statuses of the request's responses, and the number of its round trips. */
export async function cost(
  ready: Ready,
  replacements: Partial<Deps> = {},
): Promise<[statuses: number[], trips: number]> {
  const scene = await counting(replacements);
  const request = await ready(scene);
  scene.release();
  await scene.settled();
  const answers: number[] = [];
  const took = await counted.during(async () => answers.push((await request()).status));
  scene.release();
  await scene.settled();
  return [answers, took];
}
