// Expects the processes of a start to end.
import { expect } from 'vitest';
import { killProcess, processesOf } from '../../scripts/testing/processes.ts';
import { waitFor } from '../support/waiting.ts';

export { processesOf };

/** Waits until no process uses the state folder. */
export async function expectNoneLeft(state: string): Promise<void> {
  await waitFor(() => expect(processesOf(state)).toEqual([]), { interval: 100 });
}

/** Kills the processes that still use a state folder. */
export async function endAll(state: string): Promise<void> {
  for (const { pid } of processesOf(state)) killProcess(pid);
  await expectNoneLeft(state);
}
