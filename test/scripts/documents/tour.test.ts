// Tests that the change in docs/tour.md applies to the project.
// @module-tag git
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('the feature in docs/tour.md applies to the project', () => {
  const [, change = ''] = /^```text\n(diff --git .*?)^```$/ms.exec(readFileSync('docs/tour.md', 'utf8')) ?? [];
  expect(change).toContain('src/features.ts');
  expect(() => execFileSync('git', ['apply', '--check'], { input: change, stdio: 'pipe' })).not.toThrow();
});
