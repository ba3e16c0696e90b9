// Describes how a process exited, and who ended it.
import { constants } from 'node:os';

export const succeeded = exitReason(0, null);

/** A sandbox's supervisor exits with 128 + n if signal n ended its worker. */
export function exitReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `signal ${signal}`;
  if (code !== null && code > 128) return `signal number ${code - 128}`;
  return `exit code ${code}`;
}

/**
 * Names who ended a process: one of the builder's limits, the process by its own doing, or someone else. Someone else is an operator, the
 * kernel when the machine has no memory left, or the builder for a reason of its own. Only its own doing is an author's fault.
 */
export type EndedBy = 'limit' | 'itself' | 'others';

export interface ProcessEnding {
  reason: string;
  /** True if the builder ended it, or saw that the kernel did, because of a limit. */
  isOverLimit: boolean;
  /** True if the builder ended it for another reason. */
  isEndedByBuilder: boolean;
  /** True if the kernel may have killed it at its limit of processor time, which it does with SIGKILL. */
  mayBeOutOfTime?: boolean;
  /** Standard error. Programs print there which signal ended a process that they started. */
  errors?: string;
}

/** Signals by which others end a process. Those of a program's own faults, such as SIGSEGV and SIGABRT, aren't among them. */
const fromOthers = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const;
/** Signals that the kernel sends at a limit. */
const fromLimits = ['SIGXCPU', 'SIGXFSZ'] as const;

function matches(
  signals: readonly (keyof typeof constants.signals)[],
  inGo: string,
): { own: Set<string>; child: RegExp } {
  const numbers = signals.map((signal) => constants.signals[signal]);
  const own = signals.flatMap((signal) => [
    exitReason(null, signal),
    exitReason(128 + constants.signals[signal], null),
  ]);
  // As Go, Git and uv print it. A compiler's messages begin with a position or a tab, and what a Git server says with its name, so neither
  // a plugin's source nor its repository can print such a line.
  const asked = String.raw`go: error obtaining buildID for go tool \w+`;
  const tool = String.raw`(?:(?:go (?:build|list) )?[^\s:]+: .*/pkg/tool/[^/]+/\w+|${asked}|prepare: go mod edit)`;
  const child = [
    `${tool}: signal: (?:${inGo})`,
    `error: .* died of signal (?:${numbers.join('|')})`,
    `[\\w ]+: Querying Python .* signal: (?:${numbers.join('|')}) \\(.*`,
  ];
  return { own: new Set(own), child: new RegExp(`^(?:${child.join('|')})$`, 'm') };
}

const others = matches(fromOthers, 'killed|terminated|interrupt|hangup|quit');
const limits = matches(fromLimits, 'CPU time limit exceeded|file size limit exceeded');

/** Returns the line in which a program says that others ended one that it had started. */
export function lineOnOthers(errors: string): string | undefined {
  return others.child.exec(errors)?.[0];
}

export function endedBy(ending: ProcessEnding): EndedBy {
  const { errors = '', isEndedByBuilder, isOverLimit, mayBeOutOfTime = false, reason } = ending;
  if (isOverLimit) return 'limit';
  if (isEndedByBuilder) return 'others';
  // A program that succeeded in spite of a lost child has its result.
  if (reason === succeeded) return 'itself';
  const wasSent = ({ own, child }: typeof others) => own.has(reason) || child.test(errors);
  if (wasSent(limits)) return 'limit';
  if (!wasSent(others)) return 'itself';
  return mayBeOutOfTime ? 'limit' : 'others';
}
