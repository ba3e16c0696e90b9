// Configures fast-check for all property tests: one seed per run, and failures that say how to repeat them.
import fc, { type RunDetails } from 'fast-check';
import { expect, inject } from 'vitest';
import { seedVariable } from './seed-variable.ts';

const seed = inject('propertySeed');

/** Returns the command that repeats the current test with the same values. */
export function repetition(): string {
  const { currentTestName, testPath = '' } = expect.getState();
  const file = testPath.slice(testPath.lastIndexOf('/test/') + 1);
  const title = currentTestName?.replaceAll(' > ', ' ') ?? '';
  return `Repeat with ${seedVariable}=${seed} vitest run ${file} -t ${JSON.stringify(title)}`;
}

function report(details: RunDetails<unknown>): void {
  if (!details.failed) return;
  const message = `${fc.defaultReportMessage(details)}\n\n${repetition()}`;
  throw new Error(message, { cause: details.errorInstance });
}

fc.configureGlobal({ seed, reporter: report });

export { fc };
