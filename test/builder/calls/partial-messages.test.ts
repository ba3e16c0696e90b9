// Tests frames and lines that arrive in pieces: which pieces the builder keeps, and for how long.
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { MessageLines } from '../../../builder/server/executables/message-lines.ts';
import { PartialDeadline } from '../../../builder/server/processes/pending-calls.ts';
import { ReadCredit } from '../../../builder/server/programs/read-credit.ts';
import { FrameReader, frameHeader } from '../../../builder/server/python/frames.ts';

const bytesMax = 100_000;
const deadlineMs = 1000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Returns a reader and its output: a frame as `kind callId body`, a line as its text. */
function frames() {
  const emitted: string[] = [];
  let isLate = false;
  const deadline = new PartialDeadline(deadlineMs, () => {
    isLate = true;
  });
  const reader = new FrameReader(bytesMax, deadline, (kind, id, body) => emitted.push(`${kind} ${id} ${body}`));
  return { reader, emitted, isLate: () => isLate };
}

function lines() {
  const emitted: string[] = [];
  let isLate = false;
  const deadline = new PartialDeadline(deadlineMs, () => {
    isLate = true;
  });
  const reader = new MessageLines(bytesMax, deadline, (line) => emitted.push(String(line)));
  return { reader, emitted, isLate: () => isLate };
}

function frame(kind: number, id: number, body: string): Buffer<ArrayBuffer> {
  return Buffer.concat([frameHeader(kind, id, Buffer.byteLength(body)), Buffer.from(body)]);
}

const long = 'x'.repeat(bytesMax);
const streams = [
  {
    name: 'frames',
    open: frames,
    whole: Buffer.concat([frame(1, 2, 'a'), frame(3, 4, ''), frame(5, 6, long), frame(7, 8, 'b')]),
    emitted: ['1 2 a', '3 4 ', `5 6 ${long}`, '7 8 b'],
    partial: frame(1, 2, 'abc').subarray(0, -1),
    rest: Buffer.from('c'),
  },
  {
    name: 'lines',
    open: lines,
    whole: Buffer.from(`a\n\n${long}\nb\n`),
    emitted: ['a', '', long, 'b'],
    partial: Buffer.from('ab'),
    rest: Buffer.from('c\n'),
  },
];

describe.each(streams)('$name', ({ open, whole, emitted, partial, rest }) => {
  test.each([1, 7, 9, 10, 65_536, whole.length])(
    'messages in pieces of %i bytes are emitted whole, and no piece is kept',
    (size) => {
      const stream = open();
      // Each piece overwrites the previous one, so a reader that kept pieces would emit other bytes.
      const piece = Buffer.alloc(size);
      for (let at = 0; at < whole.length; at += size) {
        const length = whole.copy(piece, 0, at, at + size);
        stream.reader.push(piece.subarray(0, length));
      }
      expect(stream.emitted).toEqual(emitted);
      vi.advanceTimersByTime(deadlineMs);
      expect(stream.isLate()).toBe(false);
    },
  );

  test('a message must be complete before the deadline', () => {
    const stream = open();
    stream.reader.push(partial.subarray(0, 1));
    vi.advanceTimersByTime(deadlineMs - 1);
    stream.reader.push(partial.subarray(1));
    expect(stream.isLate()).toBe(false);
    vi.advanceTimersByTime(1);
    expect(stream.isLate()).toBe(true);
  });

  test('a complete message gives the next message its full time', () => {
    const stream = open();
    stream.reader.push(partial);
    vi.advanceTimersByTime(deadlineMs - 1);
    stream.reader.push(Buffer.concat([rest, partial]));
    vi.advanceTimersByTime(deadlineMs - 1);
    expect(stream.isLate()).toBe(false);
    vi.advanceTimersByTime(1);
    expect(stream.isLate()).toBe(true);
  });
});

test.each([
  ['a frame', frames, frameHeader(1, 2, bytesMax + 1), 'a frame of 100001 bytes'],
  ['a line', lines, Buffer.from(`${long}x`), 'a line of more than 100000 bytes'],
  ['a complete line', lines, Buffer.from(`${long}x\n`), 'a line of more than 100000 bytes'],
])('%s that is too long is refused', (_, open, bytes, message) => {
  expect(() => open().reader.push(Buffer.from(bytes))).toThrow(message);
});

describe('the read credit', () => {
  const MiB = 1024 * 1024;

  test.each([
    ['bytes', MiB, 0],
    ['lines', 0, MiB / 256],
  ])(
    'the read credit stops a stream that spends more than 1 MiB on %s, until 2 MiB/s have refilled it',
    (_, bytes, lineCount) => {
      const stream = new Readable({ read() {} });
      stream.resume();
      const credit = new ReadCredit(stream);
      credit.charge(bytes, lineCount);
      expect(stream.isPaused()).toBe(false);
      credit.charge(bytes, lineCount);
      expect(stream.isPaused()).toBe(true);
      credit.charge(bytes, lineCount);
      vi.advanceTimersByTime(1023);
      expect(stream.isPaused()).toBe(true);
      vi.advanceTimersByTime(2);
      expect(stream.isPaused()).toBe(false);
    },
  );
});
