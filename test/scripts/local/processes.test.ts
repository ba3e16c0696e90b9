// Tests how scripts end a Slipway that they started: in the same way as Ctrl-C, and within a time limit.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { endStart, listProcesses } from '../../../scripts/testing/processes.ts';

/** Starts a process with a child that reacts to Ctrl-C in this way. */
async function started(answer: string) {
  const state = `/nowhere/${randomUUID()}`;
  const script = `${answer}; sleep 300 & echo ready; wait; wait`;
  const child = spawn('/bin/sh', ['-c', script], { env: { ...process.env, STATE: state }, stdio: 'pipe' });
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  return { child, exited, state };
}

test('a start that ends on its own ends normally', async () => {
  const { child, exited, state } = await started("trap 'kill $!; exit 7' INT");
  await endStart(child, state);
  expect([await exited, listProcesses(state)]).toEqual([[7, null], []]);
});

test('a start that does not end is killed after the limit, with its child processes', async () => {
  const { child, exited, state } = await started("trap '' INT");
  await endStart(child, state, 200);
  expect(await exited).toEqual([null, 'SIGKILL']);
  await expect.poll(() => listProcesses(state)).toEqual([]);
});
