// Tests that imports are followed through hundreds of modules and thousands of names, and that plugins with more are refused (scan policy
// §5.6a).
import { expect, test } from 'vitest';
import { findingsIn } from './support/findings-in.ts';

test('a name that leads through more than 20,000 names in other modules may be anything', async () => {
  /** `x` may be any of `count` names in another module. The last of them is a module governed by the policy. */
  const findingsWith = (count: number) => {
    const names = Array.from(
      { length: count },
      (_, at) => `from n import ${at + 1 < count ? `k${at}` : 'last'} as x\n`,
    );
    return findingsIn({
      'n.py': 'import os as last',
      'm.py': names.join(''),
      'boot.py': 'from m import x\nx.popen("id")',
    });
  };
  expect(await findingsWith(19_999)).toEqual(['boot.py:2:1 SLP301 os.popen']);
  expect(await findingsWith(20_000)).toEqual(['boot.py:1:15 SLP801 *', 'boot.py:2:1 SLP801 *.popen']);
});

function starGraph(count: number, before: (at: number) => string): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, at) => {
      const stars = Array.from({ length: count - 1 }, (_, step) => `from m${(at + step + 1) % count} import *\n`);
      return [`m${at}.py`, `${before(at)}${stars.join('')}import os as o${at}\ny${at} = o${(at * 5 + 1) % count}\n`];
    }),
  );
}

test('modules that all star-import one another are followed to their bindings', async () => {
  const findings = await findingsIn({ ...starGraph(120, () => ''), 'main.py': 'from m7 import *\ny1.system("id")\n' });
  expect(findings.filter((found) => /main\.py|SLP603/.test(found))).toEqual(['main.py:2:1 SLP301 os.system']);
});

/** Returns modules that each star-import the next one, in a circle. */
function starRing(count: number, text: (at: number) => string): Record<string, string> {
  const modules = Array.from({ length: count }, (_, at) => `from m${(at + 1) % count} import *\n${text(at)}`);
  return Object.fromEntries(modules.map((module, at) => [`m${at}.py`, module]));
}

test('a circle of 990 modules that all export os is followed', async () => {
  const findings = await findingsIn({
    ...starRing(990, () => 'import os\n'),
    'main.py': 'from m7 import *\nos.system("id")\n',
  });
  expect(findings).toEqual(['main.py:2:1 SLP301 os.system']);
});

test('a chain of 990 modules, each with its own name, is followed', async () => {
  const modules = Array.from({ length: 990 }, (_, at) => `from m${at + 1} import *\nimport os as o${at}\n`);
  const findings = await findingsIn({
    ...Object.fromEntries(modules.map((module, at) => [`m${at}.py`, module])),
    'm990.py': 'import json\n',
    'main.py': 'from m7 import *\no980.system("id")\no6.system("id")\njson.system("id")\n',
  });
  expect(findings).toEqual(['main.py:2:1 SLP301 os.system']);
});

test('a name is followed around a circle of star imports to the only module that binds it', async () => {
  const ring = starRing(400, (at) => (at === 5 ? 'import os as o\n' : at === 6 ? 'o.system("id")\n' : ''));
  expect(await findingsIn(ring)).toEqual(['m6.py:2:1 SLP301 os.system']);
});

test('a circle of modules that bind a name to different values is too complex to scan', async () => {
  const findings = await findingsIn(starRing(400, () => 'import os\nclass o:\n    p = os\n'));
  expect(findings.filter((found) => found.includes('SLP603'))).toHaveLength(1);
});

test('names that become too complex only in the last file are refused', async () => {
  const names = Array.from({ length: 900 }, (_, at) => `o${at}`);
  const text = `import os\n${names.map((name) => `class ${name}: p = os\n`).join('')}`;
  const modules = Array.from({ length: 100 }, (_, at) => `c${at}`);
  const findings = await findingsIn({
    ...Object.fromEntries(modules.map((module) => [`${module}.py`, text])),
    'hub.py': modules.map((module) => `from ${module} import *\n`).join(''),
    'z.py': `from hub import *\n${names.map((name) => `${name}.p.getcwd()\n`).join('')}`,
  });
  expect(findings.filter((found) => found.includes('SLP603'))).toHaveLength(1);
});

test('more than 50,000 star imports are too complex to scan', async () => {
  const findings = await findingsIn(starGraph(225, () => ''));
  expect(findings.filter((found) => found.includes('SLP603'))).toHaveLength(1);
});

test('star imports that repeat endlessly are too complex to scan', async () => {
  const findings = await findingsIn(starGraph(60, (at) => `__all__ = ['o${at}', 'y${at}']\n`));
  expect(findings.filter((found) => found.includes('SLP603'))).toHaveLength(1);
});
