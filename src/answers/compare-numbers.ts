// Compares numbers of two answers by their texts. Integers are equal only if they are the same, since a relative tolerance would hide a
// wrong ID. Other numbers may be rounded differently, and long lists of them are compared by direction and length, as embeddings are.
import { isJsonNumber, type JsonTree } from '../core/json/tree.ts';

/** Sums that cancel each other out leave remainders this small, in which no relative tolerance helps. */
const absoluteFloor = 1e-12;
/** Shorter lists are compared number by number. */
const vectorItemsMin = 8;
/** Half precision changes an embedding by less: 1 - cosine, and the share of its length. */
const cosineFloor = 1e-6;
const lengthFloor = 1e-3;

const integer = /^-?\d+$/;

/** Describes how one number differs from another; undefined if they are equal. */
export function numberDifference(stable: string, other: string, tolerance: number): string | undefined {
  if (stable === other) return undefined;
  const [before, after] = [Number(stable), Number(other)];
  const areIntegers = integer.test(stable) && integer.test(other);
  const areEqual = areIntegers ? before === 0 && after === 0 : isNear(before, after, tolerance);
  return areEqual ? undefined : inWords('number', before, after);
}

function isNear(before: number, after: number, tolerance: number): boolean {
  const largest = Math.max(Math.abs(before), Math.abs(after));
  const allowed = Math.max(Math.min(absoluteFloor, tolerance), tolerance * largest);
  return before === after || (Number.isFinite(largest) && Math.abs(before - after) <= allowed);
}

/** Returns a list's numbers if it is a vector. Lists of only integers are IDs or counts, which are compared one by one. */
export function readVector(items: readonly JsonTree[]): number[] | undefined {
  if (items.length < vectorItemsMin) return undefined;
  const numbers: number[] = [];
  let hasFraction = false;
  for (const item of items) {
    if (typeof item !== 'string' || !isJsonNumber(item) || !Number.isFinite(Number(item))) return undefined;
    hasFraction ||= !integer.test(item);
    numbers.push(Number(item));
  }
  return hasFraction ? numbers : undefined;
}

/** Describes how one vector differs from another of the same length; undefined if they are equal. */
export function vectorDifference(stable: number[], other: number[], tolerance: number): string | undefined {
  const [before, after] = [vectorLength(stable), vectorLength(other)];
  if (before > 0 && after > 0) {
    const cosine = stable.reduce((sum, one, at) => sum + (one / before) * ((other[at] ?? 0) / after), 0);
    if (1 - cosine > Math.max(tolerance, cosineFloor)) return `direction changed: cosine ${cosineInWords(cosine)}`;
  }
  return isNear(before, after, Math.max(tolerance, lengthFloor))
    ? undefined
    : inWords('length of vector', before, after);
}

/** Divides by the largest number first, whose square might be infinite. */
function vectorLength(vector: number[]): number {
  const largest = vector.reduce((max, one) => Math.max(max, Math.abs(one)), 0);
  if (largest === 0) return 0;
  return largest * Math.sqrt(vector.reduce((sum, one) => sum + (one / largest) ** 2, 0));
}

/** Cuts digits off instead of rounding, so that a direction that changed never reads as 1. */
function cosineInWords(cosine: number): string {
  const decimals = 1 - cosine < 1e-3 ? 7 : 3;
  return (Math.floor(cosine * 10 ** decimals) / 10 ** decimals).toFixed(decimals);
}

/** Describes a change by its size, without the numbers. */
function inWords(what: string, before: number, after: number): string {
  const direction = after > before ? 'larger' : 'smaller';
  if (before === 0) return `${what} ${direction}, from zero`;
  if (before * after < 0) return `sign of ${what} changed`;
  const percent = (Math.abs(after - before) / Math.abs(before)) * 100;
  if (percent > 1000) return `${what} ${direction} by more than 1000%`;
  return percent >= 0.1
    ? `${what} ${direction} by ${Number(percent.toPrecision(3))}%`
    : `${what} changed by less than 0.1%`;
}
