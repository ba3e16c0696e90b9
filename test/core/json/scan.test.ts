import { describe, expect, test } from 'vitest';
import { mergeObjects } from '../../../src/core/json/merge.ts';
import { cutJson } from '../../../src/core/json/scan.ts';
import { JsonText, writeJson } from '../../../src/core/json/text.ts';
import { fc } from '../../support/property.ts';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const scans = (text: string, levels?: number) =>
  cutJson(text, [], levels === undefined ? {} : { levels }).then(
    () => 'valid',
    (error) => error.kind,
  );

/** Half of the texts have space between their tokens. */
const json = fc
  .tuple(fc.json({ maxDepth: 4 }), fc.constantFrom('', ' ', '\t'))
  .map(([text, space]) => JSON.stringify(JSON.parse(text), null, space));
/** JSON with one character replaced, removed or repeated. It may still be valid. */
const almostJson = fc
  .tuple(
    json,
    fc.nat(),
    fc.constantFrom('', '"', '\\', ',', ':', '{', ']', '0', '-', '.', 'e', '\n', '\u0001', 'null', 'u12'),
  )
  .map(([text, at, other]) => text.slice(0, at % text.length) + other + text.slice((at % text.length) + 1));

describe('a text', () => {
  test('a text is valid if and only if JSON.parse accepts it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(json, almostJson, fc.string({ unit: 'binary' })), async (text) => {
        expect(await scans(text)).toBe(isJson(text) ? 'valid' : 'malformed');
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    '',
    ' ',
    '01',
    '1.',
    '.5',
    '+1',
    '-',
    '1e',
    'NaN',
    'Infinity',
    '[1,]',
    '[,1]',
    '{"a":1,}',
    '{"a"}',
    '{a:1}',
  ])('%j is malformed', async (text) => {
    expect(await scans(text)).toBe('malformed');
  });

  test.each([
    ['[[1]]', 2, 'valid'],
    ['[[[1]]]', 2, 'too-deep'],
    ['{"a": [{"b": 1}]}', 3, 'valid'],
    ['"[[[["', 1, 'valid'],
  ])('%s with %i levels allowed is %s', async (text, levels, expected) => {
    expect(await scans(text, levels)).toBe(expected);
  });

  test('a text of several megabytes yields to other work', async () => {
    const text = `[${'"a", '.repeat(500_000)}1]`;
    const seen: string[] = [];
    setTimeout(() => seen.push('other'), 0);
    await scans(text);
    expect(seen).toEqual(['other']);
  });
});

describe('an extracted value', () => {
  test('an extracted value is exactly its text in the document', async () => {
    await fc.assert(
      fc.asyncProperty(json, json, async (inputs, other) => {
        const text = ` {"other" : ${other}, "inputs":\t${inputs}\n, "last": [${inputs}]}`;
        const cut = await cutJson(text, ['inputs']);
        expect(cut.one('inputs')?.text).toBe(inputs.trim());
        expect(JSON.parse(cut.skeleton)).toMatchObject({ other: JSON.parse(other), last: [JSON.parse(inputs)] });
      }),
    );
  });

  test.each([
    ['{"a": {"b": [{"c": 1}, 2.0]}}', 'a.b.*', ['{"c": 1}', '2.0'], { a: { b: [{}, 0] } }],
    ['{"a": 1, "a": 2}', 'a', ['2'], { a: 0 }],
    ['{"rows": [1, 2], "rows": [3]}', 'rows.*', ['3'], { rows: [0] }],
    [String.raw`{"\u0061": "x"}`, 'a', ['"x"'], { a: '' }],
    ['{"2": {}, "1": null}', '*', ['{}', 'null'], { 1: null, 2: {} }],
    ['{"a": {"a": 1}}', 'a', ['{"a": 1}'], { a: {} }],
    ['[{"a": 1}]', 'a', [], [{ a: 1 }]],
    ['{"b": true}', 'a', [], { b: true }],
  ])('the values of %s at %s are %j', async (text, path, expected, rest) => {
    const cut = await cutJson(text, [path]);
    expect(cut.at(path).map((value) => value.text.text)).toEqual(expected);
    expect(JSON.parse(cut.skeleton)).toEqual(rest);
  });

  test('an extracted object has its keys in order', async () => {
    const cut = await cutJson('{"a": {"2": {"x": 1}, "1": [{"y": 1}], "2": 3}}', ['a']);
    expect(cut.one('a')?.keys).toEqual(['2', '1']);
  });
});

test('texts are inserted unchanged among other values', () => {
  const value = { a: new JsonText('2.0'), b: [new JsonText('{"2":1,"1":1}'), 'x'], c: undefined, d: null };
  expect(writeJson(value)).toBe('{"a":2.0,"b":[{"2":1,"1":1},"x"],"d":null}');
  expect(() => JSON.stringify(value)).toThrow('Write a value that holds a JsonText with writeJson');
});

test.each([
  ['{"a": 1}', '{}', '{"a": 1}'],
  ['{ }', '{"a": 2.0}', '{"a": 2.0}'],
  ['{"a": 1, "2": 1e2}', '{"1": 3, "a": 2.0}', '{"a":2.0,"2":1e2,"1":3}'],
  ['{"__proto__": 1}', String.raw`{"\u005f_proto__": 2}`, String.raw`{"\u005f_proto__":2}`],
])('%s with the members in %s is %s', async (base, over, merged) => {
  expect((await mergeObjects(new JsonText(base), new JsonText(over))).text).toBe(merged);
});

test('a text is read only up to the end of its first value, if that is enough', async () => {
  const text = async (json: string) => (await cutJson(json, ['parameters'], { toFirst: true })).one('parameters')?.text;
  expect(await text('{"parameters": {"a": [1, "}"]}, "inputs": broken')).toBe('{"a": [1, "}"]}');
  expect(await text('{"inputs": {"parameters": 1}, "parameters": {}}')).toBe('{}');
  expect(await text('{"inputs": {"parameters": 1}}')).toBeUndefined();
  await expect(text('{"inputs": broken')).rejects.toThrow('not valid JSON');
});
