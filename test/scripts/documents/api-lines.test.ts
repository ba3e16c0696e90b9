// Tests that documents and help name existing operations in their `slipway api` lines.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readDocuments } from '../../../scripts/site/documents.ts';
import { operationsIn } from '../../../src/cli/manage/api/operations.ts';

test('every slipway api line in help and documents names an operation and its fields, or a path', async () => {
  const operations = operationsIn(JSON.parse(await readFile('openapi.json', 'utf8')));
  const pages = [...(await readDocuments()).values()];
  const lines = pages.flatMap((page) => [...page.matchAll(/slipway api ([A-Za-z]+)([^`\n]*)/g)]);
  const unknown = lines.flatMap(([line, name = '', rest = '']) => {
    const [, path = ''] = /^ (\/\S*)/.exec(rest) ?? [];
    const byPath = operations.some((each) => each.method === name.toLowerCase() && each.path === path);
    const operation = operations.find(({ id }) => id === name);
    const taken = [...(operation?.parameters ?? []), ...(operation?.body ?? [])].map((each) => each.name);
    const fields = [...rest.matchAll(/-[fF] '?(\w+)=/g)].map(([, field = '']) => field);
    return byPath || (operation && fields.every((field) => taken.includes(field))) ? [] : [line];
  });
  expect([lines.length > 4, unknown]).toEqual([true, []]);
});
