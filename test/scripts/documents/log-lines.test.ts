// Tests that an operator finds each log line of the Worker and the builder in the documents, and no other.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { projectFiles } from '../../../scripts/testing/project-files.ts';

const read = (path: string) => readFileSync(path, 'utf8');
const logged = /\blog\.(?:info|warn|error)\(\s*'([a-z_]+\.[a-z_]+)'/g;
/** Pages with a table of lines: the first cell of a row names one or several. */
const pages = ['docs/operations.md', 'docs/reference/log-lines.md'];
const row = /^\| (`[a-z_]+\.[a-z_]+`(?:, `[a-z_]+\.[a-z_]+`)*) \|/gm;

async function loggedLines(): Promise<string[]> {
  const files = await projectFiles(['src', 'builder/server']);
  const sources = files.filter((path) => path.endsWith('.ts')).map(read);
  return namesIn(sources.flatMap((source) => [...source.matchAll(logged)].map(([, line = '']) => line)));
}

function documentedLines(): string[] {
  return namesIn(pages.flatMap((page) => [...read(page).matchAll(row)].flatMap(([, cell = '']) => cell.split(', '))));
}

function namesIn(lines: string[]): string[] {
  return [...new Set(lines.map((line) => line.replaceAll('`', '')))].sort();
}

test('the tables of log lines have each line that is logged, and no other', async () => {
  const lines = await loggedLines();
  expect(lines.length).toBeGreaterThan(50);
  expect(documentedLines()).toEqual(lines);
});
