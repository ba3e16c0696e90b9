// Tests that followers of a run share its reads.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { sha256Hex } from '../../../../src/core/digest.ts';
import { database } from '../../../../src/db/client.ts';
import { apiKeys } from '../../../../src/db/schema/access.ts';
import type { Deps } from '../../../../src/deps.ts';
import { origin } from '../../../support/client.ts';
import { countedD1 } from '../../../support/database/round-trips.ts';
import { testApp } from '../../../support/deps.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { keyOf, type Organization, organization } from '../../../support/scenes/organization.ts';
import { waitFor } from '../../../support/waiting.ts';

const followersMany = 20;

interface Followed {
  org: Organization;
  deps: Deps;
  /** Path of a run that waits for its input. */
  run: string;
}

async function followed(replacements: Partial<Deps> = {}): Promise<Followed> {
  const { deps, fetch } = testApp(replacements);
  const org = await organization({ fetch });
  const { plugin_id } = await publish(org, plugin({ realtime: true }));
  await org.post(`${org.plugins}/${plugin_id}/deploy`);
  await waitFor(async () =>
    expect((await org.get(`${org.plugins}/${plugin_id}/status`)).body).toMatchObject({ status: 'DEPLOYED' }),
  );
  const { body } = await org.post(`${org.plugins}/${plugin_id}/runs`, { input: { format: 'csv' } });
  const { run_id } = z.object({ run_id: z.string() }).parse(body);
  return { org, deps, run: `/v1/namespaces/${org.namespaceId}/runs/${run_id}` };
}

/** Follows the run, and reads in the background. */
async function opened({ org, run }: Followed, key = org.key) {
  const headers = { authorization: `Bearer ${key}` };
  const { body, status } = await org.fetch(new Request(`${origin}${run}/events`, { headers }));
  const reader = body?.getReader();
  const stream = { status, text: '', hasEnded: false };
  void (async () => {
    for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read())
      stream.text += new TextDecoder().decode(piece.value);
    stream.hasEnded = true;
  })();
  onTestFinished(async () => {
    await reader?.cancel();
  });
  return stream;
}

test('many followers of one run cost one reader', async () => {
  const counted = countedD1(env.DB);
  const made = await followed({ db: database(counted.db) });
  const streams = await Promise.all(Array.from({ length: followersMany }, () => opened(made)));
  await waitFor(() => expect(streams.every(({ text }) => text.includes('event: run'))).toBe(true));
  const trips = await counted.during(async () => {
    expect((await made.org.post(`${made.run}/cancel`)).status).toBe(200);
    await waitFor(() => expect(streams.every(({ text }) => text.includes('event: end'))).toBe(true));
  });
  // The change itself makes about five.
  expect(trips).toBeLessThan(followersMany);
});

test("a revoked key's stream of a run ends, and the stream of another key continues", async () => {
  const made = await followed();
  const key = await keyOf(made.org);
  const [revoked, other] = [await opened(made, key), await opened(made)];
  expect([revoked.status, other.status]).toEqual([200, 200]);
  await made.deps.db
    .update(apiKeys)
    .set({ revokedAt: Date.now() })
    .where(eq(apiKeys.hash, await sha256Hex(key)));
  await waitFor(() => expect([revoked.hasEnded, other.hasEnded]).toEqual([true, false]));
});
