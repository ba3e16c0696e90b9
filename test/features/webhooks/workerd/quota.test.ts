// Tests the quota for webhooks.
import { expect, test } from 'vitest';
import { quotaTable } from '../../../../src/contract/limits/quotas.ts';
import { clientOf } from '../../../support/client.ts';
import { testApp } from '../../../support/deps.ts';
import { adminAuthorization, organization } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';

const { fetch } = testApp({ queues: losingQueues().queues });
const operator = clientOf(adminAuthorization, fetch);
const resource = 'webhook_endpoints';

test('one of three concurrent requests for a webhook fits', async () => {
  const org = await organization({ fetch });
  const path = `/v1/admin/organizations/${org.id}`;
  const usage = async () => Object((await operator.get(path)).body).quotas[resource];
  expect(await usage()).toEqual({ used: 0, max_allowed: 50 });
  await operator.send('PATCH', `${path}/quotas`, { body: { [resource]: 1 } });
  const names = ['one', 'two', 'three'];
  const answers = await Promise.all(
    names.map((name) => org.post('/v1/webhooks', { url: `https://hooks.example.com/${name}` })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403]);
  const message = `This organization has 1 of 1 webhooks. ${quotaTable[resource].remedy}.`;
  const details = { resource, current_count: 1, max_allowed: 1 };
  const [rejected] = answers.filter(({ status }) => status === 403);
  expect(rejected?.body).toMatchObject({
    error: { type: 'QuotaExceededError', message, details },
    detail: { type: 'QuotaExceededError', message, details },
  });
  expect(await usage()).toEqual({ used: 1, max_allowed: 1 });
});
