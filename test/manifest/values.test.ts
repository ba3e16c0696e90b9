import { describe, expect, test } from 'vitest';
import type { Tree } from 'web-tree-sitter';
import { moduleNames } from '../../src/manifest/python/module.ts';
import { toJson } from '../../src/manifest/python/to-json.ts';
import { withTree } from '../../src/scan/file/parse.ts';
import { whole } from '../../src/scan/file/pauses.ts';
import { parsers } from './plugin.ts';

/** Evaluates a module and returns the JSON value of `x`, or the reason why `x` has no value. */
async function valueOfX(source: string) {
  const parser = await parsers.python();
  // biome-ignore lint/correctness/useYield: reading the names has no pauses.
  const readNames = function* ({ rootNode }: Tree) {
    return moduleNames(rootNode);
  };
  const value = whole(withTree(parser, source, readNames))?.get('x');
  if (!value) return 'no x';
  const reading = toJson(value);
  return 'json' in reading ? { json: reading.json } : reading.problem.reason;
}

describe('expressions that can be evaluated statically', () => {
  test.each([
    ['"a"', 'a'],
    ["'it''s'", 'its'],
    ['"a" "b" r"\\n"', 'ab\\n'],
    ['"a\\\\N{x}"', 'a\\N{x}'],
    ['("a"  # why\n "b")', 'ab'],
    ['"a" + "b" + ("c" + "d")', 'abcd'],
    ['"""a\n"b"\n"""', 'a\n"b"\n'],
    ['U"x"', 'x'],
    ['1', 1],
    ['-1', -1],
    ['+1', 1],
    ['-0', 0],
    ['1_000', 1000],
    ['0x1F', 31],
    ['0o17', 15],
    ['0B101', 5],
    ['1.5', 1.5],
    ['1e3', 1000],
    ['.5', 0.5],
    ['True', true],
    ['False', false],
    ['None', null],
    ['[]', []],
    ['()', []],
    ['(1)', 1],
    ['(1,)', [1]],
    ['1, 2', [1, 2]],
    ['[1, # one\n 2]', [1, 2]],
    ['{"a": {"b": [1]}}', { a: { b: [1] } }],
    ['{"a": 1, "a": 2}', { a: 2 }],
    ['{"__proto__": 1}', JSON.parse('{"__proto__": 1}')],
    ['{"a": [1, 2]}["a"][-1]', 2],
  ])('an expression is evaluated statically: %s', async (expression, json) => {
    expect(await valueOfX(`x = ${expression}`)).toEqual({ json });
  });
});

describe('the reason for a missing value', () => {
  test.each([
    ['f()', 'the result of a call'],
    ['"a".upper()', 'the result of a call'],
    ['a.b', 'an attribute'],
    ['f"a"', 'an f-string'],
    ['f"{a}"', 'an f-string'],
    ['"a" f"b"', 'an f-string'],
    ['b"a"', 'bytes'],
    ['"\\N{DASH}"', 'a string with a named character'],
    ['"\\ud83d" "\\ude00"', 'a string with an unpaired surrogate'],
    ['"\\ud800"', 'a string with an unpaired surrogate'],
    ['1 if a else 2', 'a conditional expression'],
    ['[a for a in b]', 'a list comprehension'],
    ['{1, 2}', 'a set'],
    ['{**a}', 'a dict built from another with `**`'],
    ['[*a]', 'a list built from another with `*`'],
    ['{1: 2}', 'a dict with a key that is not a string'],
    ['{f(): 2}', 'a dict with a key that is the result of a call'],
    ['1 + 1', 'a computed value'],
    ['"a" * 2', 'a computed expression'],
    ['"a" + 1', 'a computed value'],
    ['1j', 'a number that JSON cannot represent'],
    ['1e400', 'a number that JSON cannot represent'],
    ['9007199254740993', 'a number that JSON cannot represent'],
    ['not True', 'a computed expression'],
    ['y', 'the name `y`, which manifest.py does not define above this line'],
    ['[1, f()]', 'the result of a call'],
    ['{"a": 1}["b"]', 'an element that does not exist'],
  ])('an expression without a value has a reason: %s', async (expression, why) => {
    expect(await valueOfX(`x = ${expression}`)).toBe(why);
  });
});

describe("a module's statements", () => {
  test.each([
    ['a constant', 'A = "1"\nB = A\nx = B + ".0"', { json: '1.0' }],
    ['the later assignment wins', 'x = 1\nx = 2', { json: 2 }],
    ['a name has its value at the time of use', 'A = 1\nx = A\nA = 2', { json: 1 }],
    ['chained', 'y = x = 1', { json: 1 }],
    ['annotated', 'x: int = 1', { json: 1 }],
    ['an annotation alone binds nothing', 'x = 1\nx: int', { json: 1 }],
    ['semicolons', 'x = 1; x = 2', { json: 2 }],
    ['names in compatibility characters', 'ｘ = 1', { json: 1 }],
    ['an element set', 'x = {"a": 1}\nx["a"] = 2\nx["b"] = 3', { json: { a: 2, b: 3 } }],
    ['an element set through another name', 'x = {}\ny = x\ny["a"] = 1', { json: { a: 1 } }],
    ['only when run as a script', 'x = 1\nif __name__ == "__main__":\n    x = 2', { json: 1 }],
    ['inside a function', 'x = 1\ndef f():\n    x = 2', { json: 1 }],
    ['inside a class', 'x = 1\nclass A:\n    x = 2', { json: 1 }],
    ['if', 'x = 1\nif a:\n    x = 2', 'assigned under a condition (line 3)'],
    ['else', 'if a:\n    pass\nelse:\n    x = 2', 'assigned under a condition (line 4)'],
    ['try', 'try:\n    x = 1\nexcept E:\n    x = 2', 'assigned under a condition (line 4)'],
    ['a conditional assignment that is overwritten', 'if a:\n    x = 2\nx = 3', { json: 3 }],
    ['for', 'for x in y:\n    pass', 'a loop variable'],
    ['unpacking', 'x, y = 1, 2', 'unpacked from another value'],
    ['augmented', 'x = 1\nx += 1', 'changed by an augmented assignment (line 2)'],
    ['augmented list', 'y = x = [1]\ny += [2]', 'changed by an augmented assignment (line 2)'],
    ['append', 'x = []\nx.append(1)', 'changed by .append() (line 2)'],
    ['append through another name', 'y = []\nx = {"a": y}\ny.append(1)', 'changed by .append() (line 3)'],
    ['a list element set', 'x = [1]\nx[0] = 2', 'changed by an assignment to an element (line 2)'],
    ['del of an element', 'x = {"a": 1}\ndel x["a"]', 'changed by `del` (line 2)'],
    ['del', 'x = 1\ndel x', 'no x'],
    ['del under a condition', 'x = 1\nif a:\n    del x', 'deleted under a condition'],
    ['import', 'from y import x', 'imported'],
    ['import as', 'import y as x', 'imported'],
    ['def', 'def x(): pass', 'a function'],
    ['class', 'class x: pass', 'a class'],
    ['a dict that contains itself', 'x = {}\nx["a"] = x', 'too large'],
  ])("a module's statements give names their values: %s", async (_, source, expected) => {
    expect(await valueOfX(source)).toEqual(expected);
  });
});
