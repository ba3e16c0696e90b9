// Tests the commands shown on pages: each value from a user is one word, whatever characters it contains.
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { slipway } from '../../src/console/data/shell.ts';
import { quoted } from '../../src/core/shell.ts';

/** Returns the words that a shell passes to `slipway`. */
function wordsIn(command: string): string[] {
  const script = `slipway() { printf '%s\\0' "$@"; }; ${command}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

test.each(['plain', '', "it's", '$(touch x)', '`id`; rm -rf "$HOME"', 'two\nlines', '<img src=x>', '!!', '~', '*'])(
  'the value %j is one word',
  (value) => {
    expect(wordsIn(slipway(['namespaces', 'create', value], { description: value }))).toEqual([
      'namespaces',
      'create',
      value,
      '--description',
      value,
    ]);
    expect(wordsIn(`slipway ${quoted(value)}`)).toEqual([value]);
  },
);

test('a value that looks like an option is not parsed as one', () => {
  const name = '--base-url=https://elsewhere.example';
  expect(slipway(['namespaces', 'delete', name], { yes: name })).toBe(
    `slipway namespaces delete --yes=${name} -- ${name}`,
  );
});

test('an option is repeated for several values, and omitted if there is no value', () => {
  expect(slipway(['hooks', 'create', 'ocr'], { branch: ['main', 'v*'], tag: undefined, org: true, all: false })).toBe(
    "slipway hooks create ocr --branch main --branch 'v*' --org",
  );
});
