// Counts the D1 round trips of a plugin call and of the console's start page for each kind of actor: a person or a CI job costs as many as
// a key. The organization has no issuer of its own.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { database } from '../../../../src/db/client.ts';
import { type Client, clientOf, type Fetch } from '../../../support/client.ts';
import { countedD1 } from '../../../support/database/round-trips.ts';
import { testApp } from '../../../support/deps.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { jobFor } from '../../../support/scenes/people.ts';
import { waitFor } from '../../../support/waiting.ts';
import { peopleScene } from '../scenes/sign-in.ts';

const { clock, join, org } = await peopleScene();
const counted = countedD1(env.DB);
await publish(org, plugin({ realtime: true }));
await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);
const status = () => org.get(`${org.plugins}/hello_ext_1_0_0/status`);
await waitFor(async () => expect((await status()).body).toMatchObject({ status: 'DEPLOYED' }), { interval: 100 });

/** Returns a client for an isolate that hasn't seen the actor. */
type Actor = (fetch: Fetch) => Client;

const byKey =
  (secret: string): Actor =>
  (fetch) =>
    clientOf(`Bearer ${secret}`, fetch);

const byCookie =
  (cookie: string, csrf: string): Actor =>
  (fetch) => {
    const anonymous = clientOf(null, fetch);
    const headers = { cookie, 'slipway-csrf': csrf, 'sec-fetch-site': 'same-origin' };
    return { ...anonymous, send: (method, path, sent) => anonymous.send(method, path, { ...sent, headers }) };
  };

const signedInModel = z.object({ csrf_token: z.string() });

async function keySession(): Promise<Actor> {
  const { body, headers } = await org.post('/v1/session');
  return byCookie((headers.get('set-cookie') ?? '').split(';')[0] ?? '', signedInModel.parse(body).csrf_token);
}

async function person(): Promise<{ session: Actor; key: Actor }> {
  const account = { sub: 'ana', email: 'ana@example.com', email_verified: true, name: 'Ana' };
  const { browser } = await join(account);
  const { body } = await browser.get('/v1/session');
  const made = await browser.send('POST', '/v1/person/keys', { name: 'laptop' });
  const cookie = `__Host-slipway=${browser.cookies.get('__Host-slipway')}`;
  return {
    session: byCookie(cookie, signedInModel.parse(body).csrf_token),
    key: byKey(z.object({ api_key: z.string() }).parse(made.body).api_key),
  };
}

const { key, session } = await person();
const actors: [string, Actor][] = [
  ["an organization's key", byKey(org.key)],
  ["a session of an organization's key", await keySession()],
  ["a person's key", key],
  ["a person's session", session],
  ['a CI job', byKey((await jobFor(org, 'hello_ext')).key)],
];

async function trips(client: Client, requests: [method: string, path: string, body?: object][]): Promise<number> {
  return counted.during(async () => {
    for (const [method, path, body] of requests) {
      const answer = await client.send(method, path, body ? { body } : {});
      expect(answer.status, path).toBe(200);
    }
  });
}

function freshIsolate(): Fetch {
  return testApp({ db: database(counted.db), clock }).fetch;
}

test.each(actors)(
  "a first call costs one round trip, a session's one more, and the next none: %s",
  async (who, actor) => {
    const client = actor(freshIsolate());
    const path = `${org.plugins}/hello_ext_1_0_0/realtime/test`;
    const call = () => trips(client, [['POST', path, { inputs: { text: 'hello' } }]]);
    expect([await call(), await call()]).toEqual([who.includes('session') ? 2 : 1, 0]);
  },
);

/** The requests of the console's start page (src/console/routes/overview.ts). A CI job has none. */
const startPage: [method: string, path: string][] = [
  ['GET', '/v1/session'],
  ['POST', '/v1/namespaces/list?limit=100'],
  ['GET', `${org.plugins}/by-name?limit=1000`],
  ['GET', `/v1/namespaces/${org.namespaceId}/deployments?limit=50`],
  ['GET', '/v1/quotas'],
  ['GET', '/v1/keys?limit=1000'],
];

test.each(actors.slice(0, -1))(
  'the start page costs one round trip a request, and one for the first: %s',
  async (_, actor) => {
    const client = actor(freshIsolate());
    const page = () => trips(client, startPage);
    expect([await page(), await page()]).toEqual([startPage.length + 1, startPage.length]);
  },
);
