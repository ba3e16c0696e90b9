// Defines a release: two versions that share a plugin's calls, the plan by which the newer one gets more of them, and what is measured.
import { z } from 'zod';
import { releaseLimits as limits } from './limits/deployments.ts';

export const releaseStates = ['shadowing', 'rolling', 'paused', 'succeeded', 'reverted', 'cancelled'] as const;

export const releaseGates = ['error_rate', 'p95_ratio', 'crashes', 'answer_diff'] as const;
export type ReleaseGate = (typeof releaseGates)[number];

/** `stable` serves the name; `candidate` is released. */
export const releaseSides = ['stable', 'candidate'] as const;
export type ReleaseSide = (typeof releaseSides)[number];

const durationUnits = { s: 1000, m: 60_000, h: 3_600_000 } as const;
const durationPattern = /^([1-9]\d{0,5})(s|m|h)$/;

/** Returns the milliseconds of a duration such as `30s`, `5m` or `24h`. */
export function durationMs(text: string): number {
  const [, count = '0', unit = 's'] = durationPattern.exec(text) ?? [];
  return Number(count) * durationUnits[unit === 'h' || unit === 'm' ? unit : 's'];
}

const duration = z
  .string()
  .regex(durationPattern, 'Must be a number of seconds, minutes or hours, such as 30s, 5m or 24h')
  .refine((text) => durationMs(text) <= limits.durationMaxMs, 'Must be at most 168h');

const percent = (most: number) => z.number().min(0).max(most).multipleOf(0.01, 'Must have at most two decimals');

const step = z.strictObject({
  percent: percent(100).describe('Share of calls by name that the candidate answers.'),
  shadow: percent(100)
    .optional()
    .describe(
      'Share of calls that are repeated on the candidate, after the caller has its answer, to compare answers.',
    ),
});

/** Keys with other characters are quoted as in JSON. Positions in a list have one path, `[*]`. */
const ignoredPath = /^\$(?:\.[^.[\]\s"]+|\[\*\]|\["(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"\])*$/;

const answerDiff = z.strictObject({
  max_share: z
    .number()
    .min(0)
    .max(1)
    .default(limits.answerShareMax)
    .describe('Highest share of answers that may differ.'),
  tolerance: z
    .number()
    .min(0)
    .max(1)
    .default(limits.tolerance)
    .describe('Relative difference at which numbers are equal. Integers are compared exactly.'),
  ignore: z
    .array(z.string().max(limits.pathCharsMax).regex(ignoredPath, 'Must be a path such as $.took_ms or $.items[*].id'))
    .max(limits.ignoredMax)
    .default([])
    .describe('Paths that are not compared.'),
});

const gates = z.strictObject({
  error_rate: z
    .strictObject({ max_increase: z.number().min(0).max(1).default(0) })
    .nullable()
    .prefault({})
    .describe("Reverts if the candidate's error rate exceeds the stable version's by more than `max_increase`."),
  p95_ratio: z
    .number()
    .min(1)
    .max(100)
    .nullable()
    .default(limits.p95Ratio)
    .describe(
      "Reverts if the candidate's 95th percentile of durations is more than this many times the stable version's.",
    ),
  crashes: z.boolean().default(true).describe('Reverts if the candidate crashes more often than the stable version.'),
  answer_diff: answerDiff
    .nullable()
    .prefault({})
    .describe(
      "Reverts if more of the candidate's answers differ from the stable version's than the plugin's own answers vary.",
    ),
});

/** Written by users; `{}` is the standard plan. */
export const releasePlanSchema = z
  .strictObject({
    steps: z
      .array(step)
      .min(1)
      .max(limits.stepsMax)
      .default([{ percent: 1 }, { percent: 10 }, { percent: 50 }])
      .describe('Steps in order, by default 1, 10 and 50%. After the last one, the candidate gets the name.'),
    hold: z
      .union(
        [duration, z.strictObject({ calls: z.int().min(1).max(limits.holdCallsMax) })],
        'Must be a duration such as 5m, or a number of calls such as {"calls": 500}',
      )
      .default('5m')
      .describe(
        'How long each step lasts at least, by default 5m: a duration, or a number of calls that the candidate answered.',
      ),
    max_hold: duration
      .default('24h')
      .describe('How long a step may wait for enough calls. After that, the release is paused.'),
    sticky: z
      .enum(['call', 'key'])
      .default('call')
      .describe('`call` draws for each call; `key` keeps each API key on its version while the share grows.'),
    shadow: z
      .enum(['isolated', 'full'])
      .default('isolated')
      .describe('`isolated` shadows only plugins without network and secrets; `full` shadows all.'),
    gates: gates.prefault({}),
  })
  .refine(({ steps }) => steps.every(({ percent: own }, nth) => own >= (steps[nth - 1]?.percent ?? 0)), {
    path: ['steps'],
    message: 'Percentages must not fall from one step to the next',
  });
export type ReleasePlan = z.output<typeof releasePlanSchema>;

export const releaseChoiceForm = 'Must be "immediate" or a plan, such as {"steps": [{"percent": 1}, {"percent": 50}]}';

/** The choice of a request, a manifest or a namespace. `immediate` moves all calls as soon as the version is ready. */
export const releaseChoiceSchema = z.union([z.literal('immediate'), releasePlanSchema], releaseChoiceForm);
export type ReleaseChoice = z.output<typeof releaseChoiceSchema>;

/** Calls drawn for one version. */
export interface SideCounts {
  calls: number;
  /** Calls that the plugin answered with an error, ran out of time in, or didn't start for. Includes crashes. */
  errors: number;
  crashes: number;
  /** Instances that these calls started. */
  starts: number;
  /** Calls by bucket of their duration (`durationBucket`). */
  durations: Record<string, number>;
}

/** A sticky caller's calls. */
export interface StickyCounts extends Pick<SideCounts, 'calls' | 'errors' | 'crashes'> {
  side: ReleaseSide;
}

/** A difference between two answers to the same call. */
export interface AnswerDifference {
  /** Path of the value, with `[*]` for every position in a list. */
  path: string;
  /** Description of the difference, without values. */
  what: string;
}

/** One call that was repeated: on the candidate, or for `stable` on the stable version again, which shows normal variation. */
export interface ComparedAnswer {
  repeatedOn: ReleaseSide;
  differences: AnswerDifference[];
}

/** Counts of one isolate since its last report, under one weight. */
export interface ReleaseDelta {
  /** Hundredths of a percent. */
  weight: number;
  /** All calls that were drawn, those of sticky callers included. */
  drawn: Record<ReleaseSide, SideCounts>;
  /** Calls of sticky callers, by a hash of the caller's key. */
  sticky: Record<string, StickyCounts>;
  compared: ComparedAnswer[];
}

/** Shares that isolates follow. */
export interface ReleaseSetting {
  generation: number;
  /** Share of calls for the candidate, in hundredths of a percent. */
  weight: number;
  /** Share of calls to repeat, in hundredths of a percent. */
  shadow: number;
  /** Nothing is counted any more. */
  ended: boolean;
}

const measuredSideSchema = z.object({
  calls: z.int(),
  errors: z.int(),
  crashes: z.int(),
  p50_ms: z.number().nullable(),
  p95_ms: z.number().nullable(),
});

/** Measurements of a release so far, as people see them. */
export const releaseMeasuredSchema = z.object({
  stable: measuredSideSchema,
  candidate: measuredSideSchema,
  gates: z.array(
    z.object({
      gate: z.enum(releaseGates),
      /** Evidence against the candidate, from 0 to 1, at which it is reverted. */
      evidence: z.number(),
    }),
  ),
  compared: z.object({
    /** Calls repeated on the candidate, and how many of those answers differ beyond normal variation. */
    answers: z.int(),
    differing: z.int(),
    /** Most frequent first. `varies`: the stable version's own answers differ there too, so it doesn't count. */
    paths: z.array(z.object({ path: z.string(), count: z.int(), varies: z.boolean(), what: z.string() })),
  }),
  /** Calls of the candidate in this step. */
  step_calls: z.int(),
  /** Points in time, evenly spaced, each with what ended since the one before. */
  series: z.array(
    z.object({
      at: z.int().meta({ example: 1_772_703_000_000 }),
      stable: measuredSideSchema.pick({ calls: true, errors: true, p95_ms: true }),
      candidate: measuredSideSchema.pick({ calls: true, errors: true, p95_ms: true }),
    }),
  ),
});
export type ReleaseMeasured = z.infer<typeof releaseMeasuredSchema>;

export interface ReleaseStatus {
  measured: ReleaseMeasured;
  /** Reason why the current step waits; null if it doesn't. */
  waitsFor: string | null;
}

/** Duration buckets grow by this factor, from 1 ms. */
export const durationFactor = 1.1;

/** Returns the bucket of a duration: 0 up to 1 ms, then one more for each factor. */
export function durationBucket(ms: number): number {
  return ms <= 1 ? 0 : Math.ceil(Math.log(ms) / Math.log(durationFactor));
}

/** Returns the upper bound of a bucket, in milliseconds. */
export function bucketMs(bucket: number): number {
  return durationFactor ** bucket;
}
