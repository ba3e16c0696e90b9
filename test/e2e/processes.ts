// Checks that the processes of a start have ended.
import { expect } from 'vitest';
import { killProcess, listProcesses } from '../../scripts/testing/processes.ts';
import { waitFor } from '../support/waiting.ts';

export { listProcesses };

/** Waits until no process uses the state folder. */
export async function expectNoneLeft(state: string): Promise<void> {
  await waitFor(() => expect(listProcesses(state)).toEqual([]), { interval: 100 });
}

/** Kills the processes that still use a state folder. */
export async function endAll(state: string): Promise<void> {
  for (const { pid } of listProcesses(state)) killProcess(pid);
  await expectNoneLeft(state);
}
