// The index of docs/decisions: every record, in order, and the numbers that no record has.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const folder = 'docs/decisions';
const index = readFileSync(`${folder}/README.md`, 'utf8');
const records = readdirSync(folder)
  .filter((name) => /^\d/.test(name))
  .sort();
const numbers = records.map((name) => Number.parseInt(name, 10));

test('the index has a row for each record, in the order of their numbers', () => {
  const rows = [...index.matchAll(/^\| (\d+) \| \[.+\]\((.+?)\)/gm)].map(([, number = '', file = '']) => [
    number,
    file,
  ]);
  expect(rows).toEqual(records.map((name, at) => [String(numbers[at]), name]));
});

test('each record has a number of its own and begins with it', () => {
  expect(new Set(numbers).size).toBe(numbers.length);
  const headings = records.map((name) => /^# (\d+)\. /.exec(readFileSync(`${folder}/${name}`, 'utf8'))?.[1]);
  expect(headings).toEqual(numbers.map(String));
});

test('the index names every number that no record has', () => {
  const all = Array.from({ length: Math.max(...numbers) }, (_, at) => at + 1);
  const [, listed = ''] = /^Never used: (.+?)\. /m.exec(index) ?? [];
  expect(listed.match(/\d+/g)?.map(Number)).toEqual(all.filter((number) => !numbers.includes(number)));
});
