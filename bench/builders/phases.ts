// Summarizes calls by phase: failures by kind, percentiles by second, and how long the slowest calls took to be as
// fast as in the phase before.
import type { Outcome } from '../releases/load.ts';

export interface Phase {
  name: string;
  /** When the change of this phase began, and when the next phase began. */
  from: number;
  until: number;
}

function percentile(outcomes: readonly Outcome[], share: number): number {
  const sorted = outcomes.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

const within = (outcomes: readonly Outcome[], from: number, until: number) =>
  outcomes.filter(({ sentAt }) => sentAt >= from && sentAt < until);

function bySecond(outcomes: readonly Outcome[], { from, until }: Phase): Outcome[][] {
  const seconds = Math.floor((until - from) / 1000);
  return Array.from({ length: seconds }, (_, n) => within(outcomes, from + n * 1000, from + (n + 1) * 1000));
}

/** Returns the seconds after which the 99th percentile stays below twice that of the phase before, or null. */
function secondsUntilBack(seconds: readonly Outcome[][], normalMs: number): number | null {
  const slow = seconds.map((one) => percentile(one, 0.99) > 2 * normalMs);
  const last = slow.lastIndexOf(true);
  return last === slow.length - 1 ? null : last + 1;
}

function failuresOf(outcomes: readonly Outcome[]): string {
  const failed = outcomes.filter(({ version }) => version === null);
  const kinds = Map.groupBy(failed, ({ status }) => String(status));
  return [...kinds].map(([kind, some]) => `${some.length} × ${kind}`).join(', ') || 'none';
}

/** Returns one table row for each phase, and one line with the 99th percentile of each second. */
export function formatPhases(outcomes: readonly Outcome[], phases: readonly Phase[]): string {
  const ms = (value: number) => value.toFixed(value < 10 ? 1 : 0);
  const rows = phases.map((phase, n) => {
    const own = within(outcomes, phase.from, phase.until);
    const before = phases[n - 1] ?? phase;
    const normalMs = percentile(within(outcomes, before.from, before.until), 0.99);
    const seconds = bySecond(outcomes, phase);
    const back = secondsUntilBack(seconds, normalMs);
    const cells = [phase.name, own.length, failuresOf(own), ms(percentile(own, 0.5)), ms(percentile(own, 0.99))];
    return { row: `| ${[...cells, back ?? 'not'].join(' | ')} |`, seconds, name: phase.name };
  });
  return [
    '| phase | calls | failed | p50 ms | p99 ms | p99 back after s |',
    '|---|---|---|---|---|---|',
    ...rows.map(({ row }) => row),
    '',
    ...rows.map(({ name, seconds }) => `${name}: p99 ${seconds.map((one) => ms(percentile(one, 0.99))).join(' ')}`),
  ].join('\n');
}
