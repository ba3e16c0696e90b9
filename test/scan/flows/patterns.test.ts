// Tests what the patterns in a `match` pass on to the names that they capture (scan policy §5.1, §5.5).
import { describe, expect, test } from 'vitest';
import { findingsOf, scanText } from '../support/scan.ts';

/** Returns the rules and names of the findings, without their locations. */
async function seedRulesOf(text: string): Promise<string[]> {
  return (await findingsOf(text)).map((finding) => finding.replace(/^\S+ /, ''));
}

async function strictRulesOf(text: string): Promise<string[]> {
  const findings = await scanText(text, { level: 'strict' });
  return findings.filter(({ ruleId }) => ruleId !== 'SLP190').map(({ ruleId, name }) => `${ruleId} ${name}`);
}

const box = 'import os\nb = Box()\nb.value = os\n';

describe('an attribute captured by a class pattern', () => {
  test.each([
    ['a keyword', `${box}match b:\n  case Box(value=v): v.system(c)`],
    ['a keyword after others', `${box}match b:\n  case Box(1, a=2, value=v): v.system(c)`],
    ['a keyword of a dotted class', `${box}match b:\n  case lib.Box(value=v): v.system(c)`],
    ['another case than the first', `${box}match b:\n  case 1: pass\n  case Box(value=v): v.system(c)`],
    ['a body in lines of its own', `${box}match b:\n  case Box(value=v):\n    f()\n    v.system(c)`],
    ['as', `${box}match b:\n  case Box(value=object() as v): v.system(c)`],
    ['as after the class', 'import os\nmatch os:\n  case object() as v: v.system(c)'],
    ['alternatives', `${box}match b:\n  case A(value=v) | B(value=v): v.system(c)`],
    ['a sequence', `${box}match [b]:\n  case [Box(value=v)]: v.system(c)`],
    ['a sequence in it', 'import os\nb.value = [os]\nmatch b:\n  case Box(value=[v]): v.system(c)'],
    ['a splat in it', 'import os\nb.value = [os]\nmatch b:\n  case Box(value=[*v]): v[0].system(c)'],
    ['a mapping', `${box}match {"k": b}:\n  case {"k": Box(value=v)}: v.system(c)`],
    ['a mapping in it', 'import os\nb.value = {"k": os}\nmatch b:\n  case Box(value={"k": v}): v.system(c)'],
    ['a class in a class', 'import os\na.b = b\nb.c = os\nmatch a:\n  case A(b=B(c=v)): v.system(c)'],
    ['a guard', `${box}match b:\n  case Box(value=v) if v.system(c): pass`],
    [
      'a position',
      'import os\nclass Box:\n  __match_args__ = ("a", "value")\nb.value = os\nmatch b:\n  case Box(_, v): v.system(c)',
    ],
    ['a builtin', 'import os\nmatch [os]:\n  case list(v): v[0].system(c)'],
  ])('a module is followed through an attribute captured by a class pattern: %s', async (_, text) => {
    expect(await seedRulesOf(text)).toEqual(['SLP301 os.system']);
    expect(await strictRulesOf(text)).toContain('SLP301 os.system');
  });

  test.each([
    'import os\nb.value = os\nmatch b:\n  case Box(other=v): v.system(c)',
    'import os\nb.value = os.path\nmatch b:\n  case Box(value=v): v.system(c)',
    'import os\nclass Box:\n  __match_args__ = ("a", "value")\nb.value = os\nmatch b:\n  case Box(v): v.system(c)',
    'import os\nmatch os.path:\n  case object(join=v): v.system(c)',
    'match b:\n  case Box(system=s, popen=p): s(p)',
  ])('an attribute that holds no module is clean: %j', async (text) => {
    expect(await seedRulesOf(text)).toEqual([]);
  });
});

describe('an attribute that a class pattern reads from a module', () => {
  test.each([
    ['import os\nmatch os:\n  case object(system=f): f(c)', 'SLP301 os.system'],
    ['import os\nmatch os:\n  case object(system=_): pass', 'SLP301 os.system'],
    ['import os\nm = os\nmatch m:\n  case 1: pass\n  case object(path=p, popen=f): f(c)', 'SLP301 os.popen'],
    ['import os\nmatch [os]:\n  case [object(system=f)]: f(c)', 'SLP301 os.system'],
    [`${box}match b:\n  case Box(value=object(system=f)): f(c)`, 'SLP301 os.system'],
    ['import pickle\nmatch pickle:\n  case object(loads=f): f(c)', 'SLP401 pickle.loads'],
    ['match __builtins__:\n  case object(eval=f): f(c)', 'SLP201 builtins.eval'],
    ['import json\nmatch json:\n  case object(__builtins__=b): b["eval"](c)', 'SLP201 builtins.eval'],
    ['match f:\n  case object(__globals__=g): pass', 'SLP501 __globals__'],
    ['import os\nmatch os:\n  case object(__dict__=d): d["system"](c)', 'SLP301 os.system'],
  ])('an attribute in a class pattern is found like an attribute after a dot: %j', async (text, expected) => {
    expect(await seedRulesOf(text)).toContain(expected);
    expect(await strictRulesOf(text)).toContain(expected);
  });

  test.each([
    ['import logging\nmatch logging:\n  case object(threading=t): t.Thread()', 'SLP101 threading'],
    ['import dataclasses\nmatch dataclasses:\n  case object(_create_fn=f): f(c)', 'SLP191 dataclasses._create_fn'],
    ['import logging\nmatch {1: logging}.get(1):\n  case object(threading=t): pass', 'SLP101 threading'],
    ['match f:\n  case object(__closure__=g): pass', 'SLP122 __closure__'],
  ])('an attribute in a class pattern is found at the strict level: %j', async (text, expected) => {
    expect(await strictRulesOf(text)).toContain(expected);
  });

  test("private attributes of the plugin's own objects are clean", async () => {
    const text =
      'class A:\n  _x = 1\n\ndef f(a):\n  match a:\n    case A(_x=1): pass\n    case A(threading=t): return t';
    expect(await strictRulesOf(text)).toEqual([]);
  });
});
