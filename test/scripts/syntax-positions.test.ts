// Compares the lines of syntax errors with CPython's and go/parser's: the committed expectations are theirs, and the scan agrees with them
// in new variants of their own libraries.
// @module-tag long
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import {
  brokenFiles,
  committedVariants,
  differences,
  type Language,
  readVariants,
  type Variant,
} from '../scan/support/broken-files.ts';
import { repetition } from '../support/property.ts';

const generators = fileURLToPath(import.meta.resolve('../scan/support/broken'));
const sourceBytesMax = 100_000;
const sourcesMax = 50;

function breakFiles(language: Language, count: number, seed: number, paths: readonly string[]): Variant[] {
  const options = { cwd: brokenFiles, encoding: 'utf8', maxBuffer: 2 ** 28 } as const;
  const args = [String(count), String(seed), ...paths];
  const output =
    language === 'python'
      ? execFileSync(inject('python'), [join(generators, 'python.py'), ...args], options)
      : execFileSync('go', ['run', join(generators, 'go.go'), ...args], options);
  return readVariants(output);
}

function libraryOf(language: Language): string[] {
  const program = language === 'python' ? inject('python') : 'go';
  const args = language === 'python' ? ['-c', 'import os; print(os.path.dirname(os.__file__))'] : ['env', 'GOROOT'];
  const root = execFileSync(program, args, { encoding: 'utf8' }).trim();
  const pattern =
    language === 'python' ? '{*,asyncio/*,email/*,http/*,json/*}.py' : 'src/{net,encoding,text,go}/*/*.go';
  return globSync(pattern, { cwd: root })
    .sort()
    .map((name) => join(root, name))
    .filter((path) => isPlain(readFileSync(path, 'latin1')))
    .slice(0, sourcesMax);
}

function isPlain(text: string): boolean {
  return text.length < sourceBytesMax && !/[^\n\t\x20-\x7e]/.test(text);
}

const languages: [Language, string][] = [
  ['python', '.py'],
  ['go', '.go'],
];

test.each(languages)(
  'the committed expectations are what the parser of %s reports',
  { tags: ['go'] },
  (language, extension) => {
    const row = ({ class: name, end, file, line, new: replacement, start }: Variant) =>
      [name, file, start, end, replacement, line].join(' ');
    const paths = globSync(`*${extension}`, { cwd: brokenFiles }).sort();
    const reported = breakFiles(language, 8, 0, paths);
    // Older Pythons report other lines in f-strings, and newer ones accept more.
    const classes = new Set(reported.map((variant) => variant.class));
    const committed = committedVariants(language).filter((variant) => classes.has(variant.class));
    expect(reported.map(row)).toEqual(committed.map(row));
  },
);

test.each(languages)(
  '95 of 100 syntax errors in the library of %s are on its line, and 9 of 10 in each class',
  { tags: ['go'], timeout: 600_000 },
  async (language) => {
    const paths = libraryOf(language);
    const variants = breakFiles(language, 40, inject('propertySeed') % 1_000_000, paths);
    const { accepted, lines } = await differences(language, variants);
    const differing = Map.groupBy(lines, (line) => line.slice(0, line.indexOf(':')));
    const poor = [...differing].filter(
      ([name, found]) => found.length > 0.1 * variants.filter((variant) => variant.class === name).length,
    );
    expect(poor, repetition()).toEqual([]);
    expect(lines.length / variants.length, repetition()).toBeLessThan(0.05);
    expect(accepted.length / variants.length, repetition()).toBeLessThan(language === 'python' ? 0.001 : 0.03);
  },
);
