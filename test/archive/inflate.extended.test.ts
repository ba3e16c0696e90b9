// Tests that the inflater returns the same bytes as zlib, reports where the stream ends, and stops after the requested number of bytes.
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { Inflater } from '../../src/archive/compression/inflate.ts';
import { joined, noise } from '../support/bytes.ts';
import { fc } from '../support/property.ts';

interface Inflated {
  state: string;
  bytes: Uint8Array<ArrayBuffer>;
  consumed: number;
}

/** Larger than any test's content, so that an endless inflater fails. */
const pulledMax = 50_000_000;

function inflate(packed: Uint8Array, feedBytes: number, pullBytes: number): Inflated {
  const inflater = new Inflater();
  const pieces: Uint8Array[] = [];
  let fed = 0;
  for (let pulled = 0; pulled <= pulledMax; ) {
    const piece = inflater.pull(pullBytes);
    pulled += piece.length;
    if (piece.length > 0) pieces.push(piece.slice());
    else if (inflater.state !== 'starved') break;
    else if (fed >= packed.length) inflater.finish();
    else {
      inflater.push(packed.subarray(fed, fed + feedBytes));
      fed += feedBytes;
    }
  }
  return { state: inflater.state, bytes: joined(pieces), consumed: inflater.consumed };
}

/** Runs, near and far repeats, and noise: enough to produce every kind of block. */
const content = fc
  .array(
    fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 255 })),
    { maxLength: 30 },
  )
  .map((parts) =>
    joined(
      parts.map(([kind, length, seed]) => {
        if (kind === 0) return new Uint8Array(length).fill(seed);
        if (kind === 1) return noise(length, seed);
        return noise(kind === 2 ? 40 : 20_000, 1)
          .subarray(0, length)
          .map((byte) => byte % (seed + 1));
      }),
    ),
  );
const options = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  strategy: fc.integer({ min: 0, max: 4 }),
  memLevel: fc.integer({ min: 1, max: 9 }),
});
const step = fc.oneof(fc.constantFrom(1, 2, 7), fc.integer({ min: 1, max: 100_000 }));
const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

test('inflating returns the original data, and reports where the stream ends', () => {
  fc.assert(
    fc.property(content, options, step, step, fc.integer({ min: 0, max: 9 }), (data, how, feed, pull, surplus) => {
      const packed = deflateRawSync(data, how);
      const { state, bytes, consumed } = inflate(joined([packed, noise(surplus)]), feed, pull);
      expect([state, consumed, same(bytes, data)]).toEqual(['done', packed.length, true]);
    }),
    { numRuns: 150 },
  );
});

test('a stream truncated at any byte is corrupt', () => {
  fc.assert(
    fc.property(content, options, fc.nat(), step, (data, how, cut, feed) => {
      const packed = deflateRawSync(data, how);
      expect(inflate(packed.subarray(0, cut % packed.length), feed, 65_536).state).toBe('corrupt');
    }),
    { numRuns: 150 },
  );
});

test('inflating accepts and rejects the same input as zlib', () => {
  fc.assert(
    fc.property(content, options, fc.nat(), fc.integer({ min: 0, max: 7 }), (data, how, at, bit) => {
      const packed = deflateRawSync(data, how);
      packed[at % packed.length] = (packed[at % packed.length] ?? 0) ^ (1 << bit);
      const expected = byZlib(packed);
      const { state, bytes } = inflate(packed, 1000, 65_536);
      expect(state).toBe(expected ? 'done' : 'corrupt');
      expect(!expected || same(bytes, expected)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

function byZlib(packed: Uint8Array): Uint8Array | undefined {
  try {
    return inflateRawSync(packed, { maxOutputLength: 50_000_000 });
  } catch {
    return undefined;
  }
}

describe("the inflater's reads", () => {
  test('inflating returns no more bytes than requested', () => {
    const inflater = new Inflater();
    inflater.push(deflateRawSync(new Uint8Array(100_000_000)));
    expect(inflater.pull(11).length).toBe(11);
    expect(inflater.consumed).toBeLessThan(600);
  });

  test('inflating reads an empty last block of a few bits to the end', () => {
    const data = noise(3000);
    const packed = deflateRawSync(data, { level: 1, memLevel: 1 });
    expect(inflate(packed, 1000, 65_536)).toMatchObject({ state: 'done', consumed: packed.length });
  });

  test.each([
    ['an unknown block type', [0x07]],
    ['a stored block whose lengths disagree', [0x01, 0x05, 0x00, 0x05, 0x00]],
    ['an empty stored block whose lengths disagree', [0x01, 0x00, 0x00, 0xff, 0xfe]],
    ['a distance before the start', [0x03, 0x02, 0x00]],
    ['no data', []],
  ])('inflating reports %s as corrupt', (_, bytes) => {
    expect(inflate(Uint8Array.from(bytes), 1, 10)).toMatchObject({ state: 'corrupt', bytes: new Uint8Array(0) });
  });
});
