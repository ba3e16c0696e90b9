// Tests that the event about an advisory reaches a webhook.
import { expect, test } from 'vitest';
import { sweepAffected } from '../../../../src/advisories/announce.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { affect, know } from '../../../support/scenes/advisories.ts';
import { deliverEvents, webhook, webhookScene } from '../scenes/webhooks.ts';

test('the event about an advisory reaches a webhook', async () => {
  const s = await webhookScene();
  await publish(s.org, plugin());
  await s.org.post(`${s.org.plugins}/hello_ext_1_0_0/deploy`, { deployment_type: 'batch_only' });
  const hook = await webhook(s, { events: ['version.affected'] });
  await know({ id: 'GHSA-sent', severity: 'low' });
  await affect(s.org, 'hello_ext@1.0.0', ['GHSA-sent']);
  await sweepAffected(s.deps);
  await deliverEvents(s, hook);
  expect(s.receiver.calls.map(({ body }) => JSON.parse(body).type)).toEqual(['version.affected']);
});
