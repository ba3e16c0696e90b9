// Tests that every analysis limit fails closed (scan policy §5.6c). A part that was cut off is reported where it could be the object or
// the name in a lookup governed by the policy, and nowhere else.
import { describe, expect, test } from 'vitest';
import { findingsOf } from './support/scan.ts';

const last = async (text: string): Promise<string[]> => {
  const line = text.trimEnd().split('\n').length;
  return (await findingsOf(text))
    .filter((found) => Number.parseInt(found, 10) === line)
    .map((found) => found.replace(/^\S+ /, ''));
};

const lambdas = (count: number) => 'f = lambda: 0\n'.repeat(count);

describe('an object cut off by a limit', () => {
  test.each<[string, string]>([
    ['the 65th function of a name', `import os\nf = lambda: os\n${lambdas(64)}`],
    ['the 49th step of an expression', `import os\nf = lambda: os${'.path.os'.repeat(25)}\n`],
    ['the 129th branch of an expression', `import os\nf = lambda: os${' or a'.repeat(128)}\n`],
  ])('an object cut off by a limit is unknown: %s', async (_, bindings) => {
    expect(await last(`${bindings}f().popen`)).toEqual(['SLP801 *.popen']);
    expect(await last(`${bindings}getattr(f(), 'system')`)).toEqual(['SLP801 *.system']);
    expect(await last(`${bindings}f().close`)).toEqual([]);
    expect(await last(`${bindings}getattr(f(), 'close')`)).toEqual([]);
  });
});

describe('an object within the limits', () => {
  test.each<[string, string]>([
    ['the 64th function of a name', `import os\n${lambdas(63)}f = lambda: os\n`],
    ['the 48th step of an expression', `import os\nf = lambda: os${'.path.os'.repeat(23)}\n`],
    ['the 17th target of an assignment', `import os\nclass f: pass\n${'f.a = '.repeat(17)}os\nf = lambda: f.a\n`],
    ['the 17th call', `import os\ndef g(x): return x\n${'g(1)\n'.repeat(16)}g(os)\nf = lambda: g(os)\n`],
  ])('an object within the limits is known: %s', async (_, bindings) => {
    expect(await last(`${bindings}f().popen`)).toEqual(['SLP301 os.popen']);
  });
});

test('an exhausted constant budget refuses the file, and never makes a literal unknown', async () => {
  const spent = Array.from({ length: 1_100 }, (_, at) => `getattr(os, 'a' * 4000 + '${at}', 0)`).join('\n');
  const findings = await findingsOf(`import os\n${spent}\ngetattr(os, 'system')`);
  expect(findings.filter((found) => !found.includes('SLP801'))).toEqual(['1:1 SLP603 ', '1102:1 SLP301 os.system']);
});
