// Tests that each name with advice is reported by a finding.
import { expect, test } from 'vitest';
import { goNameAdvice } from '../../src/contract/findings/explanations/go-names.ts';
import { adviceFor, nameAdvice } from '../../src/contract/findings/name-advice.ts';
import { goTables, rulesOfGoName } from '../../src/scan/go/policy.ts';
import { rulesOfName } from '../../src/scan/rules/rules.ts';

const plainNames = nameAdvice.flatMap(({ names }) => names).filter((name) => !name.endsWith('*'));

test.each(plainNames)('a name with its own advice is reported by a rule: %s', (name) => {
  expect(rulesOfName(name).length).toBeGreaterThan(0);
});

test.each([
  ['threading', /async def/],
  ['write_text', /temporary|TMPDIR/],
  ['torch.load', /weights_only=True/],
  ['sys.modules', /try: import torch/],
  ['builtins.setattr', /dictionary.*dataclasses\.replace/],
  ['builtins.vars', /attributes/],
  ['importlib.import_module', /inside the function/],
  ['trust_remote_code', /trust_remote_code/],
])('the advice for %s names the alternative', (name, advice) => {
  expect(adviceFor({ name, ruleId: 'SLP101' })).toMatch(advice);
});

test("a name without its own advice uses its rule's fix", () => {
  const names = ['faulthandler', 'threading_tools', 'os.Process'];
  expect(names.map((name) => adviceFor({ name, ruleId: 'SLP101' }))).toEqual([undefined, undefined, undefined]);
});

/** Reported by the checks of go.mod and .gitmodules, not by a table. */
const namesOfFiles = ['submodule', 'go.mod'];
const exactGoNames = goNameAdvice.flatMap(({ names }) => names.map((name) => name.replace('*', '')));

test.each(exactGoNames.filter((name) => !namesOfFiles.includes(name)))(
  'a Go name with its own advice is reported by a rule: %s',
  (name) => {
    expect([...rulesOfGoName(name), ...rulesOfGoName(`${name}x`)].length).toBeGreaterThan(0);
  },
);

const { directives, functions, members, methods, packages } = goTables;
const goNames = [
  ...[...directives, ...functions, ...methods].flatMap(({ names }) => names),
  ...packages.flatMap(({ names }) => names.filter((name) => !name.startsWith('gopkg.in/'))),
  ...members.flatMap((row) => row.names.map((name) => `${row.package}.${name}`)),
];

test.each(goNames)('every name reported by a Go rule has its own advice: %s', (name) => {
  const written = name.replace('shopify', 'Shopify').replace('azure', 'Azure');
  expect(adviceFor({ name: written, ruleId: 'SLP901' })).toMatch(/^[A-Z].*\.$/);
});
