// Reports crashes of new versions by a message, so that a call needs nothing that rolls back.
import { BuilderError } from '../../contract/builder/errors.ts';
import { crashRollback } from '../../contract/limits/deployments.ts';
import { wake } from '../../events/wake.ts';
import type { CallDeps, CallPoints } from '../points.ts';
import type { Route } from '../route-lookup.ts';

export const crashReports: CallPoints = { failed: reportCrash };

/**
 * Reports the crash if the version may be rolled back for it. Crashes of several instances add up, so each of theirs is reported. If
 * the message is lost, `sweepCrashing` finds the crashes.
 */
/** Crashes come in numbers when a process exits with many calls in progress. */
const reportsAtOnce = 20;

function reportCrash({ defer, queues }: CallDeps, { deploymentId: id, scaling }: Route, error: unknown): void {
  if (!(error instanceof BuilderError) || error.crashes === 0) return;
  const { crashes } = error;
  if (scaling || crashes >= crashRollback.crashesMax)
    defer(wake(queues.deployments, { v: 1, type: 'instance-crashed', id, crashes }, reportsAtOnce));
}
