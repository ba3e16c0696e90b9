// Defines what is reported about each builder: to operators, probes and metrics.
import type { Health } from './health.ts';

/** Where a builder is listed: in `BUILDER_URLS`, or by an operator while Slipway runs. */
export const builderSources = ['settings', 'operator'] as const;
export type BuilderSource = (typeof builderSources)[number];

/** `draining`: no new work; its instances move to the other builders. Set by an operator. */
export const builderModes = ['active', 'draining'] as const;
export type BuilderMode = (typeof builderModes)[number];

/**
 * `late`: no answer in time. `failed`: it refused or answered with an error. `stopping`: it got a stop signal and finishes its calls.
 * `lost`: it was given up, and gets no requests until it has ended the instances that it had.
 */
export const builderConditions = ['ok', 'late', 'failed', 'stopping', 'lost'] as const;
export type BuilderCondition = (typeof builderConditions)[number];

export interface BuilderReport {
  name: string;
  url: string;
  source: BuilderSource;
  mode: BuilderMode;
  condition: BuilderCondition;
  /** Null if it didn't answer. */
  health: Health | null;
  /** Why it didn't answer, for the log. */
  cause?: unknown;
  tookMs: number;
}

/** Renames builders for everyone but operators: those of the settings are named by their addresses, so they are numbered instead. */
export function withPublicNames<Report extends Pick<BuilderReport, 'name' | 'source'>>(
  reports: readonly Report[],
): Report[] {
  let count = 0;
  return reports.map((report) => (report.source === 'settings' ? { ...report, name: `builder ${++count}` } : report));
}
