// Tests that names with too many combining marks are reported, wherever a name can be, and that they cost linear time.
import { expect, test } from 'vitest';
import { nodeParsers } from '../../../src/cli/parsers.ts';
import { scanSource } from '../../../src/scan/scan.ts';

const long = `a${'\u0301'.repeat(31)}`;

async function reported(text: string) {
  const findings = await scanSource(nodeParsers(), { path: 'x.py', bytes: new TextEncoder().encode(text) });
  return findings.map(({ ruleId, line }) => `${ruleId} ${line}`);
}

test.each([
  ['a variable', `x = 1\n${long} = 1\n`, 2],
  ['a module', `\nimport os, pkg.${long}.sub\n`, 2],
  ['a relative import', `from .${long} import x\n`, 1],
  ['an alias', `import os as ${long}\n`, 1],
  ['a keyword argument', `print(\n  ${long}=1)\n`, 2],
  ['an attribute', `x.${long}\n`, 1],
  ['a parameter', `def f(*, ${long}): pass\n`, 1],
  ['a field of an f-string', `f"{${long}}"\n`, 1],
  ['a name with letters that become marks', `a${'\u0301\uff9e'.repeat(16)} = 1\n`, 1],
])('%s is an error with its line', async (_, text, line) => {
  expect(await reported(text)).toEqual([`SLU103 ${line}`]);
});

test('a name is reported once in a file', async () => {
  expect(await reported(`${long} = 1\n${long} = ${long} + 1\n`)).toEqual(['SLU103 1']);
});

test('strings, comments and names with 30 marks may be as they are', async () => {
  expect(await reported(`x = "${long}"  # ${long}\n"""${long}"""\na${'\u0301'.repeat(30)} = f"${long}{x}"\n`)).toEqual(
    [],
  );
});

test('a name of 1 MB is shown cut', async () => {
  const text = `eval("1")\na${'\u0301\u0316'.repeat(250_000)} = 1\n`;
  const findings = await scanSource(nodeParsers(), { path: 'x.py', bytes: new TextEncoder().encode(text) });
  expect(findings.map(({ ruleId }) => ruleId)).toEqual(['SLP201', 'SLU103']);
  expect(findings[1]?.message).toMatch(
    /^Name with too many combining marks: "a[\u0301\u0316]{39}…" has more than 30 in a row$/,
  );
  expect(findings[1]?.name.length).toBeLessThan(50);
});
