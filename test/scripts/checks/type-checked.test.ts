// Tests that every TypeScript file belongs to a project of the type checker. A file in no tsconfig would be compiled but never checked.
import { globSync } from 'node:fs';
import { relative } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

/** Projects that `npm run check` passes to the compiler. */
const projects = ['worker', 'node', 'scripts', 'pages', 'console'].map((name) => `tsconfig.${name}.json`);

/** Files that the projects can't check, and why. */
const unchecked: Record<string, string> = {
  'site/': 'has packages of its own',
};

test('the type checker reads every TypeScript file', () => {
  const checked = new Set(projects.flatMap(filesOf));
  const folders = ['bench', 'builder', 'scripts', 'site/.vitepress', 'src', 'test'];
  const all = folders.flatMap((folder) => globSync(`${folder}/**/*.{ts,tsx}`, { exclude: ['**/node_modules/**'] }));
  const isExcepted = (file: string) => Object.keys(unchecked).some((folder) => file.startsWith(folder));
  expect(all.filter((file) => !checked.has(file) && !isExcepted(file))).toEqual([]);
});

function filesOf(config: string): string[] {
  const { config: content } = ts.readConfigFile(config, ts.sys.readFile);
  return ts.parseJsonConfigFileContent(content, ts.sys, '.').fileNames.map((file) => relative('.', file));
}
