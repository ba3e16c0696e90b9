// Tests the release plans that commands take: words, percentages and JSON files.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readReleasePlan } from '../../src/cli/arguments/release-plan.ts';
import { Failure } from '../../src/cli/terminal/failure.ts';
import { releasePlanSchema } from '../../src/contract/releases.ts';

function fileWith(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'plan-')), 'plan.json');
  writeFileSync(path, text);
  return path;
}

function failure(text: string): Failure {
  try {
    readReleasePlan(text);
  } catch (error) {
    if (error instanceof Failure) return error;
  }
  throw new Error(`${text} was accepted`);
}

test.each([
  ['immediate', 'immediate'],
  ['standard', {}],
  ['5', releasePlanSchema.parse({ steps: [{ percent: 5 }] })],
  ['0.5,10,50', releasePlanSchema.parse({ steps: [{ percent: 0.5 }, { percent: 10 }, { percent: 50 }] })],
])('the plan %s is understood', (text, plan) => {
  expect(readReleasePlan(text)).toEqual(plan);
});

test('a plan is read from a file', () => {
  const plan = { steps: [{ percent: 0, shadow: 10 }, { percent: 5 }], hold: { calls: 500 } };
  expect(readReleasePlan(fileWith(JSON.stringify(plan)))).toEqual(releasePlanSchema.parse(plan));
});

test.each([
  ['soon', "--release: 'soon' is not a release plan"],
  ['1,', "--release: '1,' is not a release plan"],
  ['50,10', '--release: 50,10: steps: Percentages must not fall from one step to the next'],
  ['101', '--release: 101: steps.0.percent: Too big'],
  ['missing.json', '--release: cannot read missing.json: ENOENT'],
])('the plan %s is refused with the reason', (text, message) => {
  const { message: said, options } = failure(text);
  expect(said).toContain(message);
  expect(options.hint).toBe('Use immediate, standard, percentages such as 1,10,50, or the path of a .json file.');
});

test('a file that is not a plan is refused with the field', () => {
  expect(failure(fileWith('{"hold": 5}')).message).toContain('hold: Must be a duration such as 5m');
  expect(failure(fileWith('{')).message).toContain('cannot read');
});
