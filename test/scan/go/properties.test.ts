// Tests properties of the Go scan: code that is rewritten without changing its meaning has the same findings, and no input breaks the
// scan.
import { describe, expect, test } from 'vitest';
import { rules } from '../../../src/contract/findings/rules.ts';
import { fc } from '../../support/property.ts';
import { scanGo } from '../support/go.ts';

/** Returns the rules and names of the findings, without their locations. */
async function summary(text: string): Promise<string[]> {
  return (await scanGo(text)).map(({ name, ruleId }) => `${ruleId} ${name}`);
}

const names = fc.constantFrom('a', 'b', 'spam', 'x1', '_y', 'naïve', 'ß', 'os', 'net');
const forbidden = fc.constantFrom('os/exec', 'unsafe', 'syscall', 'debug/elf', 'plugin');

describe('the findings do not depend on', () => {
  test('the findings do not depend on how an import is written', async () => {
    const quoting = fc.constantFrom(
      (path: string) => `"${path}"`,
      (path: string) => `\`${path}\``,
      (path: string) => `\`${path.split('').join('\r')}\``,
      (path: string) => `"${[...path].map((letter) => `\\x${hex(letter, 2)}`).join('')}"`,
      (path: string) =>
        `"${[...path].map((letter) => `\\${letter.charCodeAt(0).toString(8).padStart(3, '0')}`).join('')}"`,
      (path: string) => `"\\u${hex(path.charAt(0), 4)}${path.slice(1)}"`,
    );
    const blank = fc.constantFrom(' ', '\t', '\r', '/**/', '/* import "fmt" */', '  ');
    const alias = fc.oneof(names, fc.constantFrom('', '.', '_'));
    const grouped = fc.constantFrom(['', ''], ['(', ')'], ['(\n', '\n)'], ['("fmt";', ';)']);
    await fc.assert(
      fc.asyncProperty(forbidden, quoting, blank, alias, grouped, async (path, quoted, gap, name, [open, close]) => {
        const text = `package p;${gap}import${gap}${open}${name}${gap}${quoted(path)}${close}`;
        expect(await summary(text)).toEqual([`SLP901 ${path}`]);
      }),
    );
  });

  test('the findings do not depend on the separators between tokens', async () => {
    const tokens = ['var', ' ', 'x', '=', 'f', '(', 'sys', '.', 'StartProcess', ',', '1', ')'];
    const blank = fc.constantFrom('', ' ', '\t', '\r', '/* " */', '/*`*/', ' // sys.Setenv\n', '\n');
    const mayBreak = new Set(['var', '=', '(', '.', ',']);
    await fc.assert(
      fc.asyncProperty(fc.array(blank, { minLength: 12, maxLength: 12 }), async (blanks) => {
        const spaced = tokens.map((token, at) => {
          const gap = blanks[at] ?? '';
          return token + (gap.includes('\n') && !mayBreak.has(token) ? '' : gap);
        });
        expect(await summary(`package p; import sys "os"\n${spaced.join('')}\n`)).toEqual(['SLP901 os.StartProcess']);
      }),
    );
  });

  test('the findings do not depend on the package name, or on where the name is used', async () => {
    const wrappers = fc.constantFrom(
      ['if a {', '}'],
      ['for range a {', '}'],
      ['switch { case a:', '}'],
      ['switch b := a.(type) { case T: _ = b;', '}'],
      ['func(c int) {', '}(1)'],
      ['{ d := 1; _ = d;', '}'],
      ['select { default:', '}'],
      ['go func() (e int) {', '; return }()'],
      ['if a {} else {', '}'],
    );
    await fc.assert(
      fc.asyncProperty(names, fc.array(wrappers, { maxLength: 8 }), async (name, layers) => {
        const wrapped = layers.reduce((inner, [head, tail]) => `${head} ${inner} ${tail}`, `${name}1.Setenv("x", "y")`);
        expect(await summary(`package p; import ${name}1 "os"\nfunc f() { ${wrapped} }\n`)).toEqual([
          'SLP904 os.Setenv',
        ]);
      }),
    );
  });
});

function hex(letter: string, digits: number): string {
  return letter.charCodeAt(0).toString(16).padStart(digits, '0');
}

describe('no input makes the scan throw or point outside the text', () => {
  const fragments = fc.constantFrom(
    ...['package p', 'import', '"os/exec"', '"os"', 'os', '.', 'Setenv', 'func', 'init', 'var', 'const', 'type', 'for'],
    ...[
      'switch',
      'case',
      'select',
      'if',
      'else',
      'new',
      'make',
      'struct',
      'interface',
      'map',
      'chan',
      '//go:linkname a',
    ],
    ...['//go:embed ..', '//', '/*', '*/', '"', '`', "'", '\\', '(', ')', '[', ']', '{', '}', ',', ';', ':', ':=', '='],
    ...['+', '-', '*', '<-', '...', '~', '!', '0x', '1_', '.5', 'x', '\n', ' ', '\r', '\t', '\f', '\u200b', '\ufeff'],
    ...['\u00e9', '\ud83d\ude00', '\0', 'module m', 'replace', '=>', './a', 'toolchain', '[submodule'],
  );
  const text = fc.oneof(
    fc.array(fragments, { maxLength: 60 }).map((parts) => parts.join(' ')),
    fc.array(fragments, { maxLength: 40 }).map((parts) => `package p\nimport . "os"\nfunc f() { ${parts.join('')} }`),
    fc.string({ unit: 'binary' }),
  );

  test.each(['plugin.go', 'go.mod', '.gitmodules'])(
    'no input makes the scan of a %s throw or point outside the text',
    async (path) => {
      await fc.assert(
        fc.asyncProperty(text, async (source) => {
          // A carriage return before a newline is part of the line, and gofmt reports the newline after it.
          const lines = source.split(/\r(?!\n)|\n/);
          for (const finding of await scanGo(source, path)) {
            expect(rules).toHaveProperty(finding.ruleId);
            expect(finding.line).toBeLessThanOrEqual(lines.length);
            expect(finding.column).toBeLessThanOrEqual((lines[finding.line - 1]?.length ?? 0) + 1);
            expect(finding.endLine).toBeGreaterThanOrEqual(finding.line);
          }
        }),
        { numRuns: 500 },
      );
    },
  );
});
