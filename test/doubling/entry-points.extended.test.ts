// Tests that the doubling test covers whatever takes strangers' text: a new input, message, route of the builder or request to others
// needs a row, or a reason why no text can make it slow.
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { messageSchema } from '../../src/contract/messages.ts';
import { askers, builderRoutes, derived, type Entry, messages } from './entry-points.ts';
import { inputs } from './input-rows.ts';
import { longInputs } from './inputs.ts';
import { allRows } from './rows.ts';

const document = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });
const everything = [inputs, messages, builderRoutes, askers, derived].flat();
const read = (path: string) => readFileSync(path, 'utf8');
const listed = (entries: readonly Entry[]) => entries.flatMap(({ from }) => from).sort();

test('every long input of the API has a row', () => {
  expect(longInputs(read('openapi.json'))).toEqual(listed(inputs));
});

test('every queue message has a row', () => {
  expect(messageSchema.options.map(({ shape }) => shape.type.value).sort()).toEqual(listed(messages));
});

/** The routes of calls are served before the others, without the router. */
const calls = ['post /instances/:id/call', 'post /instances/:id/operate'];

test('every route of the builder has a row', () => {
  const route = /\bapp\.(get|post|put|delete)\(\s*'(\/[^']*)'/g;
  const served = globSync('builder/server/http/*.ts').flatMap((path) => [...read(path).matchAll(route)]);
  expect([...calls, ...served.map(([, method, path]) => `${method} ${path}`)].sort()).toEqual(listed(builderRoutes));
});

/** Parts that run for one person, on that person's machine. */
const ownParts = /^src\/(?:cli|client|console|reference)\/|\.gen\.ts$/;

test('everything that asks others has a row', () => {
  const files = globSync(['src/**/*.ts', 'builder/server/**/*.ts']).filter((path) => !ownParts.test(path));
  const asking = files.filter((path) => /\b(?:fetch|runProgram)\(/.test(read(path)));
  expect(asking.sort()).toEqual(listed(askers));
});

test('what the API makes of earlier texts is an operation', () => {
  const { paths } = document.parse(JSON.parse(read('openapi.json')));
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(operations).toEqual(expect.arrayContaining(listed(derived)));
});

test('the rows exist, and each is used', async () => {
  const used = everything.flatMap(({ rows = [] }) => rows);
  expect([...new Set(used)].sort()).toEqual(Object.keys(await allRows()).sort());
});

test('each entry has either rows or a reason', () => {
  expect(everything.filter(({ bounded, rows }) => (bounded === undefined) === (rows === undefined))).toEqual([]);
});
