// @module-tag long
// Tests that each regular expression in the product takes time in proportion to the text, whatever it is used for: tries repeated pieces
// of what it is made of, and of what is usual, after beginnings and before ends that keep it from matching.
import ts from 'typescript';
import { expect, test } from 'vitest';
import { filesUnder } from '../source-files.ts';
import { fasterGrowth } from './cost.ts';
import type { Shape } from './row.ts';

const charsMax = 16 * 1024;
const enoughMs = 16;
const usual = [
  ' ',
  '\n',
  '\t',
  '\r\n',
  'a',
  '0',
  '-',
  '.',
  '/',
  '"',
  "'",
  '\\',
  '(',
  '[',
  '{',
  '_',
  ' a',
  'a.',
  ' #',
  'a,',
  '\u0301',
];
const beginnings = ['', 'a', '1'];
const ends = ['', '\u2028x', '!'];

/** Expressions that are not linear, and why their texts are short or no strangers'. */
const bounded = new Map([
  ['src/archive/tar/tar-header.ts', 'a field of at most 12 bytes'],
  ['src/client/client.ts', "the API's own paths"],
  ['src/reference/request/snippets.ts', "the person's own text, in the person's own tab"],
  ['src/console/data/calls/examples.ts', "the person's own text, in the person's own tab"],
  ['src/manifest/dependencies/dependencies.ts', 'a requirement of at most 500 characters'],
]);

const ownParts = /^src\/cli\/|\.gen\.ts$/;

function expressionsIn(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isRegularExpressionLiteral(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Returns characters that the expression names, alone and in pairs. */
function piecesOf(expression: string): string[] {
  const named = [...new Set(expression.replaceAll(/\\[a-zA-Z]|\{[^}]*\}|[\\^$]/g, ''))].slice(0, 24);
  return [...new Set([...usual, ...named, ...named.slice(1).map((one, at) => `${named[at]}${one}`)])];
}

function shapesOf(expression: string): Shape[] {
  return piecesOf(expression).flatMap((piece) =>
    beginnings.flatMap((begin) =>
      ends.map(
        (end): Shape =>
          (chars) =>
            begin + piece.repeat(Math.ceil(chars / piece.length)) + end,
      ),
    ),
  );
}

/** Replaces all matches, so that the expression is tried everywhere. */
function runOf(literal: string): (text: string) => string {
  const end = literal.lastIndexOf('/');
  const flags = literal.slice(end + 1).replace(/[gy]/g, '');
  const expression = new RegExp(literal.slice(1, end), `${flags}g`);
  return (text) => text.replace(expression, '');
}

async function isSlow(literal: string): Promise<boolean> {
  const run = runOf(literal);
  for (const shape of shapesOf(literal)) {
    if (await isSlowOn(run, shape)) return true;
  }
  return false;
}

/** Measures growth only where the longest text takes long, since there are a million texts. */
async function isSlowOn(run: (text: string) => string, shape: Shape): Promise<boolean> {
  const text = shape(charsMax);
  const begun = performance.now();
  run(text);
  if (performance.now() - begun < enoughMs / 2) return false;
  return (await fasterGrowth({ run, charsMax }, shape, Number.POSITIVE_INFINITY)) !== undefined;
}

const places = new Map<string, string[]>();
for (const { path, source } of [...filesUnder('src'), ...filesUnder('builder/server')]) {
  if (ownParts.test(path) || bounded.has(path)) continue;
  for (const literal of expressionsIn(source)) places.set(literal, [...(places.get(literal) ?? []), path]);
}

test('no regular expression takes time that grows faster than the text', async () => {
  const slow: string[] = [];
  for (const [literal, paths] of places) if (await isSlow(literal)) slow.push(`${literal} in ${paths.join(', ')}`);
  expect(slow).toEqual([]);
});
