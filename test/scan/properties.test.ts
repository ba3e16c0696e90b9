// Property tests of the scan: code changes that must not change the findings, and inputs that must not break the scan.
import { describe, expect, test } from 'vitest';
import { nodeParsers } from '../../src/cli/parsers.ts';
import { rules } from '../../src/contract/findings/rules.ts';
import { scanSource } from '../../src/scan/scan.ts';
import { fc } from '../support/property.ts';
import { scanText } from './support/scan.ts';

/** Returns the rules and names of the findings, without their locations. */
async function findingNames(text: string): Promise<string[]> {
  return (await scanText(text)).map(({ name, ruleId }) => `${ruleId} ${name}`);
}

const names = fc.constantFrom('a', 'b', 'spam', 'eggs', 'x1', '_y', 'naïve', 'ß');

describe('the findings stay the same', () => {
  const uses = fc.constantFrom(
    { tokens: ['eval', '(', '1', ')'], findingNames: ['SLP201 builtins.eval'] },
    { tokens: ['f', '(', 'x', '=', 'open', ')'], findingNames: ['SLP201 builtins.open'] },
    { tokens: ['os', '.', 'system', '(', '"x"', ')'], findingNames: ['SLP301 os.system'] },
    { tokens: ['getattr', '(', 'os', ',', '"fork"', ')'], findingNames: ['SLP301 os.fork'] },
    { tokens: ['x', '.', '__class__', '.', '__name__'], findingNames: ['SLP501 __class__'] },
    { tokens: ['re', '.', 'compile', '(', 'eval_', ')'], findingNames: [] },
  );

  test('the findings stay the same with any white space between the tokens', async () => {
    const blank = fc.constantFrom(' ', '  ', '\t', '\f', '\n', '\r\n', '\r', ' # eval(1)\n', '\\\n');
    await fc.assert(
      fc.asyncProperty(uses, fc.array(blank, { minLength: 12, maxLength: 12 }), async (use, blanks) => {
        const spaced = use.tokens.map((token, at) => token + (blanks[at] ?? ' ')).join('');
        expect(await findingNames(`x = (${spaced})\n`)).toEqual(use.findingNames);
      }),
    );
  });

  test('the findings stay the same with letters in any form that NFKC normalizes', async () => {
    const bases = [0xff41, 0x1d41a, 0x1d44e, 0x1d482, 0x1d5ba, 0x1d68a];
    const styled = (word: string, picks: readonly number[]): string =>
      word.replaceAll(/[a-z]/g, (letter, at: number) => {
        const base = bases[picks[at % picks.length] ?? 0];
        // U+1D455 is unassigned, because the italic h has a different code point.
        return base === undefined || letter === 'h' ? letter : String.fromCodePoint(base + letter.charCodeAt(0) - 97);
      });
    await fc.assert(
      fc.asyncProperty(uses, fc.array(fc.nat(bases.length), { minLength: 1 }), async (use, picks) => {
        const text = use.tokens.map((token) => (token.startsWith('"') ? token : styled(token, picks))).join('');
        expect(await findingNames(text)).toEqual(use.findingNames);
      }),
    );
  });

  test('the findings stay the same in any nesting of scopes', async () => {
    const wrappers = fc.constantFrom(
      ['def f():', ''],
      ['async def f(a, *b):', ''],
      ['class A:', ''],
      ['if x:', ''],
      ['try:', 'except E: pass'],
      ['with x:', ''],
      ['while x:', ''],
      ['for a in b:', 'else: pass'],
      ['match x:\n case y:', ''],
      ['if 0: pass\nelse:', ''],
    );
    await fc.assert(
      fc.asyncProperty(uses, fc.array(wrappers, { maxLength: 8 }), async (use, layers) => {
        const wrapped = layers.reduce(
          (inner, [head = '', tail = '']) => `${head}\n${inner.replaceAll(/^/gm, '  ')}\n${tail}`,
          use.tokens.join(''),
        );
        expect(await findingNames(wrapped)).toEqual(use.findingNames);
      }),
    );
  });

  test('the findings stay the same through any number of aliases, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(names, { minLength: 1 }), fc.nat(), async (chain, turn) => {
        const lines = ['import os', ...chain.map((name, at) => `${name} = ${chain[at - 1] ?? 'os'}`)];
        lines.push(`${chain.at(-1)}.system("x")`);
        const at = turn % lines.length;
        expect(await findingNames([...lines.slice(at), ...lines.slice(0, at)].join('\n'))).toEqual([
          'SLP301 os.system',
        ]);
      }),
    );
  });

  test('the findings stay the same however the name is composed', async () => {
    const forms: ((a: string, b: string) => string)[] = [
      (a, b) => `'${a}' '${b}'`,
      (a, b) => `'${a}' + '${b}'`,
      (a, b) => `'%s%s' % ('${a}', '${b}')`,
      (a, b) => `'{1}{0}'.format('${b}', '${a}')`,
      (a, b) => `f"{'${a}'}${b}"`,
      (a, b) => `''.join(['${a}', '${b}'])`,
      (a, b) => `'${[...(a + b)].reverse().join('')}'[::-1]`,
      (a, b) => `'${(a + b).toUpperCase()}'.lower()`,
      (a, b) => `b'${a + b}'.decode()`,
      (a, b) => `'#${a}${b}#'.strip('#')`,
      (a, b) => `'${a}?${b}'.replace('?', '')`,
    ];
    const forbidden = fc.constantFrom('system', 'popen', 'execve', 'spawnl', 'killpg');
    await fc.assert(
      fc.asyncProperty(forbidden, fc.nat(), fc.constantFrom(...forms), async (name, cut, form) => {
        const at = cut % (name.length + 1);
        const text = `import os\ngetattr(os, ${form(name.slice(0, at), name.slice(at))})`;
        expect(await findingNames(text)).toEqual([`SLP301 os.${name}`]);
      }),
    );
  });
});

describe('no input makes the scan throw or report a location outside the text', () => {
  const fragments = fc.constantFrom(
    ...[
      'eval',
      'os',
      'import',
      'from',
      'def',
      'class',
      'lambda',
      'match',
      'case',
      'type',
      'print',
      'async',
      'await',
      'f"',
      '"""',
    ],
    ...[
      '"',
      "'",
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      ':',
      ':=',
      '=',
      '.',
      ',',
      '*',
      '@',
      ';',
      '\\',
      '#',
      '!',
      '0777',
      '1_',
      'x',
    ],
    ...['\n', '\n  ', '\n\t', ' ', '\r', '\f', '\v', '\u200b', '\ufeff', '\u00e9', '\ud83d\ude00', '\0', '%', '->'],
  );
  const text = fc.oneof(
    fc.array(fragments, { maxLength: 60 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary' }),
  );

  test('no text makes the scan throw or report a location outside the text', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (source) => {
        const lines = source.split(/\r\n?|\n/);
        for (const finding of await scanText(source)) {
          expect(rules).toHaveProperty(finding.ruleId);
          expect(finding.line).toBeLessThanOrEqual(lines.length);
          expect(finding.column).toBeLessThanOrEqual((lines[finding.line - 1]?.length ?? 0) + 1);
          expect(finding.endLine).toBeGreaterThanOrEqual(finding.line);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('no bytes make the scan throw or report a location outside the text', async () => {
    const heads = ['', '\ufeff', '# coding: utf-8\n', '\ufeff# coding: ascii\n', '#!x\r# -*- coding=latin-1', 'x = "'];
    const head = fc.constantFrom(...heads).map((start) => new TextEncoder().encode(start));
    await fc.assert(
      fc.asyncProperty(head, fc.uint8Array({ maxLength: 60 }), async (start, rest) => {
        const bytes = Uint8Array.from([...start, ...rest]);
        for (const { ruleId } of await scanSource(nodeParsers(), { path: 'x.py', bytes })) {
          expect(rules).toHaveProperty(ruleId);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('the strict level has all findings of the seed level', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (source) => {
        const strict = await scanText(source, { level: 'strict' });
        for (const finding of await scanText(source)) expect(strict).toContainEqual(finding);
      }),
      { numRuns: 300 },
    );
  });
});
