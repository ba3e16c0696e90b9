// Tests what the console says began a deployment, and how long it took.
import { expect, test } from 'vitest';
import { tookMs, triggerOf } from '../../src/console/data/deployment-trigger.ts';

test.each([
  ['key', 'extractor', 'deploy'],
  ['hook', 'extractor', 'push'],
  ['hook', 'pipeline', 'push'],
  ['key', 'storage', 'install'],
  ['system', 'pipeline', 'automatic'],
] as const)('a deployment that a %s asked for, of the kind %s, is one by %s', (type, kind, trigger) => {
  expect(triggerOf({ created_by: { type, id: `${type}_1` }, kind })).toBe(trigger);
});

const created_at = '2026-03-01T00:00:00.000Z';

test.each([
  ['is live', '2026-03-01T00:00:02.000Z', [{ ended_at: '2026-03-01T00:00:01.000Z' }], 2000],
  ['failed', null, [{ ended_at: '2026-03-01T00:00:01.000Z' }], 1000],
  ['is under way', null, [{ ended_at: '2026-03-01T00:00:01.000Z' }, { ended_at: null }], null],
  ['was superseded before it began', null, [], null],
] as const)('the time of a deployment that %s', (_what, promoted_at, steps, took) => {
  expect(tookMs({ created_at, promoted_at, steps })).toBe(took);
});
