// Tests that a builder's URL that redirects, as a proxy's does that wants HTTPS, isn't followed.
import { expect, test, vi } from 'vitest';
import { askHealth } from '../../../src/builders/client.ts';
import { clientOf } from '../../support/client.ts';
import { testApp } from '../../support/deps.ts';
import { ownBuilder } from '../../support/own-builder.ts';
import { adminAuthorization } from '../../support/scenes/organization.ts';

const { at } = await ownBuilder();
const url = 'http://redirects.internal';

/** Redirects every request to the builder. Follows as workerd does: without the token and the body. */
function redirectAll(): void {
  const real = globalThis.fetch;
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const asked = new URL(input instanceof Request ? input.url : input);
    if (asked.origin !== url) return real(input, init);
    const location = at.url + asked.pathname;
    return init?.redirect === 'manual' ? Response.redirect(location, 301) : real(location);
  });
}

test('a builder whose URL redirects is not added, and the reason has the other URL', async () => {
  redirectAll();
  const { fetch } = testApp({ askBuilder: (asked) => askHealth({ url: asked, token: at.token }) });
  const operator = clientOf(adminAuthorization, fetch);
  const { status, body } = await operator.post('/v1/admin/builders', { name: 'east', url });
  const reason = `The builder's URL redirects to ${at.url}/health. Use the URL of the builder itself.`;
  expect([status, body]).toMatchObject([422, { error: { message: `The builder east was not added. ${reason}` } }]);
  vi.restoreAllMocks();
});
