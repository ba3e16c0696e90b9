// Tests the stored part of an instance's log, which is read together with the builder's part. Storing it never keeps an instance
// running.
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { ManagedContainer } from '../../src/builders/containers/managed-container.ts';
import { BuilderError } from '../../src/contract/builder/errors.ts';
import {
  chunkName,
  type HeldLog,
  type LogChunk,
  type LogSource,
  logDueHeader,
} from '../../src/contract/builder/logs/chunk.ts';
import type { AwakeSource } from '../../src/contract/builder/machine/reports.ts';
import { builderLimits } from '../../src/contract/limits/builder.ts';
import { containerLimits } from '../../src/contract/limits/containers.ts';
import { idSource } from '../../src/core/ids.ts';
import { deployments } from '../../src/db/schema/deploy.ts';
import { stopDueInstances } from '../../src/instances/fleets/stop.ts';
import { collectLogs, sweepUnstoredLogs } from '../../src/logs/collect.ts';
import { type LogPosition, type LogQuery, linesAfter, readLog } from '../../src/logs/read-log.ts';
import { storedLogs, storeLogs } from '../../src/logs/stored-chunks.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { collect } from '../../src/registry/storage/collector.ts';
import { settingsFor } from '../support/containers/container-scene.ts';
import { FakeContainer } from '../support/containers/fake-container.ts';
import { clockAt, testApp } from '../support/deps.ts';
import { deploy, scene } from '../support/scenes/scene.ts';
import { waitFor } from '../support/waiting.ts';

const newId = idSource(Date.now);
const begin = Date.parse('2026-11-20T12:00:00.000Z');
const { deps } = testApp();
const { blobs, builder } = deps;

function at(second: number): string {
  return new Date(begin + second * 1000).toISOString();
}

/** Returns a chunk that starts at this second and has one line per second. */
function chunk(second: number, lines: string[], writer = '0000000a'): LogChunk {
  const printed = lines.map((line, n) => ({ at: at(second + n), stream: 'stdout' as const, line }));
  return { start: begin + second * 1000, writer, lines: printed };
}

function newDeployment() {
  return newId('deployment');
}

type Deployment = ReturnType<typeof newDeployment>;

/** Returns a source that records which chunks are reported as stored. */
function sourceOf(id: string, chunks: LogChunk[]) {
  const reported: unknown[] = [];
  const source: LogSource & AwakeSource = {
    unstoredLogs: async () => ({ logs: [{ id, chunks }] }),
    logsStored: async (stored) => void reported.push(stored),
    awake: async () => [],
  };
  return { source, reported };
}

async function store(id: string, ...chunks: LogChunk[]): Promise<void> {
  await storeLogs(deps, sourceOf(id, chunks).source, {});
}

/** Reads a log for which the builder has these chunks. */
async function read(id: Deployment, held: LogChunk[] = [], query: Partial<LogQuery> = {}) {
  const log: HeldLog | undefined = held.length > 0 ? { state: 'ready', chunks: held } : undefined;
  const page = await readLog({ blobs, builder: { ...builder, logs: async () => log } }, id, { limit: 100, ...query });
  return { ...page, lines: page.lines.map(({ line }) => line) };
}

test('a chunk that is sent twice is stored once, and reported as stored both times', async () => {
  const id = newDeployment();
  const { source, reported } = sourceOf(id, [chunk(0, ['one']), chunk(5, ['two'])]);
  expect([await storeLogs(deps, source, {}), await storeLogs(deps, source, {})]).toEqual([2, 2]);
  expect((await env.ARCHIVES.list({ prefix: `logs/${id}/` })).objects).toHaveLength(2);
  expect((await read(id)).lines).toEqual(['one', 'two']);
  const names = [chunk(0, []), chunk(5, [])].map(chunkName);
  expect(reported).toEqual([[{ id, chunks: names }], [{ id, chunks: names }]]);
});

test('no chunk is reported as stored if one of them could not be stored', async () => {
  const id = newDeployment();
  const { source, reported } = sourceOf(id, [chunk(0, ['one']), chunk(5, ['two'])]);
  let puts = 0;
  const failing: R2Bucket = Object.assign(Object.create(env.ARCHIVES), {
    put: (key: string, text: string) =>
      ++puts === 1 ? env.ARCHIVES.put(key, text) : Promise.reject(new Error('the bucket does not answer')),
  });
  await expect(storeLogs({ ...deps, blobs: failing }, source, {})).rejects.toThrow('the bucket does not answer');
  expect(reported).toEqual([]);
});

test('a log without a deployment is not stored', async () => {
  const { source, reported } = sourceOf('../archives/x', [chunk(0, ['one'])]);
  await storeLogs(deps, source, {});
  expect((await env.ARCHIVES.list({ prefix: 'logs/../' })).objects).toEqual([]);
  expect(reported).toHaveLength(1);
});

test("stored chunks and the builder's chunks are each read once, in time order", async () => {
  const id = newDeployment();
  const stored = [chunk(0, ['one', 'two'], '0000000b'), chunk(10, ['three'])];
  await store(id, ...stored);
  const held = [...stored.slice(1), chunk(20, ['four']), chunk(30, ['five'])];
  expect(await read(id, held)).toMatchObject({ state: 'ready', lines: ['one', 'two', 'three', 'four', 'five'] });
});

test('a chunk that has grown since it was listed is read from the builder', async () => {
  const id = newDeployment();
  await store(id, chunk(0, ['one']));
  expect((await read(id, [chunk(0, ['one', 'two'])])).lines).toEqual(['one', 'two']);
});

test('pages go back to the first line without gaps or repetitions, even if lines are added meanwhile', async () => {
  const id = newDeployment();
  await store(id, chunk(0, ['1', '2', '3']), chunk(10, ['4']), chunk(20, ['5', '6']));
  let held = [chunk(20, ['5', '6']), chunk(30, ['7', '8'])];
  const pages: string[][] = [];
  let before: LogPosition | null = null;
  do {
    const page: Awaited<ReturnType<typeof read>> = await read(id, held, { limit: 3, ...(before ? { before } : {}) });
    pages.push(page.lines);
    before = page.older;
    held = [chunk(30, ['7', '8', 'new']), chunk(40, ['newer'])];
  } while (before);
  expect(pages).toEqual([
    ['6', '7', '8'],
    ['3', '4', '5'],
    ['1', '2'],
  ]);
});

test('a page ends before it would have to read more than 300 chunks, and the next page continues', async () => {
  const id = newDeployment();
  await store(id, chunk(0, ['0']), chunk(1, ['1']));
  // Creates only the rows, because storing the objects would take seconds.
  const many = Array.from({ length: 300 }, (_, n) => ({ key: `logs/${id}/${chunkName(chunk(301 - n, []))}.ndjson` }));
  const bucket: R2Bucket = Object.assign(Object.create(blobs), {
    list: async (options: R2ListOptions) => {
      const listed = await blobs.list(options);
      return { ...listed, objects: [...many, ...listed.objects].filter(({ key }) => key > (options.startAfter ?? '')) };
    },
    get: async (key: string) =>
      many.some((object) => object.key === key)
        ? new Response(`${JSON.stringify({ at: at(9), stream: 'stdout', line: key })}\n`)
        : blobs.get(key),
  });
  const deps = { blobs: bucket, builder: { ...builder, logs: async () => undefined } };
  const first = await readLog(deps, id, { limit: 1000 });
  expect([first.lines.length, first.lines[0]?.line]).toEqual([300, many[299]?.key]);
  expect(first.older && (await readLog(deps, id, { limit: 9, before: first.older })).lines).toEqual([
    ...chunk(0, ['0']).lines,
    ...chunk(1, ['1']).lines,
  ]);
});

test('a read filtered by time and request returns only those lines', async () => {
  const id = newDeployment();
  const [mine, other] = [newId('request'), newId('request')];
  const now = Date.now();
  const printed = (offset: number, line: string, request?: string) => ({
    ...{ at: new Date(now + offset).toISOString(), stream: 'stdout' as const, line },
    ...(request ? { request } : {}),
  });
  await store(
    id,
    { start: now - 10_000, writer: '0000000a', lines: [printed(-10_000, 'before')] },
    {
      ...{ start: now, writer: '0000000a' },
      lines: [printed(0, 'begins', mine), printed(1, 'other', other), printed(2, 'ends', mine), printed(3, 'idle')],
    },
    { start: now + 7_200_000, writer: '0000000a', lines: [printed(7_200_000, 'too late', mine)] },
  );
  expect((await read(id, [], { request: mine })).lines).toEqual(['begins', 'ends']);
  expect((await read(id, [], { request: mine, limit: 1 })).lines).toEqual(['ends']);
  expect((await read(id, [], { since: new Date(now + 2).toISOString() })).lines).toEqual(['ends', 'idle', 'too late']);
  expect((await read(id, [], { since: new Date(now + 1).toISOString(), request: mine })).lines).toEqual(['ends']);
  expect((await read(id, [], { request: 'unknown' })).lines).toEqual([]);
});

test("a follower continues from its position in the builder's chunks or, if the builder has lost them, in the bucket", async () => {
  const id = newDeployment();
  const after = { chunk: chunkName(chunk(10, [], '0000000b')), lines: 1 };
  const linesBehind = async (held: LogChunk[]) => {
    const { lines, end } = await linesAfter({ blobs }, id, { state: 'ready', chunks: held }, after);
    return { lines: lines.map(({ line }) => line), end };
  };
  const end = { chunk: chunkName(chunk(20, [])), lines: 1 };
  expect(await linesBehind([chunk(10, ['seen', 'new'], '0000000b'), chunk(20, ['newer'])])).toEqual({
    lines: ['new', 'newer'],
    end,
  });
  await store(id, chunk(0, ['old'], '0000000b'), chunk(10, ['seen', 'stored'], '0000000b'));
  expect(await linesBehind([chunk(20, ['restarted'])])).toEqual({ lines: ['stored', 'restarted'], end });
  expect((await linesBehind([])).lines).toEqual(['stored']);
});

test('the sweep stores growing logs, in as many requests as needed', async () => {
  const id = newDeployment();
  const requests: unknown[] = [];
  const all = Array.from({ length: builderLimits.logChunksAtOnce + 1 }, (_, n) => chunk(n, [`${n}`]));
  const source = {
    unstoredLogs: async (request: object) => {
      requests.push(request);
      return { logs: [{ id, chunks: all.splice(0, builderLimits.logChunksAtOnce) }] };
    },
    logsStored: async () => {},
    awake: async () => [],
  };
  await sweepUnstoredLogs({ ...deps, builder: { ...builder, logSources: async () => [source] } });
  expect(requests).toEqual([{ seal: true }, { seal: true }]);
  expect((await env.ARCHIVES.list({ prefix: `logs/${id}/` })).objects).toHaveLength(101);
});

test('the sweep deletes chunks after their retention period, page by page', async () => {
  const id = newDeployment();
  await store(id, ...[0, 1, 2, 3, 4].map((second) => chunk(second, ['old'])));
  const left = async () => (await env.ARCHIVES.list({ prefix: `logs/${id}/` })).objects.length;
  const day = 86_400_000;
  const pages: R2Bucket = Object.assign(Object.create(blobs), {
    list: (options: R2ListOptions) => blobs.list({ ...options, limit: 2, prefix: `logs/${id}` }),
    delete: (keys: string[]) => blobs.delete(keys),
  });
  const { deps } = testApp({ clock: clockAt(Date.now() + 2 * day), blobs: pages });
  const counts: number[] = [];
  for (const days of [3, 3, 3, 1, 1, 1]) {
    await collect({ ...deps, retention: { ...deps.retention, instanceLogsMs: days * day } }, storedLogs);
    counts.push(await left());
  }
  expect(counts).toEqual([5, 5, 5, 3, 1, 0]);
});

test('the collector waits for chunks until its time is up, even if the builder does not answer', async () => {
  const { deps, clock } = await scene();
  const id = newDeployment();
  const waits: (number | undefined)[] = [];
  const answers = [chunk(0, ['one']), chunk(10, ['two'])];
  const source = {
    unstoredLogs: async ({ waitMs = 0 }) => {
      waits.push(waitMs);
      clock.advance(waitMs);
      return { logs: answers.splice(0, 1).map((answer) => ({ id, chunks: [answer] })) };
    },
    logsStored: async () => {},
    awake: async () => [],
  };
  await collectLogs({ ...deps, builder: { ...builder, logSources: async () => [source] } }, 25_000);
  expect([waits, (await read(id)).lines]).toEqual([
    [10_000, 10_000, 5000],
    ['one', 'two'],
  ]);
});

test('the collector pauses after each request, however fast the builder answers', async () => {
  const { deps } = await scene();
  const requestedAt: number[] = [];
  vi.useFakeTimers({ toFake: ['setTimeout', 'Date'] });
  try {
    const began = Date.now();
    const unstoredLogs = async () => {
      requestedAt.push(Date.now() - began);
      return { logs: [] };
    };
    const own = {
      ...builder,
      logSources: async () => [{ unstoredLogs, logsStored: async () => {}, awake: async () => [] }],
    };
    const collected = collectLogs({ ...deps, clock: { now: Date.now }, builder: own }, 1000);
    await vi.advanceTimersByTimeAsync(1000);
    await collected;
  } finally {
    vi.useRealTimers();
  }
  expect(requestedAt).toEqual([0, 250, 500, 750]);
});

test("a container stores its log while it is used or prints, and before it sleeps, and a log that can't be stored keeps no container awake", () =>
  runInDurableObject(env.INSTANCES.getByName(crypto.randomUUID()), async (_, { storage }) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const container = new FakeContainer();
    const kept: string[] = [];
    const settings = settingsFor('instance');
    let chunks = 1;
    let bucketFails = false;
    const managed = new ManagedContainer(container, storage, {
      ...settings,
      keepLog: async (id) => {
        if (bucketFails) throw new Error('the bucket does not answer');
        kept.push(id ?? 'all');
        return chunks;
      },
    });
    const put = () => managed.fetch(new Request('http://container/instances/dep_1', { method: 'PUT' }));
    const nextAlarm = async () => {
      await managed.tick();
      return ((await storage.getAlarm()) ?? 0) - Date.now();
    };
    await put();
    expect(await nextAlarm()).toBe(containerLimits.keepLogEveryMs); // after use
    expect(await nextAlarm()).toBe(containerLimits.keepLogEveryMs); // it printed
    chunks = 0;
    expect(await nextAlarm()).toBe(containerLimits.keepQuietLogEveryMs);
    vi.setSystemTime(Date.now() + builderLimits.idleMs);
    await managed.tick();
    expect([kept, container.running]).toEqual([['dep_1', 'dep_1', 'dep_1', 'dep_1'], false]);
    await put();
    bucketFails = true;
    vi.setSystemTime(Date.now() + builderLimits.idleMs);
    await managed.tick();
    expect([container.running, settings.events.map((line) => JSON.parse(line).event)]).toEqual([
      false,
      ['container.log_not_kept'],
    ]);
    vi.useRealTimers();
  }));

test('a container stores a full chunk during the call that discovers it', () =>
  runInDurableObject(env.INSTANCES.getByName(crypto.randomUUID()), async (_, { storage }) => {
    const container = new FakeContainer();
    const settings = settingsFor('instance');
    const managed = new ManagedContainer(container, storage, settings);
    await managed.fetch(new Request('http://container/instances/dep_1', { method: 'PUT' }));
    const call = () => managed.fetch(new Request('http://container/instances/dep_1/invoke', { method: 'POST' }));
    await call();
    expect(settings.events).toEqual([]);
    container.server = async () => new Response('{}', { headers: { 'content-length': '2', [logDueHeader]: '1' } });
    await call();
    await waitFor(() => expect(settings.events).toEqual(['log of dep_1']));
  }));

/** Creates a deployment whose drain has ended. */
async function replacedDeployment() {
  const s = await scene();
  const { id, pluginId } = await deploy(s);
  await advanceDeployment(s.deps, id);
  await deploy(s).then((second) => advanceDeployment(s.deps, second.id));
  s.clock.advance(60_000);
  return { s, id, pluginId };
}

test('the lines that an instance prints while it is being stopped are stored with its log', async () => {
  const { s, id, pluginId } = await replacedDeployment();
  const chunks = [chunk(0, ['serving'])];
  const stop = async () => void chunks.push(chunk(10, ['goodbye']));
  const { source } = sourceOf(id, chunks);
  await stopDueInstances(
    { ...s.deps, builder: { ...s.deps.builder, logSources: async () => [source], stop } },
    pluginId,
  );
  expect((await read(id)).lines).toEqual(['serving', 'goodbye']);
});

test("an instance is stopped even if its log can't be stored", async () => {
  const { s, id, pluginId } = await replacedDeployment();
  const unstoredLogs = () => Promise.reject(new BuilderError('unreachable', 'The builder does not answer'));
  const logSources = async () => [{ unstoredLogs, logsStored: async () => {}, awake: async () => [] }];
  await stopDueInstances({ ...s.deps, builder: { ...s.deps.builder, logSources } }, pluginId);
  const [row] = await s.deps.db.select().from(deployments).where(eq(deployments.id, id));
  expect([row?.status, row?.instanceStoppedAt, await s.deps.builder.status(id)]).toEqual([
    'stopped',
    s.clock.now(),
    undefined,
  ]);
});
