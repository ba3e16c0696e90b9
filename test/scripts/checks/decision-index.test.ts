// Tests the index of docs/decisions: every record in order, the fifteen to read first, and the next number.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const folder = 'docs/decisions';
const index = readFileSync(`${folder}/README.md`, 'utf8');
const records = readdirSync(folder)
  .filter((name) => /^\d/.test(name))
  .sort();
const numbers = records.map((name) => Number.parseInt(name, 10));

const rows = [...index.matchAll(/^- \[(\d+)\. .+\]\((.+?)\)( ★)?$/gm)];

test('the index has a row for each record, in numerical order', () => {
  expect(rows.map(([, number, file]) => [number, file])).toEqual(
    records.map((name, at) => [String(numbers[at]), name]),
  );
});

test('the index marks the fifteen records to read first and has the next number', () => {
  expect(rows.filter(([, , , mark]) => mark)).toHaveLength(15);
  const [, next] = /The\s+next number is (\d+)\./.exec(index) ?? [];
  expect(Number(next)).toBeGreaterThan(Math.max(...numbers));
});

test('each record starts with its number, which is unique', () => {
  expect(new Set(numbers).size).toBe(numbers.length);
  const headings = records.map((name) => /^# (\d+)\. /.exec(readFileSync(`${folder}/${name}`, 'utf8'))?.[1]);
  expect(headings).toEqual(numbers.map(String));
});
