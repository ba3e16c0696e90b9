// Tests the heartbeat, which tells readers of a replica how old its data is.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { database } from '../../src/db/client.ts';
import { heartbeats } from '../../src/db/schema/heartbeat.ts';
import { keepBeating } from '../../src/serve/heartbeat.ts';
import { clockAt, testApp } from '../support/deps.ts';

const db = database(env.DB);
const now = Date.parse('2026-11-20T12:00:00Z');

async function beats(at: number, nearest: () => typeof db | null = () => db) {
  const { deps } = testApp({ clock: clockAt(at), nearest });
  await keepBeating(deps, 1);
  return db.select().from(heartbeats);
}

test('a database without replicas has no heartbeat', async () => {
  expect(await beats(now, () => null)).toEqual([]);
});

test("a heartbeat never goes back in time, even if another cron handler's clock is behind", async () => {
  expect(await beats(now)).toEqual([{ id: 1, at: now }]);
  expect(await beats(now - 1)).toEqual([{ id: 1, at: now }]);
  expect(await beats(now + 1)).toEqual([{ id: 1, at: now + 1 }]);
});
