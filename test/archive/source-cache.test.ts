// Tests the sources kept in memory after an archive is opened: 8 MiB at most; everything else is released.
import { beforeEach, expect, test } from 'vitest';
import { SourceCache } from '../../src/archive/contents/archive-contents.ts';
import { Meter } from '../../src/archive/reading/meter.ts';

const MiB = 1024 * 1024;

let meter: Meter;
let cache: SourceCache;
beforeEach(() => {
  meter = new Meter();
  cache = new SourceCache(meter);
});

function add(path: string, bytes: number, isSource = true): void {
  meter.hold(bytes);
  cache.add(path, new Uint8Array(bytes), isSource);
}

test('sources are cached up to 8 MiB', () => {
  add('a.py', 5 * MiB);
  add('b.py', 3 * MiB);
  expect([cache.get('a.py')?.length, cache.get('b.py')?.length]).toEqual([5 * MiB, 3 * MiB]);
  expect(meter.heldBytes).toBe(8 * MiB);
});

test('a source beyond the limit is released, and a smaller one still fits', () => {
  add('a.py', 5 * MiB);
  add('b.py', 3 * MiB + 1);
  add('c.py', 3 * MiB);
  expect([cache.get('b.py'), cache.get('c.py')?.length]).toEqual([undefined, 3 * MiB]);
  expect(meter.heldBytes).toBe(8 * MiB);
});

test("a file that isn't a source is released", () => {
  add('model.bin', 1 * MiB, false);
  expect(cache.get('model.bin')).toBeUndefined();
  expect(meter.heldBytes).toBe(0);
});
