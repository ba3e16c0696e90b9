// The authorization matrix, held against the app: every operation × every actor, to the status. Who may not know of a thing is
// told the very words of what isn't there, after as many round trips to D1; who is refused changes nothing.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { createApp } from '../../src/api/app.ts';
import { anonymousSurfaces } from '../../src/api/authenticate.ts';
import { openApiDocument } from '../../src/api/openapi/openapi-document.ts';
import { idOf } from '../../src/contract/ids.ts';
import { type Scope, scopes } from '../../src/contract/scopes.ts';
import type { NamespaceId } from '../../src/core/ids.ts';
import { database } from '../../src/db/client.ts';
import { type Ids, missingIds, type World, world } from '../support/authorization-world.ts';
import { type Answer, type Client, clientOf, type Sent } from '../support/client.ts';
import { clockAt, testApp } from '../support/deps.ts';
import { eventsOf } from '../support/events.ts';
import { maskVolatile } from '../support/golden.ts';
import { losingQueues } from '../support/losing-queues.ts';
import { adminAuthorization, clientWithKey, namespaceIn } from '../support/organization.ts';
import { countedD1 } from '../support/round-trips.ts';
import { addressOf, matrix, type Row } from './authorization-matrix.ts';

const counted = countedD1(env.DB);
const clock = clockAt(Date.now());
const app = testApp({ db: database(counted.db), clock, queues: losingQueues().queues });
const mine = await world('mine', app.fetch);
const theirs = await world('theirs', app.fetch);
const lenient = testApp({ ...app.deps, anonymousOrganization: mine.org.id });
const elsewhere = await namespaceIn(mine.org, 'elsewhere');

/** Behind no key: the probe, the document, and the store's stand-in, which checks signatures of its own. */
const open = ['GET /healthz', 'GET /openapi.json'];
const store = ['GET /_s3/*', 'OPTIONS /_s3/*', 'PUT /_s3/*'];
const pages = ['GET /docs', 'GET /docs/', 'GET /docs/{file}'];

test('every route is documented, and has a row', () => {
  const listed = createApp({ makeDeps: () => app.deps });
  const routes = listed.routes.filter(({ method }) => method !== 'ALL');
  const operations = routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  const documented = Object.entries(openApiDocument(listed).paths ?? {}).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect([...new Set(operations)].sort()).toEqual([...store, ...pages, ...documented].sort());
  expect(documented.sort()).toEqual([...open, ...Object.keys(matrix)].sort());
});

const operator = clientOf(adminAuthorization, app.fetch);
const nobody: [who: string, client: Client][] = [
  ['no key', clientOf(null, app.fetch)],
  ['what is no key', clientOf('Bearer nonsense', app.fetch)],
  ['an unknown key', clientOf(`Bearer sk_${'x'.repeat(43)}`, app.fetch)],
  ['what is no key, where none is needed', clientOf('Bearer nonsense', lenient.fetch)],
  ['an expired key', await clientWithKey(mine.org, { expiresAt: clock.now() })],
  ['a revoked key', await clientWithKey(mine.org, { revokedAt: clock.now() })],
];

interface Actor {
  client: Client | ((ids: Ids) => Promise<Client>);
  /** Where what its request uses up is made. */
  world: World;
  /** What it asks for. */
  ids: Ids;
  /** What is nowhere, and has to be answered alike. */
  absent?: Ids;
  status: number;
}

/** What follows from a row for everybody who may ask. */
async function actorsOf(
  operation: string,
  { scope, also = [], of, status = 200 }: Row,
): Promise<Record<string, Actor>> {
  const here = { world: mine, ids: mine.ids };
  const strangers = Object.fromEntries(nobody.map(([who, client]) => [who, { ...here, client, status: 401 }]));
  const admin = (told: number) => ({ ...here, client: operator, status: told });
  if (scope === 'admin')
    return { ...strangers, 'a key': { ...here, client: mine.org, status: 401 }, 'the admin token': admin(status) };
  const needed: Scope[] = scope === null ? [] : [scope, ...also];
  const others = scope === null ? [] : scopes.filter((other) => other !== scope);
  const hidden = of === 'namespace' ? { absent: missingIds } : {};
  const namesOne = operation.includes('{');
  const foreign = { client: theirs.org, world: theirs };
  const inTheirs = { namespace_id: theirs.ids.namespace_id ?? '' };
  return {
    ...strangers,
    'no key, where none is needed': {
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
    "another organization's key": anothers(of, namesOne, { ...foreign, ids: mine.ids }, status),
    ...(/\{namespace_id\}.*\{/.test(operation) && {
      "another organization's key, in its own namespace": {
        ...foreign,
        ids: { ...mine.ids, ...inTheirs },
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

function anothers(of: Row['of'], namesOne: boolean, actor: Omit<Actor, 'status'>, status: number): Actor {
  if (of === 'everyone') return { ...actor, status };
  if (of === 'registrant') return { ...actor, status: 403 };
  return namesOne ? { ...actor, absent: missingIds, status: 404 } : { ...actor, ids: theirs.ids, status };
}

const keys = new Map<string, Client>();

/** The key with these scopes and namespaces; the isolate knows it already. */
async function keyWith(having: Scope[], namespaceIds: NamespaceId[] | null): Promise<Client> {
  const name = JSON.stringify([having, namespaceIds]);
  const known = keys.get(name) ?? (await clientWithKey(mine.org, { scopes: having, namespaceIds }));
  if (!keys.has(name)) await known.post('/v1/namespaces/list');
  keys.set(name, known);
  return known;
}

const namespaceIdOf = (text?: string) => idOf('namespace').parse(text);

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

let made = 0;

async function askPrepared(operation: string, row: Row, actor: Actor): Promise<Answer> {
  made += 1;
  const { ids: fresh = {}, sent }: { ids?: Ids; sent?: Sent } = (await row.ready?.(actor.world, `made_${made}`)) ?? {};
  return ask(operation, row, actor, { ...actor.ids, ...fresh }, sent);
}

/** An answer without the ids that its request named. */
function told({ status, text }: Answer, ids: Ids) {
  const words = Object.values(ids).sort((a, b) => b.length - a.length);
  return { status, text: words.reduce((rest, word) => rest.replaceAll(word, '…'), maskVolatile(text)) };
}

test.each(Object.entries(matrix))('%s', async (operation, row) => {
  const actors = Object.entries(await actorsOf(operation, row));
  const answered: Record<string, number> = {};
  const may = ([, { status }]: [string, Actor]) => status === (row.status ?? 200);
  const before = (await eventsOf(mine.org)).length;
  for (const [who, actor] of actors.filter((actor) => !may(actor))) {
    const start = counted.trips();
    const answer = await ask(operation, row, actor, actor.ids);
    const trips = counted.trips() - start;
    answered[who] = answer.status;
    if (!actor.absent) continue;
    const again = counted.trips();
    const missing = await ask(operation, row, actor, actor.absent);
    const inComparison = { ...told(missing, actor.absent), trips: counted.trips() - again };
    expect({ ...told(answer, actor.ids), trips }, who).toEqual(inComparison);
  }
  expect(await eventsOf(mine.org)).toHaveLength(before);
  for (const [who, actor] of actors.filter(may)) {
    const { status, text } = await askPrepared(operation, row, actor);
    answered[who] = status;
    if (actor.world === theirs && row.of !== 'everyone')
      expect(Object.values(mine.ids).filter((id) => text.includes(id))).toEqual([]);
  }
  expect(answered).toEqual(Object.fromEntries(actors.map(([who, { status }]) => [who, status])));
});
