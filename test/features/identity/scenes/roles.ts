// People and CI jobs of an organization, and the status that each gets for an operation.
import { z } from 'zod';
import { apiLimits } from '../../../../src/contract/limits/requests.ts';
import { type Scope, scopes } from '../../../../src/contract/scopes.ts';
import type { NamespaceId } from '../../../../src/core/ids.ts';
import { addressOf, type Row } from '../../../api/access/authorization-matrix.ts';
import { statusOf } from '../../../api/access/authorization-rows.ts';
import { type Client, clientOf } from '../../../support/client.ts';
import { clockAt, type TestApp, type TestClock, testApp } from '../../../support/deps.ts';
import { type Ids, type World, world } from '../../../support/scenes/authorization-world.ts';
import { namespaceIn } from '../../../support/scenes/organization.ts';
import { jobFor } from '../../../support/scenes/people.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';
import { Browser, invitationOf, issuerOf, provider, signIn } from './sign-in.ts';

interface RoleWorld extends World {
  app: TestApp;
  at: Awaited<ReturnType<typeof provider>>;
  clock: TestClock;
  issuer: Awaited<ReturnType<typeof issuerOf>>;
  here: NamespaceId;
  elsewhere: NamespaceId;
}

async function roleWorld(): Promise<RoleWorld> {
  const clock = clockAt(Date.now());
  const at = await provider(clock);
  const app = testApp({ clock, queues: losingQueues().queues, fetch: at.fetch });
  const made = await world('mine', app.fetch);
  const here = made.org.namespaceId;
  const elsewhere = await namespaceIn(made.org, 'elsewhere');
  return { ...made, app, at, clock, here, elsewhere, issuer: await issuerOf(app, at) };
}

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
async function session(
  { app, at, issuer, org }: RoleWorld,
  role: Role,
  sees: NamespaceId | null = null,
): Promise<Client> {
  const email = `${crypto.randomUUID()}@example.com`;
  const namespaces = sees === null ? {} : { namespace_ids: [sees] };
  const invited = await org.post('/v1/invitations', { email, role, ...namespaces });
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

async function personalKey(
  w: RoleWorld,
  role: Role,
  fields: object = {},
  sees: NamespaceId | null = null,
): Promise<Client> {
  const person = await session(w, role, sees);
  const { body } = await person.send('POST', '/v1/person/keys', { body: { name: 'laptop', ...fields } });
  return clientOf(`Bearer ${z.object({ api_key: z.string() }).parse(body).api_key}`, w.app.fetch);
}

async function inSession(w: RoleWorld, role: Role): Promise<Actor> {
  return { client: await session(w, role), scopes: ofRole[role], sees: null };
}

const reading = { scopes: ['plugins:read'] };
const makers = {
  'an owner in a session': (w) => inSession(w, 'owner'),
  'an admin in a session': (w) => inSession(w, 'admin'),
  'a developer in a session': (w) => inSession(w, 'developer'),
  'a viewer in a session': (w) => inSession(w, 'viewer'),
  'a developer of the namespace, with a personal key': async (w) => ({
    ...{ client: await personalKey(w, 'developer', {}, w.here), scopes: plugins, sees: w.here },
  }),
  'a developer of another namespace, with a personal key': async (w) => ({
    ...{ client: await personalKey(w, 'developer', {}, w.elsewhere), scopes: plugins, sees: w.elsewhere },
  }),
  "an owner's personal key that only reads": async (w) => ({
    ...{ client: await personalKey(w, 'owner', reading), scopes: ['plugins:read'], sees: null },
  }),
  'a CI job of another plugin': async (w) => ({
    ...{ client: await jobFor(w.org, 'ci_only'), scopes: plugins, sees: w.here, isJob: true },
  }),
} satisfies Record<string, (w: RoleWorld) => Promise<Actor>>;

export type Who = keyof typeof makers;

function expectedStatus({ here }: RoleWorld, operation: string, row: Row, actor: Actor): number {
  const { isJob, scopes: having, sees } = actor;
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

/** Expected statuses, for those who ask. */
type Statuses = Partial<Record<Who, number>>;

/** Returns a function that has each of them do an operation. It returns the status that each should get, and got. */
export async function askingAs(
  whos: readonly Who[],
): Promise<(operation: string, row: Row) => Promise<{ expected: Statuses; answered: Statuses }>> {
  const w = await roleWorld();
  const actors = new Map<Who, Actor>();
  for (const who of whos) actors.set(who, await makers[who](w));
  let created = 0;
  return async (operation, row) => {
    // Wrong admin tokens are counted per minute.
    if (row.scope === 'admin') w.clock.advance(apiLimits.rateLimitPeriodSeconds * 1000);
    const answered: Statuses = {};
    const expected: Statuses = {};
    for (const [who, actor] of actors) {
      const awaited = expectedStatus(w, operation, row, actor);
      expected[who] = awaited;
      created += 1;
      const isRefused = awaited === 403 || awaited === 401;
      const fresh: { ids?: Ids; sent?: Row['sent'] } = isRefused
        ? {}
        : ((await row.ready?.(w, `made_${created}`)) ?? {});
      const { method, path } = addressOf(operation, row, { ...w.ids, ...fresh.ids });
      const { status } = await actor.client.send(method, path, fresh.sent ?? row.sent);
      // Some operations look for the namespace before they check the scope.
      const isHidden = row.of === 'namespace' && actor.sees === w.elsewhere && awaited === 403 && status === 404;
      answered[who] = isHidden ? awaited : status;
      if (operation === 'DELETE /v1/session') actors.set(who, await makers[who](w));
    }
    return { expected, answered };
  };
}
