// Checks the parts that Slipway depends on: the database, the store and the builder, each within a limited time.
import { eq } from 'drizzle-orm';
import type { BuilderReport } from '../contract/builder/machine/reports.ts';
import { readiness } from '../contract/limits/traffic.ts';
import { heartbeats } from '../db/schema/heartbeat.ts';
import type { Deps } from '../deps.ts';

export const partNames = ['database', 'store', 'builder'] as const;
export type PartName = (typeof partNames)[number];

/**
 * `on-demand`: started for each instance, so asking would start one. `late`: no response in time. `failed`: responded with an error,
 * which is in the log.
 */
export const partStates = ['ok', 'on-demand', 'late', 'failed', 'stopping'] as const;
export type PartState = (typeof partStates)[number];

export interface PartCheck {
  part: PartName;
  state: PartState;
  tookMs: number;
}

export type AskingDeps = Pick<Deps, 'db' | 'blobs' | 'builder' | 'clock' | 'log'>;

/** Responses that arrived in time. */
export interface Heard<Rows> {
  checks: PartCheck[];
  rows: Rows | undefined;
  /** Empty if each instance has its own container. */
  builders: BuilderReport[];
}

/** Asks all parts in parallel, with one request each. `read` is the request to the database. */
export async function askParts<Rows>(deps: AskingDeps, read: () => Promise<Rows>): Promise<Heard<Rows>> {
  const heard: Heard<Rows> = { checks: [], rows: undefined, builders: [] };
  heard.checks = await Promise.all([
    checkPart(deps, 'database', async () => {
      heard.rows = await read();
      return 'ok';
    }),
    checkPart(deps, 'store', async () => {
      await deps.blobs.head(absentObject);
      return 'ok';
    }),
    checkPart(deps, 'builder', async () => {
      const reports = await deps.builder.reports();
      if (reports === null) return 'on-demand';
      heard.builders = reports;
      for (const { name, cause } of reports)
        if (cause !== undefined) deps.log.warn('part.failed', { failed: 'builder', builder: name, cause });
      return stateOfBuilders(reports);
    }),
  ]);
  return heard;
}

/** One builder that answers is enough: it takes over the others' work. */
function stateOfBuilders(reports: readonly BuilderReport[]): PartState {
  const conditions = new Set(reports.map(({ condition }) => condition));
  return (['ok', 'stopping', 'late'] as const).find((state) => conditions.has(state)) ?? 'failed';
}

export function checkParts(deps: AskingDeps): Promise<Heard<unknown>> {
  return askParts(deps, () => deps.db.select().from(heartbeats).where(eq(heartbeats.id, 1)));
}

export function isReady({ state }: PartCheck): boolean {
  return state === 'ok' || state === 'on-demand';
}

/** The name of an object that doesn't exist: the request only shows whether the store responds. */
const absentObject = 'readiness';

/** Checks a part. If it failed, logs why. */
async function checkPart(
  { clock, log }: Pick<Deps, 'clock' | 'log'>,
  part: PartName,
  ask: () => Promise<PartState>,
): Promise<PartCheck> {
  const startedAt = clock.now();
  const late = Promise.withResolvers<PartState>();
  const timer = setTimeout(() => late.resolve('late'), part === 'builder' ? readiness.buildersMs : readiness.partMs);
  const answered = ask().catch((cause: unknown): PartState => {
    log.warn('part.failed', { failed: part, cause });
    return 'failed';
  });
  try {
    const state = await Promise.race([answered, late.promise]);
    return { part, state, tookMs: clock.now() - startedAt };
  } finally {
    clearTimeout(timer);
  }
}
