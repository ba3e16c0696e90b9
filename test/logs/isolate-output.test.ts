// Tests the output of plugins in isolates, from the runtime's trace of a call to the stored log.
import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { markIsolateLine } from '../../src/contract/builder/isolate-calls.ts';
import { idSource, isId } from '../../src/core/ids.ts';
import { database } from '../../src/db/client.ts';
import { deadLetters } from '../../src/db/schema/events.ts';
import { outputMessages } from '../../src/logs/isolate-output.ts';
import { storedChunks } from '../../src/logs/stored-chunks.ts';
import worker, { IsolateLog } from '../../src/worker.ts';

const ids = idSource(Date.now);
const at = Date.UTC(2026, 10, 21);

function trace(lines: readonly string[], outcome: TraceItem['outcome'] = 'ok') {
  const logs = lines.map((line, index) => ({
    timestamp: at + index,
    level: 'log',
    message: [markIsolateLine('stdout', 'req_1', line)],
  }));
  return { logs, outcome, eventTimestamp: at };
}

describe("a call's output", () => {
  const id = ids('deployment');

  test("a call's output has its lines, each with its stream, request and time", () => {
    expect(outputMessages(id, [trace(['one', 'two'])])).toEqual([
      {
        id,
        lines: [
          { at: '2026-11-21T00:00:00.000Z', stream: 'stdout', request: 'req_1', line: 'one' },
          { at: '2026-11-21T00:00:00.001Z', stream: 'stdout', request: 'req_1', line: 'two' },
        ],
      },
    ]);
  });

  test.each([
    ['exceededCpu', 'The call exceeded its processor time. Its isolate was ended.'],
    ['exceededMemory', 'The call exceeded the memory of an isolate. Its isolate was ended.'],
  ] as const)("a call's output says that the runtime ended it: %s", (outcome, line) => {
    expect(outputMessages(id, [trace([], outcome)])).toEqual([
      { id, lines: [{ at: '2026-11-21T00:00:00.000Z', stream: 'host', line }] },
    ]);
  });

  test('a call that prints nothing stores no chunk', () => {
    expect(outputMessages(id, [trace([])])).toEqual([]);
  });

  test("a call's output is divided into messages that fit into a queue, with lines that fit into a log", () => {
    const messages = outputMessages(id, [trace(Array.from({ length: 30 }, () => 'x'.repeat(5000)))]);
    expect(messages.length).toBe(3);
    expect(messages.flatMap(({ lines }) => lines).map(({ line }) => line.length)).toEqual(Array(30).fill(4096));
    for (const message of messages) expect(JSON.stringify(message).length).toBeLessThan(100_000);
  });
});

test('lines that arrive together are stored as one chunk per deployment, in time order', async () => {
  const [one, two] = [ids('deployment'), ids('deployment')];
  const bodies = [
    ...outputMessages(one, [trace(['b'])]),
    ...outputMessages(two, [trace(['other'])]),
    { id: one, lines: [{ at: '2026-11-20T00:00:00.000Z', stream: 'stdout', line: 'a' }] },
  ];
  expect(await consumed(bodies)).toMatchObject({ ackAll: true });
  expect(await stored(one)).toEqual([['a', 'b']]);
  expect(await stored(two)).toEqual([['other']]);
});

async function consumed(bodies: readonly unknown[], bindings: object = {}) {
  const messages = bodies.map((body, index) => ({
    id: `message-${index}`,
    timestamp: new Date(at),
    attempts: 1,
    body,
  }));
  const batch = createMessageBatch('slipway-isolate-logs', messages);
  const context = createExecutionContext();
  await worker.queue(batch, { ...env, ...bindings }, context);
  return getQueueResult(batch, context);
}

test('a malformed message becomes a dead letter, and the other messages are stored', async () => {
  const id = ids('deployment');
  const bodies = [{ id: 'nobody', lines: [] }, ...outputMessages(id, [trace(['good'])])];
  for (let times = 0; times < 2; times++) expect(await consumed(bodies)).toMatchObject({ ackAll: true });
  expect((await stored(id)).at(-1)).toEqual(['good']);
  expect(await database(env.DB).select().from(deadLetters)).toMatchObject([
    { id: 'message-0', queue: 'slipway-isolate-logs', body: null, reason: 'malformed' },
  ]);
});

test("lines that can't be stored are retried, and one log entry reports all lines that arrived together", async () => {
  const logged: string[] = [];
  const spy = vi.spyOn(console, 'error').mockImplementation((line: string) => void logged.push(line));
  onTestFinished(() => spy.mockRestore());
  const failing = { ARCHIVES: new Proxy(env.ARCHIVES, { get: () => () => Promise.reject(new Error('no answer')) }) };
  const bodies = ['one', 'two'].flatMap((line) => outputMessages(ids('deployment'), [trace([line])]));
  expect(await consumed(bodies, failing)).toMatchObject({ ackAll: false, retryBatch: { retry: true } });
  expect(logged.map((line) => JSON.parse(line))).toMatchObject([
    { event: 'queue.failed', queue: 'slipway-isolate-logs', messages: 2, attempts: 1 },
  ]);
});

async function stored(id: string): Promise<string[][]> {
  if (!isId('deployment', id)) throw new Error(`${id} is no deployment`);
  const chunks = [];
  for await (const chunk of storedChunks(env.ARCHIVES, id)) chunks.push((await chunk.read()).map(({ line }) => line));
  return chunks;
}

test("lines from an instance's tail are sent to the queue and stored", async () => {
  const id = ids('deployment');
  const context = Object.assign(createExecutionContext(), { props: { id } });
  await new IsolateLog(context, env).tail([Object.assign(emptyTrace, trace(['printed']))]);
  await expect.poll(() => stored(id), { interval: 100 }).toEqual([['printed']]);
});

test('lines from an instance without a deployment are not sent, because nobody could read them', async () => {
  const sent: unknown[] = [];
  const ISOLATE_LOGS = new Proxy(env.ISOLATE_LOGS, { get: () => async (message: unknown) => void sent.push(message) });
  const tailOf = (id: string) => {
    const context = Object.assign(createExecutionContext(), { props: { id } });
    return new IsolateLog(context, { ...env, ISOLATE_LOGS }).tail([Object.assign(emptyTrace, trace(['x']))]);
  };
  await tailOf('trial-1');
  expect(sent).toEqual([]);
  await tailOf(ids('deployment'));
  expect(sent).toHaveLength(1);
});

const emptyTrace: TraceItem = {
  event: null,
  eventTimestamp: at,
  logs: [],
  exceptions: [],
  diagnosticsChannelEvents: [],
  scriptName: null,
  outcome: 'ok',
  executionModel: 'stateless',
  truncated: false,
  cpuTime: 0,
  wallTime: 0,
};
