// Tests loops over bytes and rows, which share an isolate's thread with everything else: how they yield, and how much they hold in
// memory.
import { expect, test, vi } from 'vitest';
import { PieceReader, piecesToCopy, readFullPieces, readPieces } from '../../src/core/paced-bytes.ts';
import { LineReader, LineTooLong, readLines } from '../../src/core/paced-lines.ts';
import { toLongTextStream, toStream, withLength } from '../../src/core/paced-streams.ts';
import { callArrived, LoopTurns, turnBytes } from '../../src/core/turns.ts';

/** Returns a stream that always has more data and never waits. */
function endless(state = { chunks: 0, isCancelled: false }, chunk = new Uint8Array(4096).fill(0x0a)) {
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      state.chunks += 1;
      controller.enqueue(chunk);
    },
    cancel: () => {
      state.isCancelled = true;
    },
  });
  return { state, stream };
}

/** Runs loops until a timer fires. Timers, like sockets, are only checked when nothing else is left to do. */
async function untilTimerEnds(loops: ((hasEnded: () => boolean) => Promise<void>)[]): Promise<void> {
  let isOver = false;
  const running = loops.map((loop) => loop(() => isOver));
  await scheduler.wait(20);
  isOver = true;
  await Promise.all(running);
}

const bytesLoop = async (hasEnded: () => boolean) => {
  for await (const _ of readPieces(endless().stream)) if (hasEnded()) return;
};
const linesLoop = async (hasEnded: () => boolean) => {
  const line = new Uint8Array(new TextEncoder().encode('{}\n'.repeat(1000)));
  for await (const _ of readLines(endless(undefined, line).stream, turnBytes)) if (hasEnded()) return;
};
const writtenLoop = async (hasEnded: () => boolean) => {
  const texts = async function* () {
    while (!hasEnded()) yield 'text';
  };
  await new Response(toLongTextStream(texts())).bytes();
};

test.each([
  ['a loop over bytes', bytesLoop],
  ['a loop over lines', linesLoop],
  ['a stream that is read', writtenLoop],
])('%s that always has more data lets a timer fire', async (_, loop) => {
  await untilTimerEnds([loop]);
});

test('many loops that always have more data let a timer fire', async () => {
  await untilTimerEnds([bytesLoop, linesLoop, writtenLoop].flatMap((loop) => Array.from({ length: 20 }, () => loop)));
});

test('loops take turns, and none gets far ahead of the others', async () => {
  const done = [0, 0, 0, 0];
  const most: number[] = [];
  const loop = async (nth: number) => {
    const turns = new LoopTurns();
    for (let piece = 0; piece < 20; piece++) {
      await turns.spend(turnBytes);
      done[nth] = (done[nth] ?? 0) + 1;
      most.push(Math.max(...done) - Math.min(...done));
    }
  };
  await Promise.all(done.map((_, nth) => loop(nth)));
  expect(Math.max(...most.slice(0, 40))).toBeLessThanOrEqual(2);
});

test('a loop whose request has ended delays no other loop', async () => {
  const wait = vi.spyOn(scheduler, 'wait').mockImplementationOnce(() => new Promise<never>(() => {}));
  void new LoopTurns().spend(turnBytes);
  wait.mockRestore();
  const turns = new LoopTurns();
  for (let piece = 0; piece < 5; piece++) await turns.spend(turnBytes);
});

test('a stream whose reader never reads requests nothing from its source, and otherwise requests one piece at a time', async () => {
  let yielded = 0;
  let hasEnded = false;
  const pieces = async function* () {
    try {
      for (; ; yielded++) yield new Uint8Array(turnBytes);
    } finally {
      hasEnded = true;
    }
  };
  const stream = toStream(pieces());
  await scheduler.wait(5);
  expect(yielded).toBe(0);
  const reader = stream.getReader();
  for (let read = 0; read < 3; read++) await reader.read();
  await scheduler.wait(5);
  expect(yielded).toBeLessThanOrEqual(3);
  await reader.cancel();
  expect(hasEnded).toBe(true);
});

test('a loop that is left early ends its stream', async () => {
  const { state, stream } = endless();
  for await (const _ of readPieces(stream)) break;
  expect(state.isCancelled).toBe(true);
  expect(state.chunks).toBeLessThanOrEqual(3);
});

test('a chunk larger than a turn is passed on in pieces', async () => {
  const chunk = new Uint8Array(3 * turnBytes + 1).map((_, at) => at);
  const reader = new PieceReader(new Blob([chunk]).stream());
  const sizes: number[] = [];
  const bytes: number[] = [];
  for (let piece = await reader.read(); piece; piece = await reader.read()) {
    sizes.push(piece.length);
    bytes.push(...piece);
  }
  expect(Math.max(...sizes)).toBeLessThanOrEqual(turnBytes);
  expect(Uint8Array.from(bytes)).toEqual(chunk);
});

test('a runtime stream is read in full pieces, and copied with its length', async () => {
  const content = new Uint8Array(2.5 * turnBytes).map((_, at) => at % 251);
  const sizes: number[] = [];
  for await (const piece of readFullPieces(new Blob([content]).stream())) sizes.push(piece.length);
  expect(sizes).toEqual([turnBytes, turnBytes, turnBytes / 2]);
  const { body } = withLength(piecesToCopy(new Blob([content]).stream()), content.length);
  expect(await new Response(body).bytes()).toEqual(content);
});

test('a copy moves large pieces until a call arrives, and then a turn at a time', async () => {
  const pieces = piecesToCopy(new Blob([new Uint8Array(40 * turnBytes)]).stream());
  const size = async () => (await pieces.next()).value?.length;
  // Calls of earlier tests may have been served a moment ago.
  vi.useFakeTimers({ now: Date.now() + 60_000, toFake: ['Date'] });
  try {
    expect(await size()).toBe(16 * turnBytes);
    callArrived();
    expect(await size()).toBe(turnBytes);
  } finally {
    vi.useRealTimers();
    await pieces.return();
  }
});

test("a failing source fails a stream of known length, and its copy gets the source's error", async () => {
  const failing = async function* () {
    yield new Uint8Array(1);
    throw new Error('the source is gone');
  };
  const { body, copied } = withLength(failing(), 10);
  await expect(new Response(body).bytes()).rejects.toThrow();
  await expect(copied).rejects.toThrow('the source is gone');
});

test('texts arrive one by one, or in groups if there are many', async () => {
  const texts = async function* () {
    for (let nth = 0; nth < 100; nth++) yield `${nth}\n`;
  };
  const bytes = async function* () {
    for await (const text of texts()) yield encoder.encode(text);
  };
  const one = toStream(bytes()).getReader();
  expect(new TextDecoder().decode((await one.read()).value)).toBe('0\n');
  await one.cancel();
  const many = toLongTextStream(texts()).getReader();
  expect(new TextDecoder().decode((await many.read()).value)).toMatch(/^0\n1\n.*99\n$/s);
});

const encoder = new TextEncoder();

function cut(text: string, size: number): ReadableStream<Uint8Array> {
  const bytes = encoder.encode(text);
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );
  return new ReadableStream({
    pull: (controller) => {
      const piece = pieces.shift();
      if (piece) controller.enqueue(piece);
      else controller.close();
    },
  });
}

test.each([1, 2, 7, 1000])('lines are the same when they arrive in pieces of %i bytes', async (size) => {
  const lines = ['first', 'zwölf', '{"a": "\ufeff"}', '\ufeffmark', 'x'.repeat(50)];
  const read: string[] = [];
  for await (const some of readLines(cut(lines.join('\n\n'), size), 100)) read.push(...some);
  expect(read).toEqual(lines);
});

// If the line were joined anew for each piece, it would be copied four thousand times.
test('a line of 32 MiB arriving in 4 KiB pieces copies each piece once', async () => {
  const bytes = 32 * 1024 * 1024;
  let left = bytes / 4096;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      controller.enqueue(left > 0 ? new Uint8Array(4096).fill(0x78) : Uint8Array.of(0x0a));
      if (left-- === 0) controller.close();
    },
  });
  const reader = new LineReader(stream, bytes);
  const [line = ''] = (await reader.read()) ?? [];
  expect(line.length).toBe(bytes);
  expect(await reader.read()).toBeUndefined();
});

test('a line that exceeds its limit is not read further', async () => {
  const { state, stream } = endless(undefined, new Uint8Array(4096).fill(0x78));
  const reader = new LineReader(stream, turnBytes);
  await expect(reader.read()).rejects.toThrow(LineTooLong);
  expect(state.chunks).toBeLessThanOrEqual(turnBytes / 4096 + 3);
  await reader.cancel();
});
