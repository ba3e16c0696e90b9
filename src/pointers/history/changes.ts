// Reads a deployment's changes since a position: status, steps and logs. The reader keeps the position as a short text, so the server
// stores nothing.
import { and, eq, lte, or, type SQL, sql } from 'drizzle-orm';
import type { LogLine } from '../../contract/builder/logs/line.ts';
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
  /** Log lines the reader already has. */
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
}

/** A deployment as all its followers see it. */
export interface DeploymentLook {
  deployment: Pick<Deployment, 'status' | 'attempts' | 'error' | 'updatedAt'>;
  /** All steps in order, with their whole logs. */
  steps: Step[];
  isOver: boolean;
  /** Nothing more will follow: its steps have ended too, or it was already over at the look before. */
  isFinal: boolean;
}

/**
 * Makes one D1 query, which reads only the logs that `known` lacks. Returns `known` itself if nothing has changed, and undefined if
 * there is no such deployment.
 */
export async function lookAgain(
  { db }: Pick<Deps, 'db'>,
  id: DeploymentId,
  known?: DeploymentLook,
): Promise<DeploymentLook | undefined> {
  const { step, attempt, startedAt, endedAt, error, logLines } = deploymentStepRows;
  const isKnown = isRead(known?.steps.map(positionOfStep));
  const log = sql<LogLine[] | null>`case when ${isKnown} then null else ${deploymentStepRows.log} end`;
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
  const steps = rows.flatMap(({ step: row }) => (row ? [{ ...row, log: row.log ?? logOf(known, row) }] : []));
  steps.sort((a, b) => deploymentSteps.indexOf(a.step) - deploymentSteps.indexOf(b.step));
  const isOver = !unfinishedStates.includes(first.deployment.status);
  // The status changes shortly before its step ends.
  const isFinal = isOver && (known?.isOver === true || steps.every((one) => one.endedAt !== null));
  const look = { deployment: first.deployment, steps, isOver, isFinal };
  return known && outlineOf(known) === outlineOf(look) ? known : look;
}

function logOf(known: DeploymentLook | undefined, { attempt, step }: Pick<Step, 'attempt' | 'step'>): LogLine[] {
  return known?.steps.find((one) => one.step === step && one.attempt === attempt)?.log ?? [];
}

function outlineOf({ deployment, isFinal, steps }: DeploymentLook): string {
  return JSON.stringify([deployment, isFinal, steps.map(positionOfStep)]);
}

/** SQL: the reader has all lines of the step's log. */
function isRead(seen: StepPosition[] | undefined): SQL | undefined {
  const { step, attempt, logLines } = deploymentStepRows;
  const read = seen?.map((known) => and(eq(step, known.step), eq(attempt, known.attempt), lte(logLines, known.lines)));
  return or(sql`false`, ...(read ?? []));
}

/** Returns what is new to a reader, who has everything up to its position. */
export function changesSince(seen: Position | undefined, { deployment, steps }: DeploymentLook): ChangeSet {
  const { status, attempts } = deployment;
  const stepChanges = steps.flatMap((step) =>
    changesOf(
      step,
      seen?.steps.find((known) => known.step === step.step && known.attempt === step.attempt),
    ),
  );
  const same = seen?.status === status && seen.attempts === attempts;
  return {
    // Steps first, so that the final status comes last.
    changes: same ? stepChanges : [...stepChanges, { type: 'status', ...deployment }],
    position: { status, attempts, steps: steps.map(positionOfStep) },
  };
}

function positionOfStep({ step, attempt, endedAt, logLines }: Step): StepPosition {
  return { step, attempt, ended: endedAt !== null, lines: logLines };
}

/** Returns a step's start, log lines and end, in that order. */
function changesOf({ step, attempt, startedAt, endedAt, error, log, logLines }: Step, known?: StepPosition): Change[] {
  const started = { type: 'step', step, attempt, startedAt, endedAt: null, error: null } as const;
  const stored = log ?? [];
  const lines = stored.slice(Math.max(0, stored.length - (logLines - (known?.lines ?? 0))));
  return [
    ...(known ? [] : [started]),
    ...(lines.length > 0 ? [{ type: 'log', step, attempt, lines } as const] : []),
    ...(endedAt !== null && !known?.ended ? [{ ...started, endedAt, error }] : []),
  ];
}

/**
 * `starting.1~build.1.1.0~start.1.0.12`: the status and number of claims; for each step, its attempt, whether it ended, and its line
 * count.
 */
export function positionText({ status, attempts, steps }: Position): string {
  const stepTexts = steps.map(({ step, attempt, ended, lines }) => [step, attempt, ended ? 1 : 0, lines].join('.'));
  return [`${status}.${attempts}`, ...stepTexts].join('~');
}

/** Returns undefined for an invalid position, which makes everything new. */
export function parsePosition(text: string): Position | undefined {
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
