// The memory that the values of a JSON text take.
import { expect, test } from 'vitest';
import { valueBytesOf } from '../../src/core/json-depth.ts';

const encoder = new TextEncoder();

test.each([
  ['empty objects', `[${Array(1000).fill('{}').join()}]`, 13],
  ['numbers', `[${Array(1000).fill('7').join()}]`, 4],
  ['one text with brackets, commas and an escaped quote', `"${'[,\\"{'.repeat(1000)}"`, 0],
])('the values of %s are estimated at so many times their bytes', (_, text, times) => {
  const bytes = encoder.encode(text);
  expect(Math.floor(valueBytesOf(bytes) / bytes.length)).toBe(times);
});
