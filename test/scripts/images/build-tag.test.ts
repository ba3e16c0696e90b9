// Tests image tags: each build has its own tag, which Docker accepts and which sorts by time.
import { expect, test } from 'vitest';
import { buildTag } from '../../../scripts/images/build-tag.ts';

test("two builds of the same version have different tags, and the later build's tag sorts last", () => {
  const first = buildTag('0.1.0', new Date('2026-11-25T09:45:01.999Z'));
  const second = buildTag('0.1.0', new Date('2026-11-25T09:45:02.000Z'));
  expect([first, second]).toEqual(['0.1.0-20261125-094501', '0.1.0-20261125-094502']);
});

test('a pre-release tag is valid for Docker', () => {
  expect(buildTag('1.0.0-rc.1', new Date(0))).toMatch(/^[\w][\w.-]{0,127}$/);
});
