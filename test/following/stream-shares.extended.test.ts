// Tests that followers share: one of them reads for all, each key and organization has a share of the streams, and a stream ends with
// its caller's right.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { streamShares } from '../../src/contract/limits/event-streams.ts';
import { sha256Hex } from '../../src/core/digest.ts';
import { apiKeys } from '../../src/db/schema/access.ts';
import { keyOf, organization } from '../support/scenes/organization.ts';
import { waitFor } from '../support/waiting.ts';
import { followersMany, following } from './followers.ts';

const { logReads, r, opened, newDeployment } = await following();

/** The lines that the plugin printed, in order. */
function linesOf(text: string): string[] {
  return [...text.matchAll(/"line":"(said [a-z]+)"/g)].map(([, line = '']) => line);
}

test('many followers of one log cost one reader, and each gets every line', async () => {
  const path = `${r.org.plugins}/hello_ext_1_0_0/logs?follow=true`;
  const streams = await Promise.all(Array.from({ length: followersMany }, () => opened(path)));
  const read = logReads();
  await waitFor(() => expect(logReads() - read).toBeGreaterThan(2));
  const first = logReads();
  await waitFor(() => expect(logReads() - first).toBeGreaterThan(2));
  expect(logReads() - first).toBeLessThan(followersMany);
  const lines = ['said one', 'said two', 'said three'];
  for (const say of lines) await r.org.post(`${r.org.plugins}/hello_ext_1_0_0/realtime/test`, { inputs: { say } });
  await waitFor(() => expect(streams.map(({ text }) => linesOf(text))).toEqual(streams.map(() => lines)));
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
