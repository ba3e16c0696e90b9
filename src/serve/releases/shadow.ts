// Repeats a share of a release's calls to compare answers, after the caller has its own: on the candidate, or on the stable version
// again, which shows normal variation. A repeated call never changes what the caller gets.
import { compareAnswers } from '../../answers/compare-answers.ts';
import type { CallAnswer } from '../../contract/builder/answers.ts';
import { releaseLimits as limits } from '../../contract/limits/deployments.ts';
import { JsonText } from '../../core/json/text.ts';
import { refuses } from '../../limits/budgets.ts';
import { isGone, isStarting } from '../failures.ts';
import { sendToOne } from '../fleet.ts';
import type { CallDeps, EndedCall, SendTo } from '../points.ts';
import type { Drawn, Route } from '../route-lookup.ts';
import { countCompared, countingOf, currentSetting } from './counts.ts';

/** Schedules the repetition, if the call is drawn for one. */
export function repeatForComparison(deps: CallDeps, { answer, route, sendTo }: EndedCall, drawn: Drawn): void {
  if (drawn.side === 'candidate' || !answer) return;
  const { release } = drawn;
  const { ended: isOver, shadow } = currentSetting(deps.releaseCounts, release);
  const gate = release.plan.gates.answer_diff;
  if (isOver || !gate || !release.isRepeatable || !release.candidate || Math.random() * 10_000 >= shadow) return;
  const first = comparable(answer);
  const counting = countingOf(deps, release);
  if (!first || !counting || counting.shadows >= limits.shadowsAtOnce) return;
  const repeatedOn = Math.random() < 0.5 ? 'candidate' : 'stable';
  const to = repeatedOn === 'candidate' ? release.candidate : route;
  counting.shadows += 1;
  const repeated = repeat(deps, to, sendTo)
    .then((again) => {
      const second = again && comparable(again);
      if (second) countCompared(deps, drawn, { repeatedOn, differences: compareAnswers(first, second, gate) });
    })
    .catch((cause: unknown) => deps.log.warn('release.not_repeated', { release: release.id, cause }))
    .finally(() => {
      counting.shadows -= 1;
    });
  deps.defer(repeated);
}

/** Sends the call again, as another one. Returns undefined if the instance has to start first, which it does. */
async function repeat(deps: CallDeps, to: Route, sendTo: SendTo<object>): Promise<object | undefined> {
  const own = { ...deps, requestId: deps.ids('request'), deadline: undefined, signal: undefined };
  try {
    return await sendToOne(own, to, (instanceId) => sendTo(instanceId, to, own));
  } catch (error) {
    if (!isGone(error) && !isStarting(error)) throw error;
    if (!refuses(to.refusing, deps.clock.now())) await deps.startInstance(deps, to.deploymentId, to.version);
    return undefined;
  }
}

/** Returns the answer in one form for all kinds of plugins; undefined for a stream. */
function comparable(answer: object): CallAnswer | undefined {
  if ('result' in answer && answer.result instanceof JsonText)
    return { status: 'success', result: answer.result, duration_ms: 0 };
  if (!('error' in answer) || typeof answer.error !== 'object' || answer.error === null) return undefined;
  const { error } = answer;
  const type = 'type' in error ? error.type : 'code' in error ? error.code : '';
  return { status: 'error', error: { type: String(type), message: '' }, duration_ms: 0 };
}
