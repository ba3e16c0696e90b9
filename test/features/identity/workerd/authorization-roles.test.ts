// Tests the authorization matrix for people and CI jobs: every operation's status for each role, in a session and with a personal key,
// limited to namespaces or not, and for a job that may publish another plugin. authorization.test.ts has the organizations' keys.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { apiLimits } from '../../../../src/contract/limits/requests.ts';
import { type Scope, scopes } from '../../../../src/contract/scopes.ts';
import type { NamespaceId } from '../../../../src/core/ids.ts';
import { addressOf, matrix, type Row } from '../../../api/access/authorization-matrix.ts';
import { statusOf } from '../../../api/access/authorization-rows.ts';
import { type Client, clientOf } from '../../../support/client.ts';
import { clockAt, testApp } from '../../../support/deps.ts';
import { type Ids, world } from '../../../support/scenes/authorization-world.ts';
import { namespaceIn } from '../../../support/scenes/organization.ts';
import { jobFor } from '../../../support/scenes/people.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';
import { Browser, invitationOf, issuerOf, provider, signIn } from '../scenes/sign-in.ts';

const clock = clockAt(Date.now());
const at = await provider(clock);
const app = testApp({ clock, queues: losingQueues().queues, fetch: at.fetch });
const own = await world('mine', app.fetch);
const elsewhere = await namespaceIn(own.org, 'elsewhere');
const issuer = await issuerOf(app, at);

const plugins: Scope[] = ['plugins:read', 'plugins:write', 'plugins:deploy', 'plugins:invoke'];
const ofRole = {
  owner: scopes,
  admin: scopes.filter((scope) => scope !== 'keys:admin'),
  developer: plugins,
  viewer: ['plugins:read'],
} satisfies Record<string, readonly Scope[]>;

type Role = keyof typeof ofRole;

interface Actor {
  client: Client;
  scopes: readonly Scope[];
  /** The only namespace that it sees. Null for all. */
  sees: NamespaceId | null;
  /** A CI job that may publish another plugin. */
  isJob?: true;
}

/** Signs a new member in, and returns a client that sends the browser's requests. */
async function session(role: Role, sees: NamespaceId | null = null): Promise<Client> {
  const email = `${crypto.randomUUID()}@example.com`;
  const namespaces = sees === null ? {} : { namespace_ids: [sees] };
  const invited = await own.org.post('/v1/invitations', { email, role, ...namespaces });
  const browser = new Browser(app);
  const fields = { issuer_id: issuer, invitation: invitationOf(invited.body).secret };
  await signIn(browser, at, fields, { sub: email, email, email_verified: true, name: role });
  const { body } = await browser.get('/v1/session');
  const { csrf_token: csrf } = z.object({ csrf_token: z.string() }).parse(body);
  const cookie = `__Host-slipway=${browser.cookies.get('__Host-slipway')}`;
  const headers = { cookie, 'slipway-csrf': csrf, 'sec-fetch-site': 'same-origin' };
  const anonymous = clientOf(null, app.fetch);
  const send: Client['send'] = (method, path, sent = {}) =>
    anonymous.send(method, path, { ...sent, headers: { ...headers, ...sent.headers } });
  return { ...anonymous, send };
}

async function personalKey(role: Role, fields: object = {}, sees: NamespaceId | null = null): Promise<Client> {
  const person = await session(role, sees);
  const { body } = await person.send('POST', '/v1/person/keys', { body: { name: 'laptop', ...fields } });
  return clientOf(`Bearer ${z.object({ api_key: z.string() }).parse(body).api_key}`, app.fetch);
}

async function inSession(role: Role): Promise<Actor> {
  return { client: await session(role), scopes: ofRole[role], sees: null };
}

const { namespaceId: here } = own.org;
const reading = { scopes: ['plugins:read'] };
const makers: Record<string, () => Promise<Actor>> = {
  'an owner in a session': () => inSession('owner'),
  'an admin in a session': () => inSession('admin'),
  'a developer in a session': () => inSession('developer'),
  'a viewer in a session': () => inSession('viewer'),
  'a developer of the namespace, with a personal key': async () => ({
    ...{ client: await personalKey('developer', {}, here), scopes: plugins, sees: here },
  }),
  'a developer of another namespace, with a personal key': async () => ({
    ...{ client: await personalKey('developer', {}, elsewhere), scopes: plugins, sees: elsewhere },
  }),
  "an owner's personal key that only reads": async () => ({
    ...{ client: await personalKey('owner', reading), scopes: ['plugins:read'], sees: null },
  }),
  'a CI job of another plugin': async () => ({
    ...{ client: await jobFor(own.org, 'ci_only'), scopes: plugins, sees: here, isJob: true },
  }),
};
const actors = new Map<string, Actor>();
for (const [who, make] of Object.entries(makers)) actors.set(who, await make());

function expectedStatus(operation: string, row: Row, { isJob, scopes: having, sees }: Actor): number {
  const { also = [], of, scope } = row;
  if (scope === 'admin') return 401;
  const needed = scope === null ? [] : [scope, ...also];
  if (!needed.every((one) => having.includes(one))) return 403;
  const allowed = isJob ? jobStatus(row, needed) : (row.asPerson ?? statusOf(row));
  if (sees === null || of === 'everyone' || of === 'visible') return allowed;
  if (of === 'organization') return 403;
  if (of === 'registrant') return operation.includes(' /v1/person/') ? allowed : 403;
  return sees === here ? allowed : 404;
}

/** A job reads and calls all plugins of its namespace, and changes only its own. */
function jobStatus(row: Row, needed: Scope[]): number {
  const isHarmless = needed.every((scope) => scope === 'plugins:read' || scope === 'plugins:invoke');
  return isHarmless ? statusOf(row) : (row.asOtherJob ?? 403);
}

let created = 0;

test.each(Object.entries(matrix))('an operation is allowed for exactly its roles: %s', async (operation, row) => {
  // Wrong admin tokens are counted per minute.
  if (row.scope === 'admin') clock.advance(apiLimits.rateLimitPeriodSeconds * 1000);
  const answered: Record<string, number> = {};
  const expected: Record<string, number> = {};
  for (const [who, actor] of actors) {
    const awaited = expectedStatus(operation, row, actor);
    expected[who] = awaited;
    created += 1;
    const isRefused = awaited === 403 || awaited === 401;
    const fresh: { ids?: Ids; sent?: Row['sent'] } = isRefused
      ? {}
      : ((await row.ready?.(own, `made_${created}`)) ?? {});
    const { method, path } = addressOf(operation, row, { ...own.ids, ...fresh.ids });
    const { status } = await actor.client.send(method, path, fresh.sent ?? row.sent);
    // Some operations look for the namespace before they check the scope.
    const isHidden = row.of === 'namespace' && actor.sees === elsewhere && awaited === 403 && status === 404;
    answered[who] = isHidden ? awaited : status;
    if (operation === 'DELETE /v1/session') actors.set(who, (await makers[who]?.()) ?? actor);
  }
  expect(answered).toEqual(expected);
});
