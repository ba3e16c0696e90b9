// Runs one deployment step in its own batch, as if the worker had died after it.
import type { LogLine } from '../../../src/contract/builder/logs/line.ts';
import type { ClaimDeps, ClaimedDeployment } from '../../../src/rollouts/steps/claim.ts';
import { runStep as runUntilEnd, type StepOf } from '../../../src/rollouts/steps/steps.ts';

export async function runStep(
  deps: ClaimDeps,
  claimed: ClaimedDeployment,
  step: StepOf,
  run: (log: (line: LogLine) => void) => Promise<void>,
): Promise<void> {
  const [end, ...more] = await runUntilEnd(deps, claimed, { ...step, before: [] }, run);
  if (end) await deps.db.batch([end, ...more]);
}
