// Tests the table of a plugin's instances in `slipway status` and `slipway deployments show`.
import { expect, test } from 'vitest';
import { type Fleet, formatFleet } from '../../../src/cli/deployments/fleet.ts';

const restarts = {
  ...{ count: 2, since: '2026-11-20T11:50:00.000Z', last_at: '2026-11-20T12:03:01.000Z' },
  last_reason: 'exit code 9',
};
const running = { number: 1, state: 'running', calls_in_flight: 7, last_call_at: null, restarts: null } as const;

test('a table has a row for each awake instance', () => {
  const fleet: Fleet = { max: 4, instances: [running, { ...running, number: 3, state: 'restarting', restarts }] };
  expect(formatFleet(fleet)).toBe(
    [
      '2 of at most 4 instances are awake.',
      '  INSTANCE  STATE       CALLS  RESTARTS',
      '  #1        running     7      -',
      '  #3        restarting  7      restarting (2 times, last 2026-11-20 12:03:01Z: exit code 9)',
      '',
    ].join('\n'),
  );
});

test('a table of sleeping instances says that all of them are asleep', () => {
  expect(formatFleet({ max: 4, instances: [] })).toBe('0 of at most 4 instances are awake.\n');
});
