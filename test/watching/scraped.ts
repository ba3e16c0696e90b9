// Counts calls, and reads the metrics.
import { expect } from 'vitest';
import type { Deps } from '../../src/deps.ts';
import { type CountedCall, callCounters, recordCall } from '../../src/traffic/call-counters.ts';
import { clientOf } from '../support/client.ts';
import type { TestApp } from '../support/deps.ts';
import { adminAuthorization } from '../support/scenes/organization.ts';

export const start = Date.parse('2026-11-20T12:00:00Z');

/** Returns the samples of a scrape by name and labels. */
export async function scrape(app: TestApp): Promise<Map<string, number>> {
  const { status, text } = await clientOf(adminAuthorization, app.fetch).get('/metrics');
  expect(status).toBe(200);
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

export interface Called extends Pick<CountedCall, 'namespaceId' | 'pluginId' | 'end' | 'batch'> {
  tookMs: number;
}

/** Counts calls as an isolate does, and writes the counts to the database. */
export async function countCalls(deps: Deps, calls: readonly Called[]): Promise<void> {
  const counters = callCounters(0);
  const deferred: Promise<unknown>[] = [];
  const counting = { ...deps, defer: (work: Promise<unknown>) => void deferred.push(work) };
  for (const { tookMs, ...call } of calls)
    recordCall(counting, counters, { ...call, caller: 'key', version: '1.0.0', startedAt: deps.clock.now() - tookMs });
  await Promise.all(deferred);
}
