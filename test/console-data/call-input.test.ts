// Tests that the playground's form changes only what the user types into it, and that its snippets contain the call as written.
import { describe, expect, test } from 'vitest';
import { numberText, readExampleCall, readObject, withMember } from '../../src/console/data/calls/call-input.ts';
import { compactJson, type JsonTree, readJsonTree } from '../../src/core/json/tree.ts';
import { compactExactJson, exactJson, indentedExactJson } from '../support/exact-json.ts';

function changed(text: string, name: string, value: JsonTree | undefined): string {
  return compactJson(readJsonTree(withMember(readObject(text) ?? { members: [] }, name, value)));
}

describe('a member set in a form', () => {
  test.each<[string, string, JsonTree | undefined, string]>([
    [
      'an absent member is added at the end',
      'new',
      '1.0',
      compactExactJson.replace('}', '}').slice(0, -1).concat(',"new":1.0}'),
    ],
    ['a member is replaced in its place', 'f', '3', compactExactJson.replace('2.0', '3')],
    ['a member is removed', 'i', undefined, compactExactJson.replace('"i":12345678901234567890,', '')],
    ['one member is left of two with the same key', 'd', '3', compactExactJson.replace('"d":1,"d":2', '"d":3')],
    ['a key of prototypes is a key', '__proto__', '[]', compactExactJson.replace('{"a":1}', '[]')],
  ])('%s, and the others stay unchanged', (_, name, value, expected) => {
    expect(changed(exactJson, name, value)).toBe(expected);
  });

  test('a key written with escapes is matched', () => {
    expect(changed('{"\\u0061": 1}', 'a', '2')).toBe('{"\\u0061":2}');
  });

  test('removing a missing member changes nothing', () => {
    expect(changed(exactJson, 'new', undefined)).toBe(compactExactJson);
  });
});

test.each([
  ['12345678901234567890', '12345678901234567890'],
  ['2.0', '2.0'],
  ['-0.0', '-0.0'],
  ['1e999', '1e999'],
  ['007', '7'],
  ['-.5', '-0.5'],
  ['0', '0'],
  ['', undefined],
  ['-', undefined],
])('the number %j is sent as %j', (typed, sent) => {
  expect(numberText(typed)).toBe(sent);
});

describe('an example file', () => {
  test('an example has its inputs and parameters exactly as in the file', () => {
    expect(readExampleCall(`{"inputs": ${exactJson}, "parameters": {"f": 2.0}}`)).toEqual({
      inputs: indentedExactJson,
      parameters: '{\n  "f": 2.0\n}',
    });
    expect(readExampleCall('{"inputs": {}}')).toEqual({ inputs: '{}', parameters: '{}', result: undefined });
  });

  test.each(['{"inputs": 1}', '{"parameters": {}}', '{"inputs": {}, "parameters": []}', '[]', '{'])(
    '%j is not an example',
    (file) => {
      expect(readExampleCall(file)).toBeUndefined();
    },
  );
});
