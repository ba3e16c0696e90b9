// Compares answers with the plugin's manifest after the response. Counts a mismatch and logs it as a warning in the instance's log; the
// caller gets the answer unchanged.
import { type Json, parsedText } from '../../contract/json.ts';
import { outputCheckLimits } from '../../contract/limits/manifest.ts';
import { outputChecks as limits } from '../../contract/limits/traffic.ts';
import { formatVersion } from '../../contract/plugin/manifest.ts';
import { JsonText } from '../../core/json/text.ts';
import { outputCheck } from '../../json-schema/output-check.ts';
import { recordCheck } from '../../traffic/call-counters.ts';
import type { CallDeps, CallPoints, EndedCall } from '../points.ts';
import type { Route } from '../route-lookup.ts';

export const outputChecks: CallPoints = { ended: watchOutput };

/** Checks at most one answer per deployment per second, and no large ones. For other calls, it costs only a lookup. */
function watchOutput(deps: CallDeps, { answer, outcome, route }: EndedCall): void {
  const { deploymentId, version } = route;
  const { checkedAt } = deps.calls;
  const { manifest } = version;
  if (outcome !== 'answered' || !manifest || (!manifest.output_schema && manifest.features.length === 0)) return;
  if (deps.checksOutput || !answer || !('result' in answer && answer.result instanceof JsonText)) return;
  const now = deps.clock.now();
  if (now - (checkedAt.get(deploymentId) ?? Number.NEGATIVE_INFINITY) < limits.everyMs) return;
  if (checkedAt.size >= limits.rememberedMax) checkedAt.clear();
  checkedAt.set(deploymentId, now);
  deps.defer(checkLater(deps, route, answer.result));
}

async function checkLater(deps: CallDeps, route: Route, text: JsonText): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0)); // after the response
  if (text.text.length > limits.charsMax) return;
  const result = parsedText(text);
  const { deploymentId, namespaceId, version } = route;
  if (hasMoreValues(result, limits.valuesMax)) return;
  const problems = outputCheck(version.manifest, outputCheckLimits.call)?.ofCall(result);
  if (!problems) return;
  const counted = {
    namespaceId,
    pluginId: version.pluginId,
    version: formatVersion(version),
    startedAt: deps.clock.now(),
  };
  recordCheck(deps, deps.calls, counted, problems.length === 0);
  if (problems.length === 0) return;
  const line = `Warning: an answer does not match what manifest.py declares: ${problems.join('; ')}`;
  const { requestId: request } = deps;
  await deps.builder
    .warn(deploymentId, { line: line.slice(0, lineChars), ...(request === undefined ? {} : { request }) })
    .catch((cause: unknown) => deps.log.warn('output.not_warned', { deployment: deploymentId, cause }));
}

const lineChars = 1_000;

function hasMoreValues(whole: Json, max: number): boolean {
  const open: Json[] = [whole];
  for (let count = 0; open.length > 0; count += 1) {
    if (count + open.length > max) return true;
    const value = open.pop();
    if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) open.push(inner);
  }
  return false;
}
