// Changes small programs randomly. The scan must find each forbidden call that CPython still reads, and reject nothing that CPython
// accepts.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import { repetition } from '../../support/property.ts';
import { misread } from '../support/misread.ts';
import { scanText } from '../support/scan.ts';

const generator = fileURLToPath(new URL('../support/fuzzed.py', import.meta.url));
const count = inject('weekly') ? 20_000 : 100;
const programsSchema = z.array(z.object({ source: z.string(), accepted: z.boolean(), lines: z.array(z.int()) }));

test('no change hides a forbidden call or makes the scan reject what CPython accepts', {
  timeout: 1_800_000,
}, async () => {
  const options = { encoding: 'utf8', maxBuffer: 2 ** 30 } as const;
  const args = [generator, String(count), String(inject('propertySeed'))];
  const hidden: string[] = [];
  const refused: string[] = [];
  for (const { accepted, lines, source } of programsSchema.parse(
    JSON.parse(execFileSync(inject('python'), args, options)),
  )) {
    const errors = (await scanText(source)).filter(({ severity }) => severity === 'error');
    if (errors.some(({ ruleId }) => ruleId.startsWith('SLP60'))) {
      if (accepted && !misread.test(source)) refused.push(source);
    } else if (lines.some((line) => !errors.some((error) => error.line <= line && error.endLine >= line))) {
      hidden.push(source);
    }
  }
  expect({ hidden, refused }, repetition()).toEqual({ hidden: [], refused: [] });
});
