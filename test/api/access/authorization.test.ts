// Tests the authorization matrix: every operation's status for every actor. If an actor may not know of a resource, the response is the
// same as for a nonexistent one, after the same number of D1 round trips. A rejected request changes nothing.
// Takes 17 s: each of some 280 operations is sent by every actor, and who may do what is what nobody may break unnoticed.
import { env } from 'cloudflare:workers';
import { expect, onTestFinished, test } from 'vitest';
import { anonymousSurfaces } from '../../../src/api/authentication/authenticate.ts';
import { documentOf } from '../../../src/app.ts';
import { idSchema } from '../../../src/contract/ids.ts';
import { apiLimits } from '../../../src/contract/limits/requests.ts';
import { type Scope, scopes } from '../../../src/contract/scopes.ts';
import type { NamespaceId } from '../../../src/core/ids.ts';
import { database } from '../../../src/db/client.ts';
import { features } from '../../../src/features.ts';
import { type Answer, type Client, clientOf, type Fetch, type Sent } from '../../support/client.ts';
import { countedD1 } from '../../support/database/round-trips.ts';
import { clockAt, testApp } from '../../support/deps.ts';
import { eventsOf } from '../../support/events.ts';
import { featureRows } from '../../support/feature-rows.ts';
import { maskVolatile } from '../../support/golden.ts';
import { type Ids, missingIds, type World, world } from '../../support/scenes/authorization-world.ts';
import { adminAuthorization, clientWithKey, namespaceIn } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';
import { addressOf, matrix, type Row } from './authorization-matrix.ts';
import { isUnavailable, statusOf } from './authorization-rows.ts';

const counted = countedD1(env.DB);
const clock = clockAt(Date.now());
const app = testApp({ db: database(counted.db), clock, queues: losingQueues().queues });
const own = await world('mine', app.fetch);
const foreignWorld = await world('theirs', app.fetch);
const lenient = testApp({ ...app.deps, anonymousOrganization: own.org.id });
const elsewhere = await namespaceIn(own.org, 'elsewhere');

/** Operations that need no key: the health check, the document, sign-ins, and the local store, which checks signatures itself. */
const open = [
  'GET /healthz',
  'GET /readyz',
  'GET /openapi.json',
  'POST /v1/session/links/read',
  'POST /v1/session/links/use',
  ...featureRows.flatMap(({ open: own = [] }) => own),
];
const store = ['GET /_s3/*', 'OPTIONS /_s3/*', 'PUT /_s3/*'];
const pages = [
  ...['GET /docs', 'GET /docs/', 'GET /docs/problems', 'GET /docs/problems/{code}', 'GET /docs/groups/{group}'],
  ...['GET /docs/api', 'GET /docs/guides/*', 'GET /docs/pages/*'],
  ...['GET /docs/index.json', 'GET /docs/operations/{operation}', 'GET /docs/operations/{operation}/document.json'],
  'GET /docs/{file}{[a-z][a-z-]*\\.[a-z0-9]+}',
  ...['GET /', 'GET /sign-in', 'GET /events', 'GET /keys', 'GET /quotas', 'GET /quotas/months', 'GET /policy'],
  ...['GET /advisories', 'GET /usage', 'GET /calls', 'GET /calls/{page}'],
  ...['GET /n/{page}{.+}', 'GET /console/assets/{file}'],
  ...featureRows.flatMap(({ undocumented: own = [] }) => own),
  ...features.flatMap(({ pages: own = [] }) => own.map((path) => `GET ${path.replace(/:(\w+)/, '{$1}')}`)),
];

test('every route is documented and has a row', () => {
  const listed = app.app;
  const routes = listed.routes.filter(({ method }) => method !== 'ALL');
  const operations = routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  const documented = Object.entries(documentOf(listed).paths ?? {}).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect([...new Set(operations)].sort()).toEqual([...store, ...pages, ...documented].sort());
  expect(documented.sort()).toEqual([...open, ...Object.keys(matrix)].sort());
});

let requests = 0;
let fresh = app;
/** Uses a new app every thirty requests, so that none has counted enough wrong keys or tokens to refuse any. */
const fetchUncounted: Fetch = (request) => {
  if (requests++ % 30 === 0) fresh = testApp(app.deps);
  return fresh.fetch(request);
};
const operator = clientOf(adminAuthorization, fetchUncounted);
const unauthenticated: [who: string, client: Client][] = [
  ['no key', clientOf(null, fetchUncounted)],
  ['a malformed key', clientOf('Bearer nonsense', fetchUncounted)],
  ['an unknown key', clientOf(`Bearer sk_${'x'.repeat(43)}`, fetchUncounted)],
  ['a malformed key, where anonymous access is allowed', clientOf('Bearer nonsense', lenient.fetch)],
  ['an expired key', await clientWithKey(own.org, { expiresAt: clock.now() })],
  ['a revoked key', await clientWithKey(own.org, { revokedAt: clock.now() })],
];

interface Actor {
  client: Client | ((ids: Ids) => Promise<Client>);
  /** The world in which the resource that its request uses up is created. */
  world: World;
  /** IDs that it requests. */
  ids: Ids;
  /** IDs that don't exist, whose response must be the same. */
  absent?: Ids;
  status: number;
}

/** Derives every actor's expected status from a row. */
async function actorsOf(operation: string, row: Row): Promise<Record<string, Actor>> {
  const { scope, also = [], of, creates } = row;
  const status = statusOf(row);
  const here = { world: own, ids: own.ids };
  const strangers = Object.fromEntries(unauthenticated.map(([who, client]) => [who, { ...here, client, status: 401 }]));
  const admin = (expected: number) => ({ ...here, client: operator, status: expected });
  if (scope === 'admin')
    return { ...strangers, 'a key': { ...here, client: own.org, status: 401 }, 'the admin token': admin(status) };
  const needed: Scope[] = scope === null ? [] : [scope, ...also];
  const others = scope === null ? [] : scopes.filter((other) => other !== scope);
  const hidden = of === 'namespace' ? { absent: missingIds } : {};
  // Without Git, publishing from Git is refused before the namespace is looked up.
  const namesOne = operation.includes('{') && !(isUnavailable(row) && operation.endsWith('/from-git'));
  const foreign = { client: foreignWorld.org, world: foreignWorld };
  const inTheirs = { namespace_id: foreignWorld.ids.namespace_id ?? '' };
  return {
    ...strangers,
    'no key, where anonymous access is allowed': {
      ...here,
      client: clientOf(null, lenient.fetch),
      status: anonymousSurfaces.some((surface) => operation.includes(` ${surface}`)) ? status : 401,
    },
    'the admin token': admin(401),
    'a key without the scope': {
      ...here,
      client: await keyWith(others, null),
      ...(scope === null ? { status } : { status: 403, absent: missingIds }),
    },
    'a key bound to another namespace': {
      ...here,
      client: await keyWith(needed, [elsewhere]),
      status: { namespace: 404, organization: 403, registrant: 403, everyone: status, visible: status }[of],
      ...hidden,
    },
    "another organization's key": foreignActor(of, namesOne, { ...foreign, ids: own.ids }, status),
    ...(!creates &&
      /\{namespace_id\}.*\{/.test(operation) && {
        "another organization's key, in its own namespace": {
          ...foreign,
          ids: { ...own.ids, ...inTheirs },
          absent: { ...missingIds, ...inTheirs },
          status: 404,
        },
      }),
    'a key bound to the namespace': {
      ...here,
      client: ({ namespace_identifier }) => keyWith(needed, [namespaceIdOf(namespace_identifier)]),
      status: of === 'organization' || of === 'registrant' ? 403 : status,
    },
    'a key with the scope alone': { ...here, client: await keyWith(needed, null), status },
  };
}

function foreignActor(of: Row['of'], namesOne: boolean, actor: Omit<Actor, 'status'>, status: number): Actor {
  if (of === 'everyone') return { ...actor, status };
  if (of === 'registrant') return { ...actor, status: 403 };
  return namesOne ? { ...actor, absent: missingIds, status: 404 } : { ...actor, ids: foreignWorld.ids, status };
}

const keys = new Map<string, Client>();

/** Creates a key with these scopes and namespaces, cached by the isolate. */
async function keyWith(having: Scope[], namespaceIds: NamespaceId[] | null): Promise<Client> {
  const name = JSON.stringify([having, namespaceIds]);
  const client = keys.get(name) ?? (await clientWithKey(own.org, { scopes: having, namespaceIds }));
  if (!keys.has(name)) await client.post('/v1/namespaces/list');
  keys.set(name, client);
  return client;
}

const namespaceIdOf = (text?: string) => idSchema('namespace').parse(text);

async function ask(
  operation: string,
  row: Row,
  actor: Pick<Actor, 'client'>,
  ids: Ids,
  sent = row.sent,
): Promise<Answer> {
  const client = typeof actor.client === 'function' ? await actor.client(ids) : actor.client;
  const { method, path } = addressOf(operation, row, ids);
  return client.send(method, path, sent);
}

let minutes = 0;

/** Runs the test in a minute of its own, because wrong admin tokens are counted per minute. Keys stay cached for the other tests. */
function inAnotherMinute(): void {
  minutes += 1;
  const ms = minutes * apiLimits.rateLimitPeriodSeconds * 1000;
  clock.advance(ms);
  onTestFinished(() => clock.advance(-ms));
}

let created = 0;

async function askPrepared(operation: string, row: Row, actor: Actor): Promise<Answer> {
  created += 1;
  const { ids: fresh = {}, sent }: { ids?: Ids; sent?: Sent } =
    (await row.ready?.(actor.world, `made_${created}`)) ?? {};
  return ask(operation, row, actor, { ...actor.ids, ...fresh }, sent);
}

/** Returns the response without the IDs that were in its request. */
function normalized({ status, text }: Answer, ids: Ids) {
  const knownIds = Object.values(ids).sort((a, b) => b.length - a.length);
  return { status, text: knownIds.reduce((rest, id) => rest.replaceAll(id, '…'), maskVolatile(text)) };
}

test.each(Object.entries(matrix))('an operation is allowed for exactly its actors: %s', async (operation, row) => {
  const actors = Object.entries(await actorsOf(operation, row));
  const answered: Record<string, number> = {};
  const may = ([, { status }]: [string, Actor]) => status === statusOf(row);
  const before = (await eventsOf(own.org)).length;
  if (row.scope === 'admin') inAnotherMinute();
  for (const [who, actor] of actors.filter((actor) => !may(actor))) {
    await Promise.all([app.settled(), lenient.settled()]); // keeps the work of earlier requests out of the count
    const start = counted.trips();
    const answer = await ask(operation, row, actor, actor.ids);
    const trips = counted.trips() - start;
    answered[who] = answer.status;
    if (!actor.absent) continue;
    const again = counted.trips();
    const missing = await ask(operation, row, actor, actor.absent);
    const expected = { ...normalized(missing, actor.absent), trips: counted.trips() - again };
    expect({ ...normalized(answer, actor.ids), trips }, who).toEqual(expected);
  }
  expect(await eventsOf(own.org)).toHaveLength(before);
  for (const [who, actor] of actors.filter(may)) {
    const { status, text } = await askPrepared(operation, row, actor);
    answered[who] = status;
    if (actor.world === foreignWorld && row.of !== 'everyone')
      expect(Object.values(own.ids).filter((id) => text.includes(id))).toEqual([]);
  }
  expect(answered).toEqual(Object.fromEntries(actors.map(([who, { status }]) => [who, status])));
});
