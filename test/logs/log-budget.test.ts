// Tests the logs of an organization that exceeds its daily budget: what is stored, and the lines about dropped output.
import { expect, test } from 'vitest';
import { setQuotas } from '../../src/access/organizations.ts';
import { chunkName, type LogChunk, type LogSource } from '../../src/contract/builder/logs/chunk.ts';
import { quotaTable } from '../../src/contract/limits/quotas.ts';
import { selectAllUsage } from '../../src/limits/quotas.ts';
import { storeOutput } from '../../src/logs/isolate-output.ts';
import { readLog } from '../../src/logs/read-log.ts';
import { storedLogs, storeLogs } from '../../src/logs/stored-chunks.ts';
import { collect } from '../../src/registry/storage/collector.ts';
import { deploy, type Scene, scene } from '../support/scenes/scene.ts';

/** A line with this text takes up 100 bytes when it is stored. */
const text = 'x'.repeat(38);
const lineBytes = 100;
const dayMs = 86_400_000;
const writer = '0000000a';

interface Printing extends Scene {
  id: Awaited<ReturnType<typeof deploy>>['id'];
  /** Stores a chunk with this many lines that starts now, and then advances the clock by a second. */
  print(lines: number, id?: string): Promise<unknown[]>;
  stored(id?: string): Promise<string[]>;
  used(): Promise<number | undefined>;
}

async function printing(budget: number | null): Promise<Printing> {
  const s = await scene();
  const { deps, clock, actor } = s;
  await setQuotas(deps, actor.organizationId, { type: 'admin', id: 'tests' }, { log_bytes_per_day: budget });
  const { id: own } = await deploy(s);
  const chunkOf = (lines: number): LogChunk => {
    const at = new Date(clock.now()).toISOString();
    return {
      start: clock.now(),
      writer,
      lines: Array.from({ length: lines }, () => ({ at, stream: 'stdout', line: text })),
    };
  };
  const print: Printing['print'] = async (lines, id = own) => {
    const reported: unknown[] = [];
    const chunk = chunkOf(lines);
    const source: LogSource = {
      unstoredLogs: async () => ({ logs: [{ id, chunks: [chunk] }] }),
      logsStored: async (all) => void reported.push(...all.flatMap(({ chunks }) => chunks)),
    };
    await storeLogs(deps, source, {});
    expect(reported).toEqual([chunkName(chunk)]);
    clock.advance(1000);
    return reported;
  };
  const stored: Printing['stored'] = async (id = own) => {
    const builder = { ...deps.builder, logs: async () => undefined };
    const { lines } = await readLog({ builder, blobs: deps.blobs }, own === id ? own : `dep_${id.slice(4)}`, {
      limit: 100,
    });
    return lines.map(({ line, stream }) => (stream === 'host' ? line : 'stored'));
  };
  const used = async () => {
    const [usage] = await selectAllUsage(deps, actor.organizationId, clock.now());
    return usage?.used.log_bytes_per_day;
  };
  return { ...s, id: own, print, stored, used };
}

const notice = (budget: number) =>
  `Nothing is stored from here until 00:00 UTC: your organization's instances have printed its ${budget} bytes of logs for a day. Print less, or ask your operator for a higher quota log_bytes_per_day.`;

test('lines beyond the budget are dropped but reported as stored, and one line in the log says so', async () => {
  const { print, stored, used } = await printing(250);
  for (let chunks = 0; chunks < 6; chunks++) await print(1);
  expect(await stored()).toEqual(['stored', 'stored', 'stored', notice(250)]);
  expect(await used()).toBe(3 * lineBytes);
});

test('the budget resets at 00:00 UTC, and not before', async () => {
  const { clock, print, stored, used } = await printing(lineBytes);
  await print(1);
  const midnight = Math.ceil(clock.now() / dayMs) * dayMs;
  clock.advance(midnight - 1 - clock.now());
  await print(1);
  expect([await stored(), await used()]).toEqual([['stored', notice(lineBytes)], 0]);
  clock.advance(midnight - clock.now());
  await print(1);
  await print(1);
  expect(await stored()).toEqual(['stored', notice(lineBytes), 'stored', notice(lineBytes)]);
  expect(await used()).toBe(lineBytes);
});

test("a slow clock does not reopen the previous day's budget", async () => {
  const { clock, print, stored } = await printing(2 * lineBytes);
  const midnight = Math.ceil(clock.now() / dayMs) * dayMs;
  clock.advance(midnight - clock.now());
  await print(1);
  clock.advance(-2000);
  await print(1);
  clock.advance(2000);
  await print(1);
  expect(await stored()).toEqual(['stored', 'stored', notice(2 * lineBytes)]);
});

test('a higher budget applies to the next chunk, and a budget of 0 stores nothing', async () => {
  const { actor, deps, print, stored } = await printing(0);
  await print(1);
  expect(await stored()).toEqual([notice(0)]);
  const operator = { type: 'admin', id: 'tests' } as const;
  await setQuotas(deps, actor.organizationId, operator, { log_bytes_per_day: null });
  await print(1);
  expect(await stored()).toEqual([notice(0), 'stored']);
  expect(quotaTable.log_bytes_per_day.fallback).toBe(2 ** 30);
});

test('an organization that has used up its budget does not affect other organizations', async () => {
  const one = await printing(0);
  const other = await printing(null);
  await one.print(1);
  await other.print(1);
  expect([await one.stored(), await other.stored()]).toEqual([[notice(0)], ['stored']]);
});

test('isolate output counts toward the budget, and is dropped like process output', async () => {
  const { deps, id, stored, used } = await printing(lineBytes);
  for (const second of [1, 2, 3]) {
    const line = { at: `2026-11-20T13:00:0${second}.000Z`, stream: 'stdout' as const, line: text };
    await storeOutput(deps, [{ id: `message-${second}`, output: { id, lines: [line] } }]);
  }
  expect([await stored(), await used()]).toEqual([['stored', notice(lineBytes)], lineBytes]);
});

test("lines that could not be stored don't count toward the budget", async () => {
  const { deps, id, clock, used } = await printing(lineBytes);
  const blobs: R2Bucket = Object.assign(Object.create(deps.blobs), {
    put: () => Promise.reject(new Error('the bucket does not answer')),
  });
  const lines = [{ at: new Date(clock.now()).toISOString(), stream: 'stdout' as const, line: text }];
  const source: LogSource = {
    unstoredLogs: async () => ({ logs: [{ id, chunks: [{ start: clock.now(), writer, lines }] }] }),
    logsStored: async () => {},
  };
  await expect(storeLogs({ ...deps, blobs }, source, {})).rejects.toThrow('does not answer');
  expect(await used()).toBe(0);
});

test('lines count as stored bytes until their retention period ends, and are dropped once the quota is used up', async () => {
  const { actor, clock, deps, print, stored, used } = await printing(null);
  const operator = { type: 'admin', id: 'tests' } as const;
  const held = async () => (await selectAllUsage(deps, actor.organizationId, clock.now()))[0];
  const archives = (await held())?.used.stored_bytes ?? 0;
  await setQuotas(deps, actor.organizationId, operator, { stored_bytes: archives + 250 });
  for (let chunks = 0; chunks < 5; chunks++) await print(1);
  const full = expect.stringContaining('its quota stored_bytes is used up');
  expect(await stored()).toEqual(['stored', 'stored', 'stored', full]);
  expect([await used(), (await held())?.held]).toEqual([300, { archives, logs: 300 }]);
  await setQuotas(deps, actor.organizationId, operator, { stored_bytes: archives + 1000 });
  await print(1);
  expect(await stored()).toEqual(['stored', 'stored', 'stored', full, 'stored']);
  clock.advance(deps.retention.instanceLogsMs);
  await collect(deps, storedLogs);
  expect((await held())?.held).toEqual({ archives, logs: 400 });
  clock.advance(dayMs);
  await collect(deps, storedLogs);
  expect((await held())?.held).toEqual({ archives });
});
