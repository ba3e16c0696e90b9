// Compares the scanner with a second implementation of the policy on CPython's own syntax tree (support/reference.py), on files from
// the installed standard library.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { nodeParsers } from '../../src/cli/parsers.ts';
import { scanSource } from '../../src/scan/scan.ts';

const reference = fileURLToPath(new URL('support/reference.py', import.meta.url));

/** Excluded are test data that only part of CPython rejects, and modules that export forbidden functions themselves. */
const excluded = /\/(?:test_future_stmt|lib2to3|test_lib2to3)\/|\/(?:test_)?(?:pickle|posix)/;

/** Patterns that the reference does not implement: lookups by name, and members of values that are not plain names. */
const unimplemented = /getattr\(|sys\.modules|\.\w+\(/;

function python(script: string[], input = ''): string {
  return execFileSync(inject('python'), script, { encoding: 'utf8', input, maxBuffer: 64 * 1024 * 1024 });
}

function everyTwentiethFile(): string[] {
  const library = python(['-c', 'import os; print(os.path.dirname(os.__file__))']).trim();
  return readdirSync(library, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.py') && !name.includes('site-packages'))
    .sort()
    .filter((_, at) => at % 20 === 0)
    .map((name) => join(library, name))
    .filter((path) => !excluded.test(path));
}

test('the scanner and the reference have the same findings in every twentieth file', async () => {
  const files = everyTwentiethFile();
  expect(files.length).toBeGreaterThan(20);
  const expected = new Set(python([reference], files.join('\n')).split('\n').filter(Boolean));
  const found = new Set<string>();
  const surplus: string[] = [];
  const parsers = nodeParsers();
  for (const path of files) {
    const bytes = readFileSync(path);
    const lines = bytes.toString().split('\n');
    for (const { line, name, ruleId } of await scanSource(parsers, { path, bytes })) {
      const isUnread = ruleId === 'SLP601' || ruleId === 'SLP602';
      const row = pythonJson([path, isUnread ? 0 : line, ruleId, name]);
      found.add(row);
      if (!expected.has(row) && !unimplemented.test(lines[line - 1] ?? '')) surplus.push(row);
    }
  }
  expect([...expected].filter((row) => !found.has(row))).toEqual([]);
  expect(surplus).toEqual([]);
});

/** Formats a row in the same way as Python's json.dumps. */
function pythonJson(row: (string | number)[]): string {
  return `[${row.map((value) => JSON.stringify(value)).join(', ')}]`;
}
