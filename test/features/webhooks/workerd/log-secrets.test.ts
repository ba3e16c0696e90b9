// Tests that the request log contains neither the secrets of webhooks nor their URLs.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { jsonLog } from '../../../../src/core/log.ts';
import { testApp } from '../../../support/deps.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';

const hookModel = z.object({ secret: z.string(), endpoint_id: z.string() });

test('the request log contains no secrets and no URLs of webhooks', async () => {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const log = jsonLog({ info: write, warn: write, error: write });
  const org = await organization({ fetch: testApp({ log, queues: losingQueues().queues }).fetch });
  const body = { url: 'https://hooks.example.com/tok-3f9' };
  const hook = hookModel.parse((await org.post('/v1/webhooks', body)).body);
  const again = hookModel.parse((await org.post(`/v1/webhooks/${hook.endpoint_id}/rotate`, {})).body);
  await org.send('POST', '/v1/webhooks', { body, headers: { 'idempotency-key': 'idem-7c1' } });
  const text = lines.join('\n');
  expect(lines.length).toBeGreaterThan(3);
  expect([hook.secret, again.secret, 'tok-3f9', 'idem-7c1'].filter((secret) => text.includes(secret))).toEqual([]);
});
