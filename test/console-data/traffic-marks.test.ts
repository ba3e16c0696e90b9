// Tests the marks in call charts.
import { expect, test } from 'vitest';
import { chartMarks } from '../../src/console/data/traffic/traffic-marks.ts';

const at = (minute: number) => `2026-03-05T09:${String(minute).padStart(2, '0')}:00.000Z`;

test('a version that became live is marked, and a rollback is marked as a rollback', () => {
  const marks = chartMarks([
    { at: at(50), type: 'promoted', version: '1.2.0' },
    { at: at(50), type: 'rolled_back', version: '1.2.0' },
    { at: at(40), type: 'deployed', version: '1.3.0' },
    { at: at(40), type: 'promoted', version: '1.3.0' },
    { at: at(10), type: 'promoted', version: '1.2.0' },
    { at: at(5), type: 'undeployed', version: null },
  ]);
  expect(marks.map(({ label, isRollback }) => [label, isRollback])).toEqual([
    ['back to 1.2.0', true],
    ['1.3.0', false],
    ['1.2.0', false],
  ]);
});

test('a version that was first deployed by a rollback is marked at the time it became live', () => {
  const [mark] = chartMarks([
    { at: at(12), type: 'promoted', version: '1.0.0' },
    { at: at(10), type: 'rolled_back', version: '1.0.0' },
  ]);
  expect(mark).toMatchObject({ at: Date.parse(at(12)), isRollback: true });
});
