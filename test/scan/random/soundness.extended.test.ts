// Generates random programs and runs them in CPython with builtins and modules that only record accesses (support/recorder.py). Every
// recorded access must be found on the same line (scan policy §3.1, §5.1, §5.2).
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { policyFor } from '../../../src/scan/policy/policy.ts';
import { fc, repetition } from '../../support/property.ts';
import { scanText } from '../support/scan.ts';

const recorder = fileURLToPath(new URL('../support/recorder.py', import.meta.url));

/** The lines of a statement. Exceptions are caught, so that every line is reached. */
type Lines = readonly string[];

const indented = (lines: Lines): Lines => lines.map((line) => `  ${line}`);
const caught = (...lines: string[]): Lines => ['try:', ...indented(lines), 'except Exception: pass'];

/** Only a few names, so that they collide often. */
const builtin = fc.constantFrom('open', 'open', 'open', 'eval');
const moduleName = fc.constantFrom('os', 'os', 'a');
const anyName = fc.oneof(builtin, builtin, moduleName);

const uses = fc.oneof(
  builtin.chain((name) =>
    fc.constantFrom(
      caught(`${name}(0)`),
      caught(`[${name} for x in (0,)]`),
      caught(`[x for x in (${name},)]`),
      caught(`(lambda: ${name})()`),
      caught(`(lambda ${name}: ${name})(0)`),
      caught(`f"{${name}}"`),
      caught(`harmless(x=${name})`),
      caught(`[${name} for ${name} in (0,)]`, `[[${name} for y in (0,)] for x in (0,)]`),
      caught(`[x for ${name} in (${name},)]`),
      caught(`def f(x=${name}): pass`),
      caught(`@${name}`, 'def f(): pass'),
      caught(`${name} += 1`),
    ),
  ),
  moduleName.chain((name) =>
    fc.constantFrom(
      caught(`${name}.system(0)`),
      caught(`getattr(${name}, "popen")`),
      caught(`[${name}.fork for x in (0,)]`),
      caught(`(lambda: ${name}.kill)()`),
      caught(`from ${name} import execv`),
    ),
  ),
);

const bindings = anyName.chain((name) =>
  fc.constantFrom<Lines>(
    [`${name} = harmless`],
    [`${name}: int = harmless`],
    [`${name}: int`],
    [`if harmless(): ${name} = harmless`],
    [`if not harmless(): ${name} = harmless`],
    [`for ${name} in (): pass`],
    [`for ${name} in (harmless,): pass`],
    [`with Context() as ${name}: pass`],
    ['try:', '  raise ValueError', `except ValueError as ${name}: pass`],
    caught(`del ${name}`),
    caught(`del ${name}`),
    [`${name} = harmless`],
    [`(${name} := harmless)`],
    [`[(${name} := harmless) for x in (0,)]`],
    [`def ${name}(*x): return harmless`],
    [`class ${name}: pass`],
    [`match harmless:`, `  case ${name}: pass`],
    [`${name}, x = harmless, 1`],
  ),
);

const aliases = fc.constantFrom<Lines>(
  ['import os'],
  ['import os as a'],
  ['from os import system'],
  ['import os.path'],
  ['if harmless(): import os as a'],
  caught('a = os'),
  caught('os = a'),
  caught('(a := os)'),
  caught('a: int = os'),
);

const { program } = fc.letrec<{ program: Lines; statement: Lines; scope: Lines }>((tie) => ({
  program: fc.array(tie('statement'), { minLength: 1, maxLength: 8 }).map((parts) => parts.flat()),
  statement: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { arbitrary: uses, weight: 4 },
    { arbitrary: bindings, weight: 3 },
    { arbitrary: aliases, weight: 2 },
    { arbitrary: tie('scope'), weight: 2 },
  ),
  scope: fc.tuple(tie('program'), anyName, fc.nat()).map(([body, name, at]) => {
    const inner = indented(body);
    const forms: Lines[] = [
      ['def g():', ...inner, 'g()'],
      ['def g():', `  global ${name}`, ...inner, 'g()'],
      ['def g():', `  ${name} = harmless`, '  def h():', `    nonlocal ${name}`, ...indented(inner), '  h()', 'g()'],
      [`def g(${name}=harmless):`, ...inner, 'g()'],
      ['class C:', ...inner],
      ['class C:', `  ${name} = harmless`, '  def g(self):', ...indented(inner), 'C().g()'],
      ['if harmless():', ...inner],
      ['for x in (0, 1):', ...inner],
      ['while True:', ...inner, '  break'],
    ];
    return forms[at % forms.length] ?? inner;
  }),
}));

test('the scan finds everything that a program accesses', async () => {
  const sources = fc.sample(program, { numRuns: 400 }).map((lines) => `${lines.join('\n')}\n`);
  const output = execFileSync(inject('python'), [recorder], { encoding: 'utf8', input: JSON.stringify(sources) });
  const reached: ([line: number, name: string][] | null)[] = JSON.parse(output);
  const missed: string[] = [];
  let looked = 0;
  for (const [at, source] of sources.entries()) {
    const found = new Set((await scanText(source)).map(({ line, name }) => `${line} ${name}`));
    for (const [line, name] of reached[at] ?? []) {
      const dot = name.lastIndexOf('.');
      if (!policyFor('seed').member(name.slice(0, dot), name.slice(dot + 1))) continue;
      looked += 1;
      if (!found.has(`${line} ${name}`)) missed.push(`${line} ${name} in\n${source}`);
    }
  }
  expect(missed, repetition()).toEqual([]);
  expect(looked).toBeGreaterThan(400);
});
