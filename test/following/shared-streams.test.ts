// Tests that followers share: one of them reads for all, each key and organization has a share of the streams, and a stream ends with
// its caller's right.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { streamShares } from '../../src/contract/limits/event-streams.ts';
import { sha256Hex } from '../../src/core/digest.ts';
import { database } from '../../src/db/client.ts';
import { apiKeys } from '../../src/db/schema/access.ts';
import { origin } from '../support/client.ts';
import { countedD1 } from '../support/database/round-trips.ts';
import { testApp } from '../support/deps.ts';
import { keyOf, organization } from '../support/scenes/organization.ts';
import { publishVersion, releasing } from '../support/scenes/releasing.ts';
import { waitFor } from '../support/waiting.ts';

const { builder } = testApp().deps;
const counted = countedD1(env.DB);
let logReads = 0;
const counting: typeof builder = {
  ...builder,
  logs: (id, from) => {
    logReads += 1;
    return builder.logs(id, from);
  },
};

type World = Awaited<ReturnType<typeof releasing>>;
let r: World;
beforeAll(async () => {
  r = await releasing(undefined, { db: database(counted.db), builder: counting });
});

/** Opens a stream and reads its events' names in the background. */
async function opened(path: string, key = r.org.key) {
  const request = new Request(`${origin}${path}`, { headers: { authorization: `Bearer ${key}` } });
  const response = await r.org.fetch(request);
  const isStream = response.status === 200;
  const reader = isStream ? response.body?.getReader() : undefined;
  const got: string[] = [];
  const stream = { status: response.status, response, got, text: '', hasEnded: false, close: () => reader?.cancel() };
  void (async () => {
    for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
      const text = new TextDecoder().decode(piece.value);
      stream.text += text;
      got.push(...[...text.matchAll(/^event: (.*)$/gm)].map(([, name = '']) => name));
    }
    stream.hasEnded = isStream;
  })();
  onTestFinished(async () => {
    await reader?.cancel();
  });
  return stream;
}

/** The lines that the plugin printed, in order. */
function linesOf(text: string): string[] {
  return [...text.matchAll(/"line":"(said [a-z]+)"/g)].map(([, line = '']) => line);
}

const followersMany = 20;

async function newDeployment(version: string): Promise<string> {
  await publishVersion(r.org, version);
  const { body } = await r.org.post(`${r.org.plugins}/hello_ext_${version.replaceAll('.', '_')}/deploy`);
  const id = z.object({ deployment_id: z.string() }).parse(body).deployment_id;
  return `/v1/namespaces/${r.org.namespaceId}/deployments/${id}`;
}

const changes = {
  release: async () => ({ at: `${r.one}/events`, change: () => r.org.post(`${r.one}/pause`), news: 'release' }),
  deployment: async () => {
    const deployment = await newDeployment('1.0.2');
    return { at: `${deployment}/events`, change: () => r.org.post(`${deployment}/cancel`), news: 'end' };
  },
};

test.each(Object.entries(changes))('many followers of one %s cost one reader', async (_kind, prepare) => {
  const { at, change, news } = await prepare();
  const streams = await Promise.all(Array.from({ length: followersMany }, () => opened(at)));
  await waitFor(() => expect(streams.every(({ got }) => got.length > 0)).toBe(true));
  const before = streams.map(({ got }) => got.length);
  const trips = await counted.during(async () => {
    expect((await change()).status).toBe(200);
    await waitFor(() => expect(streams.every(({ got }, i) => got.slice(before[i]).includes(news))).toBe(true));
  });
  // The change itself makes about five.
  expect(trips).toBeLessThan(followersMany);
});

test('many followers of one log cost one reader, and each gets every line', async () => {
  const path = `${r.org.plugins}/hello_ext_1_0_0/logs?follow=true`;
  const streams = await Promise.all(Array.from({ length: followersMany }, () => opened(path)));
  const read = logReads;
  await waitFor(() => expect(logReads - read).toBeGreaterThan(2));
  const first = logReads;
  await waitFor(() => expect(logReads - first).toBeGreaterThan(2));
  expect(logReads - first).toBeLessThan(followersMany);
  const lines = ['said one', 'said two', 'said three'];
  for (const say of lines) await r.org.post(`${r.org.plugins}/hello_ext_1_0_0/realtime/test`, { inputs: { say } });
  await waitFor(() => expect(streams.map(({ text }) => linesOf(text))).toEqual(streams.map(() => lines)));
});

async function waitingCall(): Promise<string> {
  const { headers } = await r.org.send('POST', `${r.org.plugins}/hello_ext_1_0_0/realtime/test`, {
    body: { inputs: {} },
    headers: { prefer: 'respond-async' },
  });
  return headers.get('location') ?? '';
}

test('many requests that wait for one later call cost one reader, and each gets its state', async () => {
  const at = await waitingCall();
  const wait = () => r.org.send('GET', at, { headers: { prefer: 'wait=2' } });
  const waiting = () => Promise.all(Array.from({ length: followersMany }, wait));
  const trips = await counted.during(async () => {
    expect((await waiting()).map(({ body }) => Object(body).status)).toEqual(Array(followersMany).fill('queued'));
  });
  // Each request looks up its key and the call by itself, and would look at the call eight times more if it were alone.
  expect(trips).toBeLessThan(4 * followersMany);
  const both = waiting();
  await r.org.del(at);
  expect((await both).map(({ body }) => Object(body).status)).toEqual(Array(followersMany).fill('cancelled'));
});

test('a stream whose reader leaves before its first event gives its place back', async () => {
  const key = await keyOf(r.org);
  for (let round = 0; round < 3; round++) {
    const streams = await Promise.all(
      Array.from({ length: streamShares.perKey }, () => opened(`${r.one}/events`, key)),
    );
    expect(new Set(streams.map(({ status }) => status))).toEqual(new Set([200]));
    await Promise.all(streams.map(({ close }) => close()));
  }
});

test("a request that would wait beyond its key's share gets 429", async () => {
  const at = await waitingCall();
  const key = await keyOf(r.org);
  const open = Array.from({ length: streamShares.perKey }, () => opened(`${r.one}/events`, key));
  expect(new Set((await Promise.all(open)).map(({ status }) => status))).toEqual(new Set([200]));
  const read = (headers: Record<string, string>) =>
    r.org.fetch(new Request(`${origin}${at}`, { headers: { authorization: `Bearer ${key}`, ...headers } }));
  expect([(await read({ prefer: 'wait=5' })).status, (await read({})).status]).toEqual([429, 200]);
});

test('the end of the first follower does not end the others, and a late one gets the present state', async () => {
  const at = await newDeployment('1.0.3');
  const first = await opened(`${at}/events`);
  const second = await opened(`${at}/events`);
  await waitFor(() => expect([first.got, second.got]).toEqual([['status'], ['status']]));
  await first.close();
  const late = await opened(`${at}/events`);
  await waitFor(() => expect(late.got).toEqual(['status']));
  await r.org.post(`${at}/cancel`);
  await waitFor(() => expect([second.got.at(-1), late.got.at(-1)]).toEqual(['end', 'end']));
  expect([second.hasEnded, late.hasEnded]).toEqual([true, true]);
});

test('a key beyond its streams gets 429 and when to try again, while its organization and others are answered', async () => {
  const [key, other] = [await keyOf(r.org), await keyOf(r.org)];
  const at = await newDeployment('1.0.4');
  const paths = [`${at}/events`, `${r.one}/events`, `${at}/logs?follow=true`];
  const mine = await Promise.all(
    Array.from({ length: streamShares.perKey }, (_, i) => opened(paths[i % paths.length] ?? '', key)),
  );
  expect(new Set(mine.map(({ status }) => status))).toEqual(new Set([200]));
  for (const path of paths) {
    const { response } = await opened(path, key);
    const { error } = z
      .object({ error: z.object({ type: z.string(), message: z.string() }) })
      .parse(await response.json());
    expect([response.status, response.headers.get('retry-after'), error]).toEqual([
      429,
      String(streamShares.retryAfterSeconds),
      {
        type: 'RateLimitError',
        message: `This key already has ${streamShares.perKey} open streams or waiting requests here`,
      },
    ]);
  }
  const left = streamShares.perOrganization - streamShares.perKey;
  const others = await Promise.all(Array.from({ length: left }, () => opened(`${at}/events`, other)));
  expect(new Set(others.map(({ status }) => status))).toEqual(new Set([200]));
  expect((await opened(`${at}/events`)).status).toBe(429);
  const stranger = await organization({ fetch: r.app.fetch });
  expect((await stranger.get(`/v1/namespaces/${stranger.namespaceId}/deployments`)).status).toBe(200);
  await Promise.all([...mine, ...others].map(({ close }) => close()));
  await waitFor(async () => {
    const again = await opened(`${at}/events`, key);
    await again.close();
    expect(again.status).toBe(200);
  });
});

test('every stream of a revoked key ends, and the streams of others continue', async () => {
  const [key, other] = [await keyOf(r.org), await keyOf(r.org)];
  const deployment = await newDeployment('1.0.5');
  const logs = `${r.org.plugins}/hello_ext_1_0_0/logs?follow=true`;
  const paths = [`${r.one}/events`, `${deployment}/events`, `${deployment}/logs?follow=true`, logs];
  const revoked = await Promise.all(paths.map((path) => opened(path, key)));
  const others = await Promise.all(paths.map((path) => opened(path, other)));
  expect(new Set([...revoked, ...others].map(({ status }) => status))).toEqual(new Set([200]));
  await r.app.deps.db
    .update(apiKeys)
    .set({ revokedAt: Date.now() })
    .where(eq(apiKeys.hash, await sha256Hex(key)));
  await waitFor(() => expect(revoked.map(({ hasEnded }) => hasEnded)).toEqual(paths.map(() => true)));
  expect(others.map(({ hasEnded }) => hasEnded)).toEqual(paths.map(() => false));
});
