// Collects the rows of the kernel and of each feature.
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Rows } from './row.ts';

export const rowFiles = globSync(['test/doubling/rows/*/*.ts', 'test/features/*/workerd/doubling-rows.ts']);

export async function allRows(): Promise<Rows> {
  const files: { rows: Rows }[] = await Promise.all(rowFiles.map((path) => import(resolve(path))));
  return Object.assign({}, ...files.map(({ rows }) => rows));
}
