// Compares the scanner with a second implementation of the policy on CPython's own syntax tree (support/reference.py), over files
// of the installed standard library. Lookups by computed names are excluded, since the reference does not implement them.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { nodeParsers } from '../../src/cli/parsers.ts';
import { scanSource } from '../../src/scan/scan.ts';

const reference = fileURLToPath(new URL('support/reference.py', import.meta.url));

/**
 * Not compared: files in other codecs (SLP602), test data broken on purpose, and modules that export forbidden functions
 * themselves.
 */
const excluded =
  /\/(?:encoded_modules|tokenizedata|test_future_stmt|lib2to3|test_lib2to3)\/|\/(?:test_)?(?:pickle|posix|turtledemo)/;

function python(script: string[], input = ''): string {
  return execFileSync('python3', script, { encoding: 'utf8', input, maxBuffer: 64 * 1024 * 1024 });
}

test('both have the same findings in every twentieth file', async () => {
  const library = python(['-c', 'import os; print(os.path.dirname(os.__file__))']).trim();
  const files = readdirSync(library, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.py') && !name.includes('site-packages'))
    .sort()
    .filter((_, at) => at % 20 === 0)
    .map((name) => join(library, name))
    .filter((path) => !excluded.test(path));
  expect(files.length).toBeGreaterThan(20);
  const expected = new Set(python([reference], files.join('\n')).split('\n').filter(Boolean));
  const found = new Set<string>();
  const parsers = nodeParsers();
  for (const path of files) {
    const bytes = readFileSync(path);
    for (const { line, name, ruleId } of await scanSource(parsers, { path, bytes })) {
      const row = pythonJson([path, ruleId === 'SLP601' ? 0 : line, ruleId, name]);
      if (expected.has(row) || !isLookup(bytes.toString(), line)) found.add(row);
    }
  }
  expect(found).toEqual(expected);
});

function isLookup(text: string, line: number): boolean {
  return /getattr\(/.test(text.split('\n')[line - 1] ?? '');
}

/** Formats a row as Python's json.dumps does. */
function pythonJson(row: (string | number)[]): string {
  return `[${row.map((value) => JSON.stringify(value)).join(', ')}]`;
}
