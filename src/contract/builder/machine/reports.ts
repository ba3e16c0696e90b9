// Defines what is reported about each builder, to operators, probes and metrics, and how long its instances were awake.
import { z } from 'zod';
import { awakeLimits } from '../../limits/builder.ts';
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

/**
 * One stay awake of an instance, from its start to its end. Times are durations, so the clocks of the builder and the Worker may differ.
 */
const awakeSchema = z.object({
  id: z.string(),
  /** Time by the builder's clock. Distinguishes the instance's stays. */
  started_at: z.int(),
  /** How long it has been awake, or was. Never decreases. */
  awake_ms: z.int().min(0),
  /** How long ago it ended. Null while it is awake. */
  ended_ms_ago: z.int().min(0).nullable(),
});
export type AwakeInstance = z.infer<typeof awakeSchema>;

/** POST /awake: says what was counted, and asks what is due. */
export const awakeRequestSchema = z.strictObject({
  counted: z.array(awakeSchema).max(awakeLimits.reportedAtOnce),
  /** Report an instance that is awake once this much of its time is uncounted. One that has ended is always reported. */
  after_ms: z.int().min(0),
});
export type AwakeRequest = z.infer<typeof awakeRequestSchema>;

export const awakeReportSchema = z.object({ instances: z.array(awakeSchema) });

/** Reports the time that instances were awake: a builder, or several together. */
export interface AwakeSource {
  /** Forgets ended instances that were counted, and returns those whose time is due. */
  awake(request: AwakeRequest): Promise<AwakeInstance[]>;
}
