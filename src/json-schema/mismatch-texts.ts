// Says how a value differs from a schema: where, what was expected, and what is there.
import type { JsonObject } from '../contract/json.ts';
import type { ValueProblem } from './check-value.ts';
import { shownValue, valueAt } from './shown-value.ts';

/** `whole` names the value itself, such as `the output`. */
export function mismatchText({ keyword, message, path }: ValueProblem, value: JsonObject, whole: string): string {
  const expected = expectations.find(([pattern]) => pattern.test(message));
  const [pattern, text] = expected ?? [/^/, message.charAt(0).toLowerCase() + message.slice(1).replace(/\.$/, '')];
  const place = placeOf(path);
  if (keyword === 'required') {
    const [, name = ''] = /"(.*)"/.exec(message) ?? [];
    return `${place === '' ? '' : `${place}.`}${name}: expected a value, got nothing`;
  }
  const said = expected ? message.replaceAll('", "', ' or ').replace(pattern, text) : text;
  return `${place === '' ? whole : place}: ${said}, got ${shownValue(valueAt(value, path))}`;
}

/** The library's messages, each with the expectation it expresses. */
const expectations: [RegExp, string][] = [
  [/^Instance type ".*" is invalid\. Expected "(.*)"\.$/, 'expected $1'],
  [/^Instance does not match any of (.*)\.$/s, 'expected one of $1'],
  [/^Instance does not match (.*)\.$/s, 'expected $1'],
];

/** Converts a JSON pointer like `/rows/0/size` to `rows[0].size`. */
function placeOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((place, token) => {
      if (/^\d+$/.test(token)) return `${place}[${token}]`;
      return place === '' ? token : `${place}.${token}`;
    }, '');
}
