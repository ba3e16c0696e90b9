// Tests how an instance's log is split into chunks, which chunks are stored, and what is dropped.
import { expect, test } from 'vitest';
import { ChunkedLog, type ChunkLimits } from '../../../builder/server/instances/chunked-log.ts';
import { chunkName, type LogChunk } from '../../../src/contract/builder/logs/chunk.ts';
import { raisedBy } from '../../../src/contract/limits/limit-texts.ts';

const at = '2026-11-20T12:00:00.000Z';
const limits: ChunkLimits = { logChunkBytes: 300, logChunkMs: 10_000, logChunksHeld: 4, logChunkEveryMs: 1000 };
/** Three of these lines fill a chunk. */
const text = (n: number) => `line ${n}`;

function logAt(changed: Partial<ChunkLimits> = {}) {
  let now = 1_000_000;
  const log = new ChunkedLog({ ...limits, ...changed }, () => now);
  log.open();
  let printed = 0;
  return {
    log,
    print: (lines: number) => {
      for (let n = 0; n < lines; n++) log.add({ at, stream: 'stdout', line: text(++printed) });
    },
    wait: (ms: number) => {
      now += ms;
    },
  };
}

function linesOf(chunks: readonly LogChunk[]): string[][] {
  return chunks.map(({ lines }) => lines.map(({ line }) => line));
}

test('a chunk is stored when it is full, or 10 s old', () => {
  const { log, print, wait } = logAt();
  print(3);
  wait(1);
  print(1);
  expect(linesOf(log.unstored(9))).toEqual([['line 1', 'line 2', 'line 3']]);
  wait(9999);
  expect(log.unstored(9)).toHaveLength(1);
  wait(1);
  expect(linesOf(log.unstored(9))).toEqual([['line 1', 'line 2', 'line 3'], ['line 4']]);
});

test('a chunk that was handed out never changes, and is offered again until it is stored', () => {
  const { log, print } = logAt();
  print(1);
  const first = log.unstored(9, true);
  print(1);
  expect(log.unstored(9)).toEqual(first);
  log.stored(first.map(chunkName));
  expect([log.unstored(9), linesOf(log.unstored(9, true))]).toEqual([[], [['line 2']]]);
});

test('chunk names sort from newest to oldest, even for chunks that start in the same millisecond', () => {
  const { log, print, wait } = logAt();
  print(6);
  wait(5);
  print(3);
  const names = log.unstored(9).map(chunkName);
  expect([names.length, names.toSorted()]).toEqual([3, names.toReversed()]);
});

test('stored chunks can still be read, starting with any of them', () => {
  const { log, print } = logAt();
  print(7);
  const [, second] = log.unstored(9);
  log.stored(log.unstored(9).map(chunkName));
  expect(linesOf(log.since('')).flat()).toHaveLength(7);
  expect(linesOf(log.since(second ? chunkName(second) : ''))).toEqual([['line 4', 'line 5', 'line 6'], ['line 7']]);
});

test('the oldest unstored lines are dropped, and a line in the log says how many', () => {
  const { log, print } = logAt();
  print(15);
  expect(log.lines.map(({ line }) => line)).toEqual([
    ...[4, 5, 6, 7, 8, 9, 10, 11, 12].map(text),
    `3 lines were dropped, because the plugin prints faster than its log can be stored. ${raisedBy.log}`,
    ...[13, 14, 15].map(text),
  ]);
});

test('dropped lines are counted in full, even if the line with the count is itself dropped', () => {
  const { log, print } = logAt();
  print(90);
  const lines = log.lines.map(({ line }) => line);
  const dropped = lines.map((line) => Number(/^(\d+) lines were dropped/.exec(line)?.[1] ?? 0));
  expect(dropped.reduce((sum, count) => sum + count, 0) + lines.filter((line) => /^line/.test(line)).length).toBe(90);
});

test('stored chunks are dropped without adding a line', () => {
  const { log, print } = logAt();
  print(12);
  log.stored(log.unstored(9).map(chunkName));
  print(3);
  expect(log.lines.map(({ line }) => line)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15].map(text));
});

test('a plugin that prints fast gets a burst of chunks, and then occasional chunks', () => {
  const { log, print, wait } = logAt();
  const store = () => {
    const chunks = log.unstored(9);
    log.stored(chunks.map(chunkName));
    return chunks.length;
  };
  print(12);
  expect(store()).toBe(4);
  print(12);
  expect(store()).toBe(0);
  wait(2000);
  expect([store(), store()]).toEqual([2, 0]);
  log.close();
  expect(store()).toBe(2);
});
