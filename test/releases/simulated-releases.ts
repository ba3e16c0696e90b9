// Simulates many releases that differ only in their seeds.
import { inject } from 'vitest';
import { planOf, type scenario, simulate } from './simulated-release.ts';

export const releases = inject('weekly') ? 2_000 : 300;
/** Has one step. */
export const plan = planOf({ steps: [{ percent: 10 }] });

export function simulated(of: ReturnType<typeof scenario>) {
  return Array.from({ length: releases }, (_, seed) => simulate(of, seed + 1));
}
