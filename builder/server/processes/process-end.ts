// Explains to callers why a plugin's process exited, including the exceeded limit and the setting that raises it.
import type { StartError } from '../../../src/contract/builder/start-errors.ts';
import { type LimitName, raisedBy } from '../../../src/contract/limits/limit-texts.ts';
import { formatSeconds } from '../../../src/core/quantities.ts';
import { Refusal } from '../core/refusal.ts';
import { endedBy } from '../programs/exit-reason.ts';

export interface ProcessEnd {
  /** For the log: "it used more than its 2048 MiB of memory". */
  reason: string;
  /** Undefined if no limit caused the end. */
  exceeded: LimitName | undefined;
}

/** Without `end`, the process is still ending, and the reason isn't known yet. */
export function crashed(end?: ProcessEnd): Refusal {
  return new Refusal(
    end && isKilled(end) ? 'instance-killed' : 'instance-crashed',
    `The plugin's process exited during the call${end ? `: ${explained(end)}` : '.'}`,
  );
}

export function protocolViolated(violation: string): Refusal {
  return new Refusal('answer-invalid', `The plugin's process violated the protocol: ${violation}.`);
}

/** Returns whether neither the builder nor the plugin ended the process, so that the plugin isn't at fault. */
export function isKilled({ exceeded, reason }: ProcessEnd): boolean {
  return endedBy({ reason, isOverLimit: exceeded !== undefined, isEndedByBuilder: false }) === 'others';
}

export function diedAtStart(end: ProcessEnd): StartError {
  const code = isKilled(end) ? 'process-killed' : 'process-died';
  return { code, message: `The process exited: ${explained(end)}` };
}

function explained({ exceeded, reason }: ProcessEnd): string {
  return exceeded === undefined ? `${reason}.` : `${reason}. ${raisedBy[exceeded]}`;
}

/** Returns the end of a process whose call kept running past its time limit, with that limit and the reason. */
export function hangEnd(
  limitMs: number,
  { callMs, hangMs }: { callMs: number; hangMs: number },
): [exceeded: LimitName, reason: string] {
  const reason = `a call was still running ${hangMs} ms after its time limit of ${formatSeconds(limitMs)}`;
  return [limitMs > callMs ? 'laterTime' : 'time', reason];
}

/** Returns whether the call was lost with its process. */
export function isCrash(error: unknown): boolean {
  return error instanceof Refusal && (error.code === 'instance-crashed' || error.code === 'instance-killed');
}

const crashErrors: ReadonlySet<string> = new Set(['instance-crashed', 'instance-restarting', 'batch-lost']);

export function isDueToCrash(error: unknown): error is Refusal {
  return error instanceof Refusal && crashErrors.has(error.code);
}
