// Tests that wrong invitations count apart from wrong admin tokens and sign-in links.
import { expect, test } from 'vitest';
import { clientOf, origin } from '../../../support/client.ts';
import { clockAt, testApp } from '../../../support/deps.ts';
import { adminAuthorization } from '../../../support/scenes/organization.ts';

test('failures with other secrets keep no address from using an admin token, a link or an invitation', async () => {
  const app = testApp({ clock: clockAt(Date.UTC(2026, 0, 1)) });
  const wrong = clientOf(null, app.fetch);
  const post = (to: string, body: object) => wrong.send('POST', to, { body, headers: { origin } });
  const tries = {
    '/v1/session/links/use': { link: `sl_${'x'.repeat(43)}` },
    '/v1/sign-in/invitation': { invitation: `si_${'x'.repeat(43)}` },
  };
  for (const [to, body] of Object.entries(tries)) {
    const answers = [];
    for (let i = 0; i < 42; i++) answers.push((await post(to, body)).status);
    expect([to, new Set(answers)]).toEqual([to, new Set([401])]);
  }
  const operator = clientOf(adminAuthorization, app.fetch);
  expect((await operator.get('/v1/admin/organizations')).status).toBe(200);
});
