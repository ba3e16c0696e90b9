// Counts D1 round trips of requests with a cached key (design §9), which determine Slipway's latency.
import { expect, test } from 'vitest';
import { database } from '../../../src/db/client.ts';
import { type Counting, cost, counted, counting } from '../../support/database/counting.ts';
import { clockAt, testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, publish, uploaded } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';
import { waitFor } from '../../support/waiting.ts';

test('a confirm costs three round trips, without what features do after it', async () => {
  const ready = async ({ org }: Counting) => {
    const made = plugin({ version: '1.1.0' });
    const upload = await uploaded(org, made, made.zip);
    return () => confirm(org, upload);
  };
  expect(await cost(ready, { features: [] })).toEqual([[200], 3]);
});

test('a request with an uncached key costs one more round trip', async () => {
  const { org } = await counting();
  const { fetch } = testApp({ db: database(counted.db) });
  const request = () =>
    new Request(`http://slipway.test${org.plugins}`, { headers: { authorization: `Bearer ${org.key}` } });
  const ask = async () => expect((await fetch(request())).status).toBe(200);
  expect([await counted.during(ask), await counted.during(ask)]).toEqual([2, 1]);
});

test('a realtime call within ten seconds of the previous one costs no round trip', async () => {
  const app = testApp({ db: database(counted.db), clock: clockAt(Date.now()) });
  const org = await organization({ fetch: app.fetch });
  await publish(org, plugin({ realtime: true }));
  await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);
  const status = () => org.get(`${org.plugins}/hello_ext_1_0_0/status`);
  await waitFor(async () => expect((await status()).body).toMatchObject({ status: 'DEPLOYED' }), {
    interval: 100,
  });
  const call = async () => {
    const { status: answered, body } = await org.post(`${org.plugins}/hello_ext_1_0_0/realtime/test`, {
      inputs: { text: 'hello' },
    });
    expect({ answered, body }).toMatchObject({
      answered: 200,
      body: { status: 'success', raw_response: { inputs: { text: 'hello' } } },
    });
  };
  expect([await counted.during(call), await counted.during(call)]).toEqual([1, 0]);
});
