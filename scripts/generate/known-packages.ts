// Collects the packages that work according to docs/reference/packages.md into
// src/manifest/dependencies/known-packages.gen.ts. With --check, fails if the file is out of date.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readCommandLine } from '../machine/command-line.ts';

const usage = `node scripts/generate/known-packages.ts [--check]

Writes src/manifest/dependencies/known-packages.gen.ts.

  --check   writes nothing, and fails if it is out of date`;

const { values } = readCommandLine(usage, { options: { check: { type: 'boolean', default: false } } });

const pathOf = (path: string) => fileURLToPath(import.meta.resolve(`../../${path}`));
const file = 'src/manifest/dependencies/known-packages.gen.ts';

/** A cell has one package, or all of a section: `numpy 2.2.6, dask[array] 2026.8.0`. */
const packagePattern = /(?:^|, )([a-z0-9-]+)(?:\[[a-z]+\])? \d/g;

const rows = (await readFile(pathOf('docs/reference/packages.md'), 'utf8'))
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.slice(2, -2).split(' | '));
const names = rows.flatMap(([first = '', ...cells]) => {
  const listed = cells.length === 1 ? (cells[0] ?? '') : cells.includes('works') ? first : '';
  return [...listed.matchAll(packagePattern)].map(([, name = '']) => name);
});
const wanted = `// Written by scripts/generate/known-packages.ts.
/** The packages that work on some supported Python, normalized. */
export const knownPackages = ${JSON.stringify([...new Set(names)].sort(), undefined, 2).replaceAll('"', "'")};
`.replace("'\n]", "',\n]");

if (!values.check) {
  await writeFile(pathOf(file), wanted);
} else if ((await readFile(pathOf(file), 'utf8').catch(() => '')) !== wanted) {
  console.error(`${file} is out of date. Run \`node scripts/generate/known-packages.ts\`.`);
  process.exit(1);
}
