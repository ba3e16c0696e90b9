// How near two vectors are, by each of the metrics that a feature can declare. Exact, in double precision.
import type { DistanceMetric } from '../contract/manifest.ts';

export type Values = ArrayLike<number>;

export function scoreOf(metric: DistanceMetric, a: Values, b: Values): number {
  switch (metric) {
    case 'cosine':
      return cosine(a, b);
    case 'dot':
      return dot(a, b);
    case 'euclid':
      return euclid(a, b);
  }
}

/** For sorting: the nearest first, and of those that are equally near the lower id. */
export function byDistance(metric: DistanceMetric) {
  const sign = metric === 'euclid' ? 1 : -1;
  return (a: { id: string; score: number }, b: { id: string; score: number }) =>
    sign * (a.score - b.score) || (a.id < b.id ? -1 : 1);
}

function dot(a: Values, b: Values): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** A vector without a direction is as near to all as to none. */
function cosine(a: Values, b: Values): number {
  const lengths = Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b));
  return lengths === 0 ? 0 : Math.min(1, Math.max(-1, dot(a, b) / lengths));
}

function euclid(a: Values, b: Values): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return Math.sqrt(sum);
}
