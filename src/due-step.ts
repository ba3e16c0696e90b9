// Defines the steps of the sweep, which parts and features declare beside their code.
import type { Query } from './db/client.ts';
import type { Deps } from './deps.ts';

/** A step that runs when one of its queries finds a row, while its walk is unfinished, and once an hour. */
export interface DueStep {
  step(deps: Deps): Promise<unknown>;
  /** Queries that return a row if there is work. */
  due(deps: Deps): readonly Query[];
  /** Row of `store_sweeps` that records its progress. */
  walk?: string;
}

/** A step that runs once an hour and while its walk is unfinished. */
export type HourlyStep = Omit<DueStep, 'due'>;
