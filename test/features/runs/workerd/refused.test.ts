// Tests which versions have no runs, and that no waiting run is reported where none is.
import { expect, test } from 'vitest';
import { clientOf } from '../../../support/client.ts';
import { testApp } from '../../../support/deps.ts';
import { adminAuthorization, organization } from '../../../support/scenes/organization.ts';
import { firstId, stage } from '../../../support/scenes/staged.ts';

test('a version that was tried has no runs before its approval', async () => {
  const org = await organization();
  await stage(org, { realtime: true }, { stage: true });
  await org.post(`${org.plugins}/${firstId}/try`, { inputs: { text: 'hi' } });
  expect((await org.post(`${org.plugins}/${firstId}/runs`, { input: { format: 'jsonl' } })).status).toBe(400);
});

test('the age of waiting runs is 0 if none waits', async () => {
  const { fetch } = testApp();
  const { text } = await clientOf(adminAuthorization, fetch).get('/metrics');
  expect(text).toContain('slipway_queue_oldest_seconds{queue="runs"} 0\n');
});
