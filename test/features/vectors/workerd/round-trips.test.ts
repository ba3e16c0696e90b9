// Counts D1 round trips of reconfiguring a namespace with a cached key (design §9).
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { database } from '../../../../src/db/client.ts';
import { countedD1 } from '../../../support/database/round-trips.ts';
import { clockAt, testApp } from '../../../support/deps.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { blockedQueues } from '../../../support/workers/blocked-queues.ts';

const counted = countedD1(env.DB);

test.each([
  ['reconfigure, with nothing to do', 1, false],
  ['reconfigure: read, record the changes, and mark them done', 3, true],
])('the round trips of a request: %s', async (_what, trips, isDeployed) => {
  const { queues, release } = blockedQueues();
  const app = testApp({ db: database(counted.db), clock: clockAt(Date.now()), queues });
  const org = await organization({ fetch: app.fetch });
  await publish(org, plugin());
  await app.settled();
  if (isDeployed) await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);
  release();
  await app.settled();
  const answers: number[] = [];
  const request = async () => answers.push((await org.post(`${org.plugins}/reconfigure`, { confirm: true })).status);
  const took = await counted.during(request);
  expect([answers, took]).toEqual([[200], trips]);
  release();
  await app.settled();
});
