// Compares the lines of syntax errors with CPython's. The committed expectations are CPython's own, and the scan agrees with CPython on
// new variants of its library.
// @module-tag weekly
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import {
  brokenFiles,
  committedVariants,
  differences,
  readVariants,
  type Variant,
} from '../scan/support/broken-files.ts';
import { repetition } from '../support/property.ts';

const generator = fileURLToPath(import.meta.resolve('../scan/support/broken/python.py'));
const sourceBytesMax = 100_000;
const sourcesMax = 50;

function breakFiles(count: number, seed: number, paths: readonly string[]): Variant[] {
  const options = { cwd: brokenFiles, encoding: 'utf8', maxBuffer: 2 ** 28 } as const;
  return readVariants(execFileSync(inject('python'), [generator, String(count), String(seed), ...paths], options));
}

function libraryPaths(): string[] {
  const program = 'import os; print(os.path.dirname(os.__file__))';
  const root = execFileSync(inject('python'), ['-c', program], { encoding: 'utf8' }).trim();
  return globSync('{*,asyncio/*,email/*,http/*,json/*}.py', { cwd: root })
    .sort()
    .map((name) => join(root, name))
    .filter((path) => isPlain(readFileSync(path, 'latin1')))
    .slice(0, sourcesMax);
}

function isPlain(text: string): boolean {
  return text.length < sourceBytesMax && !/[^\n\t\x20-\x7e]/.test(text);
}

test("the committed expectations match CPython's reports", () => {
  const row = ({ class: name, end, file, line, new: replacement, start }: Variant) =>
    [name, file, start, end, replacement, line].join(' ');
  const paths = globSync('*.py', { cwd: brokenFiles }).sort();
  const reported = breakFiles(8, 0, paths);
  // Older Pythons report different lines in f-strings, and newer ones accept more.
  const classes = new Set(reported.map((variant) => variant.class));
  const committed = committedVariants().filter((variant) => classes.has(variant.class));
  expect(reported.map(row)).toEqual(committed.map(row));
});

test("95 of 100 syntax errors in Python's library are on the same line as in CPython, and 9 of 10 in each class", {
  timeout: 600_000,
}, async () => {
  const variants = breakFiles(40, inject('propertySeed') % 1_000_000, libraryPaths());
  const { accepted, lines } = await differences(variants);
  const differing = Map.groupBy(lines, (line) => line.slice(0, line.indexOf(':')));
  const poor = [...differing].filter(
    ([name, found]) => found.length > 0.1 * variants.filter((variant) => variant.class === name).length,
  );
  expect(poor, repetition()).toEqual([]);
  expect(lines.length / variants.length, repetition()).toBeLessThan(0.05);
  expect(accepted.length / variants.length, repetition()).toBeLessThan(0.001);
});
