// What has changed of a deployment since somebody looked last: its status, its steps, what they said. Where they had got to is
// one short text that they keep, so nothing has to be remembered here.
import { and, eq, lte, or, type SQL, sql } from 'drizzle-orm';
import type { LogLine } from '../../contract/log-line.ts';
import { type DeploymentState, type DeploymentStep, deploymentStates, deploymentSteps } from '../../contract/states.ts';
import type { DeploymentId } from '../../core/ids.ts';
import { deploymentStepRows, deployments } from '../../db/schema/deploy.ts';
import type { Deps } from '../../deps.ts';
import type { Deployment } from '../overview.ts';
import { unfinishedStates } from '../states.ts';

export interface StepPosition {
  step: DeploymentStep;
  attempt: number;
  ended: boolean;
  /** Of its log. */
  lines: number;
}

export interface Position {
  status: DeploymentState;
  attempts: number;
  steps: StepPosition[];
}

type Step = Omit<typeof deploymentStepRows.$inferSelect, 'deploymentId'>;

export type Change =
  | ({ type: 'status' } & Pick<Deployment, 'status' | 'attempts' | 'error' | 'updatedAt'>)
  | ({ type: 'step' } & Pick<Step, 'step' | 'attempt' | 'startedAt' | 'endedAt' | 'error'>)
  | { type: 'log'; step: DeploymentStep; attempt: number; lines: LogLine[] };

export interface ChangeSet {
  changes: Change[];
  position: Position;
  /** It is not on its way any more; `settled` when also its steps have ended. */
  over: boolean;
  settled: boolean;
}

/** One D1 query. Undefined: the deployment isn't there. */
export async function changesSince(
  { db }: Pick<Deps, 'db'>,
  id: DeploymentId,
  seen: Position | undefined,
): Promise<ChangeSet | undefined> {
  const { step, attempt, startedAt, endedAt, error, logLines } = deploymentStepRows;
  const log = sql<LogLine[] | null>`case when ${isRead(seen)} then null else ${deploymentStepRows.log} end`;
  const rows = await db
    .select({
      deployment: {
        status: deployments.status,
        attempts: deployments.attempts,
        error: deployments.error,
        updatedAt: deployments.updatedAt,
      },
      step: { step, attempt, startedAt, endedAt, error, logLines, log: log.mapWith(deploymentStepRows.log).as('news') },
    })
    .from(deployments)
    .leftJoin(deploymentStepRows, eq(deploymentStepRows.deploymentId, deployments.id))
    .where(eq(deployments.id, id));
  const [first] = rows;
  if (!first) return undefined;
  const steps = rows.flatMap((row) => (row.step ? [row.step] : []));
  steps.sort((a, b) => deploymentSteps.indexOf(a.step) - deploymentSteps.indexOf(b.step));
  return compared(seen, first.deployment, steps);
}

/** SQL: there is nothing new in the log of the step. */
function isRead(seen: Position | undefined): SQL | undefined {
  const { step, attempt, logLines } = deploymentStepRows;
  const read = seen?.steps.map((known) =>
    and(eq(step, known.step), eq(attempt, known.attempt), lte(logLines, known.lines)),
  );
  return or(sql`false`, ...(read ?? []));
}

function compared(
  seen: Position | undefined,
  deployment: Pick<Deployment, 'status' | 'attempts' | 'error' | 'updatedAt'>,
  steps: Step[],
): ChangeSet {
  const { status, attempts } = deployment;
  const over = !unfinishedStates.includes(status);
  const stepChanges = steps.flatMap((step) =>
    changesOf(
      step,
      seen?.steps.find((known) => known.step === step.step && known.attempt === step.attempt),
    ),
  );
  const same = seen?.status === status && seen.attempts === attempts;
  return {
    // Steps first: who hears that it is over has heard all.
    changes: same ? stepChanges : [...stepChanges, { type: 'status', ...deployment }],
    position: { status, attempts, steps: steps.map(seenOf) },
    over,
    settled: over && steps.every(({ endedAt }) => endedAt !== null),
  };
}

function seenOf({ step, attempt, endedAt, logLines }: Step): StepPosition {
  return { step, attempt, ended: endedAt !== null, lines: logLines };
}

/** Begun, what it said, ended: in that order. */
function changesOf({ step, attempt, startedAt, endedAt, error, log, logLines }: Step, known?: StepPosition): Change[] {
  const kept = log ?? [];
  const begun = { type: 'step', step, attempt, startedAt, endedAt: null, error: null } as const;
  const lines = kept.slice(Math.max(0, kept.length - (logLines - (known?.lines ?? 0))));
  return [
    ...(known ? [] : [begun]),
    ...(lines.length > 0 ? [{ type: 'log', step, attempt, lines } as const] : []),
    ...(endedAt !== null && !known?.ended ? [{ ...begun, endedAt, error }] : []),
  ];
}

/** `starting.1~build.1.1.0~start.1.0.12`: the status and its claims; of each step its attempt, whether it ended, and its lines. */
export function positionText({ status, attempts, steps }: Position): string {
  const told = steps.map(({ step, attempt, ended, lines }) => [step, attempt, ended ? 1 : 0, lines].join('.'));
  return [`${status}.${attempts}`, ...told].join('~');
}

/** Undefined for what is no position: then all is new. */
export function positionOf(text: string): Position | undefined {
  const [head = '', ...parts] = text.split('~', 1 + deploymentSteps.length);
  const [, word, attempts] = /^([a-z]+)\.(\d{1,9})$/.exec(head) ?? [];
  const status = deploymentStates.find((state) => state === word);
  if (!status) return undefined;
  const steps = parts.flatMap((part): StepPosition[] => {
    const [, name, attempt, ended, lines] = /^([a-z]+)\.(\d{1,9})\.([01])\.(\d{1,9})$/.exec(part) ?? [];
    const step = deploymentSteps.find((one) => one === name);
    return step ? [{ step, attempt: Number(attempt), ended: ended === '1', lines: Number(lines) }] : [];
  });
  return { status, attempts: Number(attempts), steps };
}
