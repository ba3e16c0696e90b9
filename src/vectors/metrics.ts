// Computes the similarity or distance of two vectors for each metric that a feature can declare. Exact, in double precision.
import type { DistanceMetric } from '../contract/plugin/manifest.ts';

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

/** Sorts the nearest first, and equally near vectors by ID. */
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

/** The zero vector has no direction: its similarity to any vector is 0. */
function cosine(a: Values, b: Values): number {
  const lengths = Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b));
  return lengths === 0 ? 0 : Math.min(1, Math.max(-1, dot(a, b) / lengths));
}

function euclid(a: Values, b: Values): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return Math.sqrt(sum);
}
