// Tests that the API document uses every example that the kernel and the features give for a field's name.
import { expect, test } from 'vitest';
import { documented, documentOf } from '../../../src/app.ts';
import { testApp } from '../../support/deps.ts';

/** Returns `name example` for each field and parameter, and the examples alone. */
function examplesIn(document: unknown): { named: Set<string>; values: Set<unknown> } {
  const named = new Set<string>();
  const values = new Set<unknown>();
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('example' in node) values.add(node.example);
    const fields = 'properties' in node ? Object.entries(Object(node.properties)) : [];
    for (const [name, field] of fields) named.add(`${name} ${JSON.stringify(Object(field).example)}`);
    if ('in' in node && 'name' in node) named.add(`${node.name} ${JSON.stringify(Object(node).example)}`);
    for (const part of Object.values(node)) walk(part);
  };
  walk(document);
  return { named, values };
}

test('every row in the tables of examples is used', () => {
  const { named, values } = examplesIn(documentOf(testApp().app));
  const rows = documented.examples.flatMap((table) =>
    [...table].map(([name, example]) => `${name} ${JSON.stringify(example)}`),
  );
  expect(rows.filter((row) => !named.has(row))).toEqual([]);
  expect([...documented.typicalStates].filter((state) => !values.has(state))).toEqual([]);
});
