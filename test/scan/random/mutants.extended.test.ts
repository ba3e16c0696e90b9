// Replaces random expressions in real files with forbidden ones, anywhere in the grammar, and expects an error for each.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import { repetition } from '../../support/property.ts';
import { misread } from '../support/misread.ts';
import { scanText } from '../support/scan.ts';

const generator = fileURLToPath(new URL('../support/mutants.py', import.meta.url));
const count = inject('weekly') ? 5000 : 25;
/** Mutants held in memory at a time. */
const chunk = 500;

const mutantsSchema = z.array(
  z.object({ file: z.string(), source: z.string(), line: z.int(), column: z.int(), expression: z.string() }),
);

function lineOf(source: string, line: number): string {
  return source.split('\n')[line - 1] ?? '';
}

test('the scan finds a forbidden expression anywhere in real files', { timeout: 1_800_000 }, async () => {
  const missed: string[] = [];
  for (let done = 0; done < count; done += chunk) {
    const args = [generator, String(Math.min(chunk, count - done)), String(inject('propertySeed') + done)];
    const options = { encoding: 'utf8', maxBuffer: 2 ** 30 } as const;
    for (const { column, expression, file, line, source } of mutantsSchema.parse(
      JSON.parse(execFileSync(inject('python'), args, options)),
    )) {
      const findings = await scanText(source);
      const isFound = findings.some(
        (finding) =>
          finding.severity === 'error' &&
          finding.line <= line &&
          finding.endLine >= line &&
          !finding.ruleId.startsWith('SLP6'),
      );
      const isRefused = findings.some(({ ruleId }) => ruleId === 'SLP601') && misread.test(lineOf(source, line));
      if (!isFound && !isRefused) missed.push(`${file}:${line}:${column} ${expression}`);
    }
  }
  expect(missed, repetition()).toEqual([]);
});
