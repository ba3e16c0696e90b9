// Members of an organization, and what their keys may do.
import { z } from 'zod';
import { type Client, clientOf } from '../../../support/client.ts';
import { clockAt } from '../../../support/deps.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { type Account, appWith, Browser, invitationOf, issuerOf, provider, signIn } from './sign-in.ts';

export const day = 86_400_000;

const keyModel = z.object({ key_id: z.string(), api_key: z.string(), scopes: z.array(z.string()) });

export async function scene() {
  const clock = clockAt(Date.now());
  const at = await provider(clock);
  const app = appWith(clock, at);
  /** Another isolate, with a cache of its own. */
  const other = appWith(clock, at);
  const org = await organization({ fetch: app.fetch });
  const issuer = await issuerOf(app, at);
  const join = async (account: Account, role: string, fields: object = {}) => {
    const browser = new Browser(app);
    const invited = await org.post('/v1/invitations', { email: account.email, role, ...fields });
    const { secret } = invitationOf(invited.body);
    await signIn(browser, at, { issuer_id: issuer, invitation: secret }, account);
    const { body } = await browser.get('/v1/person');
    const { person_id: id } = z.object({ person_id: z.string() }).parse(body);
    const elsewhere = new Browser(other);
    elsewhere.cookies.set('__Host-slipway', browser.cookies.get('__Host-slipway') ?? '');
    return { id, browser, elsewhere, path: `/v1/members/${id}` };
  };
  const keyOf = async (browser: Browser, fields: object = {}) => {
    const key = keyModel.parse((await browser.send('POST', '/v1/person/keys', { name: 'laptop', ...fields })).body);
    const client = (fetch: Client['fetch']) => clientOf(`Bearer ${key.api_key}`, fetch);
    return { ...key, client: client(app.fetch), elsewhere: client(other.fetch) };
  };
  return { ...app, app, clock, at, org, issuer, join, keyOf };
}

export const statusOf = async (client: { get(path: string): Promise<{ status: number }> }) =>
  (await client.get('/v1/session')).status;
