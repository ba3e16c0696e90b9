// Stores the `npm run test:packages` results, one file per Python, and writes them as tables into docs/reference/packages.md.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { ListedPackage } from './list.ts';
import { pythonNames } from './pythons.ts';

const resultsSchema = z.object({
  /** The full Python version. */
  python: z.string(),
  /** Failures by requirement. Null if the package works. */
  failures: z.record(z.string(), z.object({ stage: z.string(), message: z.string() }).nullable()),
});
export type Results = z.infer<typeof resultsSchema>;

const document = 'docs/reference/packages.md';
const [begin, end] = ['<!-- packages -->', '<!-- /packages -->'];
const messageCharsMax = 80;

const fileOf = (name: string) => `dist/packages/${name}.json`;

async function readResults(name: string): Promise<Results | undefined> {
  const text = await readFile(fileOf(name), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : resultsSchema.parse(JSON.parse(text));
}

/** Adds results, keeping those of other packages. */
export async function addResults(name: string, { python, failures }: Results): Promise<void> {
  const before = await readResults(name);
  await mkdir(dirname(fileOf(name)), { recursive: true });
  const results: Results = { python, failures: { ...before?.failures, ...failures } };
  await writeFile(fileOf(name), `${JSON.stringify(results, null, 1)}\n`);
}

/** Replaces the tables in the document. Throws unless every package has a result for every Python. */
export async function writeTables(packages: ListedPackage[]): Promise<void> {
  const results: Results[] = [];
  for (const name of pythonNames) {
    const found = await readResults(name);
    const missing = packages.find(({ requirement }) => found?.failures[requirement] === undefined);
    if (!found || missing) throw new Error(`${missing?.requirement} has no result on Python ${name}.`);
    results.push(found);
  }
  const text = await readFile(document, 'utf8');
  const [before, after] = [text.split(begin)[0], text.split(end)[1]];
  if (before === undefined || after === undefined)
    throw new Error(`${document} does not have the markers for the tables`);
  await writeFile(document, `${before}${begin}\n${tablesOf(packages, results)}\n${end}${after}`);
}

function tablesOf(packages: ListedPackage[], results: Results[]): string {
  const failed = packages.filter(({ requirement }) => results.some(({ failures }) => failures[requirement]));
  const counts = results.map(({ python, failures }) => {
    const works = packages.filter(({ requirement }) => failures[requirement] === null).length;
    return `| Python ${python} | ${works} of ${packages.length} |`;
  });
  const sections = Map.groupBy(
    packages.filter((one) => !failed.includes(one)),
    ({ section }) => section,
  );
  const names = results.map(({ python }) => python.split('.').slice(0, 2).join('.'));
  return [
    '| | installed and imported |\n|---|---|',
    ...counts,
    `\nThese packages work on Python ${names.join(', ')}:\n`,
    '| | packages |\n|---|---|',
    ...[...sections].map(
      ([section, of]) =>
        `| ${section} | ${of.map(({ requirement }) => requirement.replace('==', ' ').replace(',', ' with ')).join(', ')} |`,
    ),
    '\nThese packages fail on at least one Python version:\n',
    `| package | ${names.join(' | ')} |\n|---|${names.map(() => '---|').join('')}`,
    ...failed.map(({ requirement }) => {
      const cells = results.map(({ failures }) => cellOf(failures[requirement] ?? null));
      return `| ${requirement.replace('==', ' ').replace(',', ' with ')} | ${cells.join(' | ')} |`;
    }),
  ].join('\n');
}

/** Common reasons, shown instead of the resolver's and the installer's long messages. */
const reasons: readonly [message: RegExp, reason: (found: string[]) => string][] = [
  [/has no wheel for |has no usable wheels/, () => 'no wheel'],
  [/does not satisfy (?:all of: )?Python>=([\d.]+)/, ([, python]) => `needs Python ${python}`],
];

function cellOf(failure: Results['failures'][string]): string {
  if (!failure) return 'works';
  for (const [message, reason] of reasons) {
    const found = message.exec(failure.message);
    if (found) return reason(found);
  }
  const text = failure.message.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('<', '&lt;');
  return text.length > messageCharsMax ? `${text.slice(0, messageCharsMax)}…` : text;
}
