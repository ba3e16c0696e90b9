// An organization in which a thousand rows become due, and what a step of the sweep costs then.
import { env } from 'cloudflare:workers';
import type { Deps } from '../../../src/deps.ts';
import { countedRows, noRows } from '../database/d1-rows.ts';
import { clockAt, testApp } from '../deps.ts';
import { losingQueues } from '../workers/losing-queues.ts';
import { organization } from './organization.ts';

export const due = { from: 1, times: 1000 };

export async function dueScene() {
  const clock = clockAt(Date.now());
  const { queues, sent } = losingQueues();
  const { deps, fetch } = testApp({ clock, queues });
  const org = await organization({ fetch });
  const old = String(clock.now() - 3_600_000);
  const run = (statement: string) => env.DB.prepare(statement).run();
  return { deps, org, old, run, sent };
}

/** Returns the number of rows that the step reads, and the messages that it sends. */
export async function costOf(
  { deps, sent }: Awaited<ReturnType<typeof dueScene>>,
  step: (deps: Deps) => Promise<unknown>,
): Promise<{ rows: number; messages: number }> {
  const counts = noRows();
  const before = sent.length;
  await countedRows(counts, () => step(deps));
  return { rows: counts.read, messages: sent.length - before };
}
