// Checks that the advice for single names is for names that findings report.
import { expect, test } from 'vitest';
import { adviceFor, nameAdvice } from '../../src/contract/findings/name-advice.ts';
import { rulesOfName } from '../../src/scan/rules/rules-of-name.ts';

const plainNames = nameAdvice.flatMap(({ names }) => names).filter((name) => !name.endsWith('*'));

test.each(plainNames)('a rule reports the name that has advice of its own: %s', (name) => {
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
])('the advice for %s says what to write instead', (name, advice) => {
  expect(adviceFor(name)).toMatch(advice);
});

test('a name without advice of its own has none, so that the fix of its rule applies', () => {
  expect([adviceFor('faulthandler'), adviceFor('threading_tools')]).toEqual([undefined, undefined]);
});
