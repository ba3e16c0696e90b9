// Tests which version the CLI and the console roll back to by default.
import { expect, test } from 'vitest';
import { bestRollbackTarget } from '../../src/client/rollback-target.ts';

const at = (minute: number) => `2026-03-05T09:${String(minute).padStart(2, '0')}:00.000Z`;
const deployed = (version: string, minute: number) => ({ version, last_deployed_at: at(minute) });
/** 1.3.0 was deployed last, and 1.2.0 has been live again since a rollback. */
const history = {
  rollback_targets: ['1.3.0', '1.1.0', '1.0.0'],
  results: [deployed('1.3.0', 30), deployed('1.2.0', 20), deployed('1.1.0', 10), deployed('1.0.0', 1)],
  rollbacks: [{ at: at(40), from: '1.3.0', to: '1.2.0' }],
};
const failing = { calls: 10, errors: 9, invalid_inputs: 0 };

test.each<[string, Parameters<typeof bestRollbackTarget>, string | undefined]>([
  ['the version that served last', [{ ...history, rollbacks: [] }, []], '1.3.0'],
  ['not the version that a rollback left', [history, []], '1.1.0'],
  [
    'the version that a rollback left and that was deployed again since',
    [{ ...history, results: [deployed('1.3.0', 50)] }, []],
    '1.3.0',
  ],
  [
    'the version that a rollback left and another one chose again',
    [{ ...history, rollbacks: [{ at: at(45), from: '1.2.0', to: '1.3.0' }, ...history.rollbacks] }, []],
    '1.3.0',
  ],
  ['not a version whose calls failed', [history, [{ version: '1.1.0', ...failing }]], '1.0.0'],
  [
    'a version whose failures were all of its callers',
    [history, [{ version: '1.1.0', calls: 9, errors: 0, invalid_inputs: 9 }]],
    '1.1.0',
  ],
  [
    'not a version that fails among calls with invalid inputs',
    [history, [{ version: '1.1.0', calls: 104, errors: 3, invalid_inputs: 100 }]],
    '1.0.0',
  ],
  [
    'the version that served last if none served well',
    [
      history,
      [
        { version: '1.1.0', ...failing },
        { version: '1.0.0', ...failing },
      ],
    ],
    '1.3.0',
  ],
  ['nothing if no other version has served', [{ ...history, rollback_targets: [] }, []], undefined],
])('a rollback offers %s', (_what, [versions, calls], expected) => {
  expect(bestRollbackTarget(versions, calls)).toBe(expected);
});
