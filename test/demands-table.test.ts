// Tests that the documentation shows all demands.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type Demand, demands } from '../src/contract/demands.ts';
import { scopes } from '../src/contract/scopes.ts';

test('docs/security.md says who may lower which demand', async () => {
  const rightOf = (right: Demand['raise']) =>
    scopes.some((scope) => scope === right) ? `\`${right}\`` : 'the operator';
  const rows = Object.values<Demand>(demands).map(
    ({ demand, lower, raise, ways }) => `| ${demand} | ${rightOf(raise)} | ${rightOf(lower)} | ${ways} |\n`,
  );
  const table = `| demand | raised with | lowered with | what lowers it |\n|---|---|---|---|\n${rows.join('')}`;
  expect(await readFile('docs/security.md', 'utf8')).toContain(table);
});
