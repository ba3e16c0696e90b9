// Tests that an operator finds each of the Worker's log lines in the documents, and no other.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { projectFiles } from '../../../scripts/testing/project-files.ts';

const read = (path: string) => readFileSync(path, 'utf8');
const logged = /\blog\.(?:info|warn|error)\(\s*'([a-z_]+\.[a-z_]+)'/g;

test('each log line of the Worker is documented', async () => {
  const files = (await projectFiles(['src'])).filter((path) => path.endsWith('.ts'));
  const lines = new Set(files.flatMap((path) => [...read(path).matchAll(logged)].map(([, line = '']) => line)));
  const text = read('docs/operations.md') + read('docs/reference/log-lines.md') + read('docs/watching.md');
  expect(lines.size).toBeGreaterThan(50);
  expect([...lines].filter((line) => !text.includes(`\`${line}\``))).toEqual([]);
});

test('each line on the page of log lines is logged', async () => {
  const files = (await projectFiles(['src'])).filter((path) => path.endsWith('.ts'));
  const sources = files.map(read).join('\n');
  const documented = [...read('docs/reference/log-lines.md').matchAll(/`([a-z_]+\.[a-z_]+)`/g)].map(([, line]) => line);
  expect(documented.filter((line) => !sources.includes(`'${line}'`))).toEqual([]);
});
