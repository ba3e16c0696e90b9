// Tests which processes run while Slipway is idle (decision 131).
import { expect, test } from 'vitest';
import { waitFor } from '../support/waiting.ts';
import { listProcesses } from './processes.ts';
import { startSlipway, stateFolder } from './slipway.ts';

const parts = [
  ['launcher', /node\S* (?:\S+ )?scripts\/start\.cjs/],
  ['worker', /node\S* (?:\S+ )?scripts\/local\/worker-process\.ts/],
  ['workerd', /workerd serve/],
  ['guard', /read _; kill -s KILL 0/],
  ['builder', /node\S* builder\/server\/main\.ts/],
  ['host', /builder\/host-python\//],
] as const;

/** Returns each process's role, or its command if the role is unknown. Omits plugin processes. */
function running(state: string): string[] {
  return listProcesses(state)
    .map(({ command }) => parts.find(([, pattern]) => pattern.test(command))?.[0] ?? command)
    .filter((part) => part !== 'host')
    .sort();
}

test('only the launcher, Miniflare with workerd and their guard, the builder and plugin hosts remain after a start', async () => {
  const state = await stateFolder();
  await (await startSlipway(state)).ready();
  await waitFor(() => expect(running(state)).toEqual(['builder', 'guard', 'launcher', 'worker', 'workerd']), {
    interval: 200,
  });
});
