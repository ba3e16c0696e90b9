// Decides when a step may end, and says what it waits for.
import { releaseLimits } from '../../contract/limits/deployments.ts';
import { durationMs, type ReleasePlan } from '../../contract/releases.ts';
import { formatDuration, formatSeconds } from '../../core/quantities.ts';
import { missingCallers } from './callers.ts';
import type { Measuring } from './measuring.ts';

export type Hold =
  | { over: true; overdue?: undefined }
  | {
      over: false;
      overdue?: undefined;
      waitsFor: string;
      /** When the step ends at the earliest, if it waits for time alone. */
      until: number | null;
    }
  | { over?: undefined; overdue: true; reason: string };

export function holdOf(state: Measuring, plan: ReleasePlan, now: number): Hold {
  const holdMs = typeof plan.hold === 'string' ? durationMs(plan.hold) : 0;
  const endsAt = state.stepStartedAt + holdMs;
  const missing = whatIsMissing(state, plan);
  if (now >= endsAt && missing.length === 0) return { over: true };
  const waitMs = Math.max(holdMs, durationMs(plan.max_hold));
  if (now >= state.stepStartedAt + waitMs)
    return { overdue: true, reason: `The step waited ${formatDuration(waitMs)} for ${missing.join(' and ')}` };
  const time = now < endsAt ? [wholeSeconds(endsAt - now)] : [];
  return { over: false, waitsFor: [...time, ...missing].join(' and '), until: missing.length === 0 ? endsAt : null };
}

function whatIsMissing(state: Measuring, plan: ReleasePlan): string[] {
  const { percent, shadow = 0 } = plan.steps[state.step] ?? { percent: 0 };
  const held = typeof plan.hold === 'string' ? 0 : plan.hold.calls;
  const needed = Math.max(held, releaseLimits.callsMin);
  if (percent === 0) {
    const answers = shadow === 0 ? 0 : needed - state.stepCompared;
    return answers > 0 ? [counted(answers, 'compared answer')] : [];
  }
  const calls = needed - state.stepCalls;
  const callers = plan.sticky === 'key' ? missingCallers(state.callers, 'candidate') : 0;
  const others = plan.sticky === 'key' ? missingCallers(state.callers, 'stable') : 0;
  return [
    ...(calls > 0 ? [`${counted(calls, 'call')} of the candidate`] : []),
    ...(callers > 0 ? [`${counted(callers, 'caller')} of the candidate`] : []),
    ...(others > 0 ? [`${counted(others, 'caller')} of the stable version`] : []),
  ];
}

function counted(count: number, what: string): string {
  return `${count.toLocaleString('en')} more ${what}${count === 1 ? '' : 's'}`;
}

function wholeSeconds(ms: number): string {
  const whole = Math.ceil(ms / 1000) * 1000;
  return whole < 60_000 ? formatSeconds(whole) : formatDuration(whole);
}
