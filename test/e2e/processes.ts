// Expects the processes of a start to end.
import { expect, vi } from 'vitest';
import { killProcess, processesOf } from '../../scripts/testing/processes.ts';

export { processesOf };

/** Waits until no process uses the state folder. */
export async function expectNoneLeft(state: string): Promise<void> {
  await vi.waitFor(() => expect(processesOf(state)).toEqual([]), { timeout: 10_000, interval: 100 });
}

/** Kills the processes that still use a state folder. */
export async function endAll(state: string): Promise<void> {
  for (const { pid } of processesOf(state)) killProcess(pid);
  await expectNoneLeft(state);
}
